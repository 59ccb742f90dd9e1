#include "losscast/jobs/merge.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <thread>

#include "jobs/round_folder.hpp"
#include "jobs/shard_claim.hpp"
#include "jobs/shard_file.hpp"
#include "losscast/base/build_info.hpp"
#include "losscast/base/error.hpp"
#include "tests/jobs/planned.hpp"
#include "tests/sweep/same_results.hpp"

namespace losscast::test {
namespace {

// Counts the rounds and items that are computed, and asks to stop when some more items are done.
class Impatient : public JobObserver {
 public:
  explicit Impatient(std::int64_t patience) : patience_(patience) {}

  void begins(const std::string& name, std::int64_t, std::int64_t done) override {
    names.insert(name);
    last_ = done;
  }
  void progress(std::int64_t done, double) override {
    items += done - last_;
    last_ = done;
  }
  bool asks_to_stop() override { return items >= patience_; }
  void before_saving() override { ++savings; }

  int savings = 0;
  std::set<std::string> names;
  std::int64_t items = 0;

 private:
  std::int64_t patience_, last_ = 0;
};

// A search of many rounds.
class LongSearch : public PlannedSweep {
 public:
  LongSearch() : PlannedSweep({"objective={ steps_to_loss = 2.87 }", "search.horizons=[500, 4000]"}) {
    write("sweep.toml", open_race("fit.json"));
  }
};

constexpr std::int64_t kForEver = 1'000'000'000;

// A search whose first round shards have computed: its further ones are short.
SweepPlan search_after_first_round(const PlannedSweep& sweep) {
  SweepPlan plan = sweep.freeze(1);
  Listener listener;
  EXPECT_EQ(run_shards(sweep.folder(), plan, {}, on_one_thread(), listener), ShardsEnd::finished);
  return plan;
}

TEST(ShortRounds, LoseNothingToInterruptions) {
  const LongSearch sweep;
  const SweepPlan plan = search_after_first_round(sweep);
  Impatient patient(kForEver);
  const SweepResult expected = *merge_rounds(sweep.folder(), plan, merging(), patient).result;
  ASSERT_GT(patient.names.size(), 1u) << "the search has only one short round";

  search_after_first_round(sweep);
  std::set<std::string> names;
  std::int64_t items = 0;
  std::optional<SweepResult> result;
  for (int calls = 0; !result && calls < 1000; ++calls) {
    Impatient impatient(1);  // asks to stop after every part
    try {
      result = merge_rounds(sweep.folder(), plan, merging(), impatient).result;
    } catch (const Error& error) {
      ASSERT_EQ(error.code(), ExitCode::interrupted) << error.what();
    }
    names.merge(impatient.names);
    items += impatient.items;
  }
  ASSERT_TRUE(result);
  expect_same(*result, expected);
  EXPECT_EQ(names, patient.names);
  EXPECT_EQ(items, patient.items) << "some items were computed twice";
}

// Takes its time, which a merge cannot know beforehand.
class Slow : public Impatient {
 public:
  Slow() : Impatient(kForEver) {}

  void progress(std::int64_t done, double best) override {
    Impatient::progress(done, best);
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
};

TEST(ShortRounds, HaveAFileWhenTogetherTheyTakeTooLong) {
  const LongSearch sweep;
  const SweepPlan plan = search_after_first_round(sweep);
  Impatient patient(kForEver);
  const SweepResult expected = *merge_rounds(sweep.folder(), plan, merging(), patient).result;
  ASSERT_EQ(last_round(sweep.folder()), 1);

  search_after_first_round(sweep);
  Slow slow;
  Merged merged = merge_rounds(sweep.folder(), plan, merging(0.3), slow);
  EXPECT_GT(last_round(sweep.folder()), 1);
  EXPECT_EQ(slow.savings, 0) << "nobody asked it to stop";
  ASSERT_TRUE(merged.result) << "a round was expected to take as long as this, which it does not";
  expect_same(*merged.result, expected);
}

TEST(ShortRounds, AreLeftToTheProcessThatIsAtThem) {
  const LongSearch sweep;
  const SweepPlan plan = search_after_first_round(sweep);
  Impatient impatient(1);
  EXPECT_THROW(merge_rounds(sweep.folder(), plan, merging(), impatient), Error);
  const int last = last_round(sweep.folder());
  ASSERT_EQ(last, 2);
  const ShardClaim other(claim_file(sweep.folder(), last, 0));
  Listener listener;
  const Merged merged = merge_rounds(sweep.folder(), plan, merging(), listener);
  ASSERT_EQ(merged.missing.size(), 1u);
  EXPECT_EQ(merged.round, last);
}

// Has a shard's file say that another revision of the program computed it.
void pretend_other_revision(const PlannedSweep& sweep, const SweepPlan& plan) {
  const PlannedRound round = read_round(sweep.folder(), 1, plan.hash);
  ShardWork work = *read_shard(sweep.folder(), round, 0);
  work.revisions.insert(work.revisions.begin(), "another");
  write_shard(sweep.folder(), work);
}

TEST(OtherRevisions, AreNamedOrRefused) {
  const LongSearch sweep;
  const SweepPlan plan = search_after_first_round(sweep);
  Listener listener;
  MergeOptions strict = merging();
  strict.accepts_other_revisions = false;
  EXPECT_TRUE(merge_rounds(sweep.folder(), plan, strict, listener).result);
  EXPECT_TRUE(listener.noticed.empty());

  search_after_first_round(sweep);
  pretend_other_revision(sweep, plan);
  try {
    merge_rounds(sweep.folder(), plan, strict, listener);
    FAIL() << "another revision was merged";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::failed_diagnostics);
    EXPECT_NE(std::string(error.what()).find("another"), std::string::npos) << error.what();
  }
  EXPECT_TRUE(merge_rounds(sweep.folder(), plan, merging(), listener).result);
  ASSERT_EQ(listener.noticed.size(), 1u);
  EXPECT_NE(listener.noticed.front().find("another"), std::string::npos);
}

TEST(OtherRevisions, AreRememberedByLaterRounds) {
  const LongSearch sweep;
  const SweepPlan plan = search_after_first_round(sweep);
  pretend_other_revision(sweep, plan);
  Listener listener;
  ASSERT_TRUE(merge_rounds(sweep.folder(), plan, merging(-1), listener).next_shards);
  const std::vector<std::string> expected = {build_info().revision, "another"};
  EXPECT_EQ(read_round(sweep.folder(), 2, plan.hash).revisions, expected);
}

}  // namespace
}  // namespace losscast::test
