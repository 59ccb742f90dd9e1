#include <gtest/gtest.h>

#include <fstream>

#include "jobs/round_folder.hpp"
#include "jobs/shard_claim.hpp"
#include "jobs/shard_file.hpp"
#include "losscast/base/error.hpp"
#include "losscast/format/text_file.hpp"
#include "losscast/jobs/sweep_here.hpp"
#include "tests/jobs/planned.hpp"
#include "tests/sweep/same_results.hpp"

namespace losscast::test {
namespace {

namespace fs = std::filesystem;

struct Case {
  const char* name;
  Settings settings;
};
// The kinds of sweeps that must come to the same result in pieces.
const Case kCases[] = {{"Ranking", kRanking}, {"AllBands", kAllBands}, {"Race", kRace}};

SweepResult at_once(const PlannedSweep& sweep) {
  const SweepPlan plan = sweep.plan();
  const auto rounds = begin_rounds(plan.config, plan.fit, plan.options);
  while (const std::optional<Round> open = rounds->open()) {
    const std::string part = rounds->compute(0, open->items).bytes;
    const std::string_view parts[] = {part};
    rounds->close(parts, 1);
  }
  return rounds->finish();
}

// Computes all shards of all rounds, no round being short enough for merging to do it.
SweepResult in_shards(const fs::path& folder, const SweepPlan& plan, const ShardOptions& how, Listener& listener) {
  MergeOptions options = merging(-1);
  options.most_shards = std::max(1, planned_shards(folder));
  options.shards = options.most_shards;
  for (;;) {
    EXPECT_EQ(run_shards(folder, plan, {}, how, listener), ShardsEnd::finished);
    Merged merged = merge_rounds(folder, plan, options, listener);
    EXPECT_TRUE(merged.missing.empty());
    if (merged.result) return std::move(*merged.result);
    if (!merged.next_shards) throw std::logic_error("merging came to nothing");
  }
}

class Shards : public testing::TestWithParam<Case> {};

TEST_P(Shards, ComeToWhatOneCallDoes) {
  const PlannedSweep sweep(GetParam().settings);
  const SweepResult expected = at_once(sweep);
  for (const int shards : {1, 7, 64})
    for (const int jobs : {1, 2}) {
      const SweepPlan plan = sweep.freeze(shards);
      Listener listener;
      expect_same(in_shards(sweep.folder(), plan, on_one_thread(jobs), listener), expected);
      EXPECT_TRUE(listener.noticed.empty()) << listener.noticed.front();
    }
}

TEST_P(Shards, GoOnAfterBeingStopped) {
  Settings settings = GetParam().settings;
  settings.push_back("paths=4000");  // which take longer than it takes to ask
  const PlannedSweep sweep(settings);
  const SweepResult expected = at_once(sweep);
  const SweepPlan plan = sweep.freeze(2);
  Listener impatient(0);  // asks as soon as anybody looks
  int stops = 0;
  std::int64_t before = -1;
  while (run_shards(sweep.folder(), plan, {}, on_one_thread(), impatient) == ShardsEnd::saved && ++stops < 100) {
    EXPECT_GE(impatient.at_the_beginning, before) << "what was done is lost";
    before = impatient.at_the_beginning;
    EXPECT_EQ(impatient.savings, stops);
  }
  EXPECT_LT(stops, 100);
  if (GetParam().settings != kRace) {  // whose first round has no use for paths
    EXPECT_GT(stops, 0);
  }
  Listener listener;
  expect_same(in_shards(sweep.folder(), plan, on_one_thread(), listener), expected);
}

INSTANTIATE_TEST_SUITE_P(Sweeps, Shards, testing::ValuesIn(kCases), [](const auto& one) { return one.param.name; });

TEST(ShardRuns, SaveWhatIsDoneWhenTheirTimeIsOver) {
  const PlannedSweep sweep({"paths=12000"});
  const SweepPlan plan = sweep.freeze(1);
  ShardOptions short_one = on_one_thread();
  short_one.max_seconds = 0.05;
  Listener listener;
  int calls = 1;
  while (run_shards(sweep.folder(), plan, 0, short_one, listener) == ShardsEnd::saved && calls < 200) ++calls;
  EXPECT_GT(calls, 1);
  EXPECT_LT(calls, 200);
  EXPECT_GT(listener.at_the_beginning, 0) << "the last call began anew";
  EXPECT_EQ(listener.best_now, listener.best_ever) << "the last call knew nothing of the others' losses";
  short_one.max_seconds = 0;
  EXPECT_EQ(run_shards(sweep.folder(), plan, 0, short_one, listener), ShardsEnd::finished) << "nothing was left to do";
  expect_same(in_shards(sweep.folder(), plan, on_one_thread(), listener), at_once(sweep));
}

TEST(ShardRuns, LeaveShardsAloneThatAnotherProcessIsAt) {
  const PlannedSweep sweep;
  const SweepPlan plan = sweep.freeze(3);
  {
    const ShardClaim claim(claim_file(sweep.folder(), 1, 1));
    Listener listener;
    EXPECT_EQ(run_shards(sweep.folder(), plan, {}, on_one_thread(2), listener), ShardsEnd::claimed);
    ASSERT_EQ(listener.noticed.size(), 1u);
    EXPECT_NE(listener.noticed.front().find("shard 1 is left alone"), std::string::npos);
    const Merged merged = merge_rounds(sweep.folder(), plan, merging(), listener);
    ASSERT_EQ(merged.missing.size(), 1u);
    EXPECT_EQ(merged.missing.front().index, 1);
    EXPECT_FALSE(merged.result);
  }
  Listener listener;
  EXPECT_EQ(run_shards(sweep.folder(), plan, 1, on_one_thread(), listener), ShardsEnd::finished);
  EXPECT_FALSE(fs::exists(claim_file(sweep.folder(), 1, 1)));
}

TEST(ShardRuns, RefuseAShardThatThereIsNot) {
  const PlannedSweep sweep;
  const SweepPlan plan = sweep.freeze(3);
  Listener listener;
  EXPECT_THROW(run_shards(sweep.folder(), plan, 3, on_one_thread(), listener), InputError);
  EXPECT_EQ(run_shards(sweep.folder(), plan, 2, on_one_thread(), listener), ShardsEnd::finished);
  fs::remove(round_folder(sweep.folder(), 1) / "round.state");
  EXPECT_THROW(run_shards(sweep.folder(), plan, 2, on_one_thread(), listener), InputError);
}

// Changes a finished sweep's shard, and expects merging to name it, and computing it again to mend it.
void expect_mended(void (*damage)(const fs::path&)) {
  const PlannedSweep sweep;
  const SweepPlan plan = sweep.freeze(4);
  Listener listener;
  EXPECT_EQ(run_shards(sweep.folder(), plan, {}, on_one_thread(), listener), ShardsEnd::finished);
  damage(shard_file(sweep.folder(), 1, 2));
  const Merged merged = merge_rounds(sweep.folder(), plan, merging(), listener);
  ASSERT_EQ(merged.missing.size(), 1u);
  EXPECT_EQ(merged.missing.front().index, 2);
  EXPECT_NE(merged.missing.front().reason, "");
  EXPECT_TRUE(listener.noticed.empty());
  EXPECT_EQ(run_shards(sweep.folder(), plan, 2, on_one_thread(), listener), ShardsEnd::finished);
  expect_same(in_shards(sweep.folder(), plan, on_one_thread(), listener), at_once(sweep));
}

TEST(DamagedShards, AreNamedAndComputedAnew) {
  expect_mended([](const fs::path& file) { fs::remove(file); });
  expect_mended([](const fs::path& file) { fs::resize_file(file, fs::file_size(file) / 2); });
  expect_mended([](const fs::path& file) { fs::resize_file(file, 0); });
  expect_mended([](const fs::path& file) {
    std::string bytes = read_text_file(file);
    bytes[bytes.size() / 2] ^= 4;
    std::ofstream(file, std::ios::binary) << bytes;
  });
  expect_mended([](const fs::path& file) {
    fs::copy_file(file.parent_path() / "shard-0001", file, fs::copy_options::overwrite_existing);
  });
}

// Goes on from a plan that lies in the folder, as a sweep of some length leaves it.
SweepResult go_on(const PlannedSweep& sweep, const SweepPlan& plan, Listener& listener) {
  return sweep_here(sweep.folder(), plan, on_one_thread(2), {}, listener);
}

TEST(SweepsHere, GoOnAfterAnInterruption) {
  const PlannedSweep sweep({"paths=4000"});
  const SweepPlan plan = sweep.freeze(2);
  Listener impatient(0);
  int stops = 0;
  std::optional<SweepResult> result;
  while (!result && stops < 100) {
    try {
      result = go_on(sweep, plan, impatient);
    } catch (const Error& error) {
      ASSERT_EQ(error.code(), ExitCode::interrupted) << error.what();
      ++stops;
      impatient = Listener(stops < 3 ? 0 : 1'000'000);
    }
  }
  ASSERT_TRUE(result);
  EXPECT_GT(stops, 0);
  expect_same(*result, at_once(sweep));
}

TEST(SweepsHere, BeginAnewAfterAnotherSweepOrDamage) {
  const PlannedSweep sweep;
  const SweepPlan same = sweep.freeze(2);
  const auto expect_anew = [&](const SweepPlan& plan, const std::string& reason) {
    Listener listener;
    go_on(sweep, plan, listener);
    ASSERT_EQ(listener.noticed.size(), 1u);
    EXPECT_NE(listener.noticed.front().find(reason), std::string::npos) << listener.noticed.front();
    EXPECT_TRUE(fs::is_empty(sweep.folder()));
    sweep.freeze(2);
  };
  expect_anew(sweep.plan({"paths=42"}), "paths: 40 there, 42 now");
  sweep.write("plan/plan.json", "{");
  expect_anew(same, "plan.json");
  sweep.write("plan/round-1/round.state", "losscast round 1 1 x\n");
  expect_anew(same, "round.state");
  Listener listener;
  go_on(sweep, same, listener);
  EXPECT_TRUE(listener.noticed.empty());
}

}  // namespace
}  // namespace losscast::test
