#include "jobs/shard_file.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "jobs/part_size.hpp"
#include "losscast/base/error.hpp"
#include "losscast/format/text_file.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast::test {
namespace {

namespace fs = std::filesystem;

PlannedRound example_round() { return {2, "hash", {"a round", 20, 1.5}, even_cuts(20, 3), "its state"}; }

template <class Work>
std::string refusal(Work work) {
  try {
    work();
    return "";
  } catch (const InputError& error) {
    return error.what();
  }
}

class ShardFiles : public testing::Test {
 protected:
  ShardFiles() {
    write_round(folder_.path(), round_);
    ShardWork work = new_shard(round_, 1);
    work.parts = {"one", "two"};
    work.done = 5;
    work.seconds = 0.25;
    write_shard(folder_.path(), work);
  }

  // Expects that the shard's file is refused as one of this round.
  void expect_refused(const PlannedRound& round, int shard = 1) {
    const std::string message = refusal([&] { read_shard(folder_.path(), round, shard); });
    EXPECT_NE(message.find(shard_file(folder_.path(), round.number, shard).string()), std::string::npos) << message;
  }

  ScratchFolder folder_;
  PlannedRound round_ = example_round();
};

TEST_F(ShardFiles, ComeBack) {
  const std::optional<ShardWork> work = read_shard(folder_.path(), round_, 1);
  ASSERT_TRUE(work);
  EXPECT_EQ(work->first, 6);
  EXPECT_EQ(work->items, 7);
  EXPECT_EQ(work->done, 5);
  EXPECT_EQ(work->parts, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(items_done(folder_.path(), round_, 1), 5);
  EXPECT_FALSE(read_shard(folder_.path(), round_, 0));
}

TEST_F(ShardFiles, OfAnotherPlanOrDivisionHaveNothingDone) {
  PlannedRound other = round_;
  other.plan = "another";
  EXPECT_EQ(items_done(folder_.path(), other, 1), 0);
  other.earlier = {{round_.plan, 2}};
  EXPECT_EQ(items_done(folder_.path(), other, 1), 5) << "of the plan before candidates were added";
  other.earlier = {{round_.plan, 1}};
  EXPECT_EQ(items_done(folder_.path(), other, 1), 0);
  other = round_;
  other.cuts = even_cuts(other.round.items, 4);
  EXPECT_EQ(items_done(folder_.path(), other, 1), 0);
  std::ofstream(shard_file(folder_.path(), 2, 1)) << "losscast shard 1 5/7 ";
  EXPECT_EQ(items_done(folder_.path(), round_, 1), 0) << "it does not say of which plan it is";
}

TEST_F(ShardFiles, OfAnotherPlanRoundOrDivisionAreRefused) {
  PlannedRound other = round_;
  other.plan = "another";
  expect_refused(other);
  other = round_;
  other.cuts = even_cuts(other.round.items, 4);
  expect_refused(other);
  other = round_;
  other.number = 3;
  fs::create_directory(round_folder(folder_.path(), 3));
  fs::copy_file(shard_file(folder_.path(), 2, 1), shard_file(folder_.path(), 3, 1));
  expect_refused(other);
  fs::copy_file(shard_file(folder_.path(), 2, 1), shard_file(folder_.path(), 2, 2));
  expect_refused(round_, 2);
}

TEST_F(ShardFiles, SealedAsShardsButNoneAreRefused) {
  std::ofstream(shard_file(folder_.path(), 2, 1)) << "losscast shard 1 5/7 ";
  expect_refused(round_);
}

TEST(PlannedRounds, ComeBack) {
  const ScratchFolder folder;
  const PlannedRound round = example_round();
  EXPECT_EQ(last_round(folder.path()), 0);
  write_round(folder.path(), {1, "hash", {"the first", 3, 0}, {0, 3}, ""});
  write_round(folder.path(), round);
  EXPECT_EQ(last_round(folder.path()), 2);
  const PlannedRound back = read_round(folder.path(), 2, "hash");
  EXPECT_EQ(back.round.name, "a round");
  EXPECT_EQ(back.round.items, 20);
  EXPECT_EQ(back.round.seconds, 1.5);
  EXPECT_EQ(back.shards(), 3);
  EXPECT_EQ(back.state, "its state");
}

TEST(PlannedRounds, OfAnotherPlanOrNumberAreRefused) {
  const ScratchFolder folder;
  write_round(folder.path(), example_round());
  const fs::path file = round_folder(folder.path(), 2) / "round.state";
  const auto expect_refused = [&](int number, const std::string& hash) {
    const std::string message = refusal([&] { read_round(folder.path(), number, hash); });
    EXPECT_NE(message.find("round.state"), std::string::npos) << message;
  };
  expect_refused(2, "another");
  expect_refused(4, "hash");
  fs::create_directory(round_folder(folder.path(), 3));
  fs::copy_file(file, round_folder(folder.path(), 3) / "round.state");
  expect_refused(3, "hash");
}

TEST(PlannedRounds, AreDividedIntoShardsThatDifferByOneItemAtMost) {
  for (const int shards : {1, 3, 7, 20, 64}) {
    PlannedRound round = example_round();
    round.cuts = even_cuts(20, shards);
    EXPECT_EQ(round.first_item(0), 0);
    EXPECT_EQ(round.first_item(shards), 20);
    for (int i = 0; i < shards; ++i) {
      EXPECT_GE(round.items_of(i), 20 / shards);
      EXPECT_LE(round.items_of(i), 20 / shards + 1);
    }
  }
}

TEST(PlannedRounds, LeaveWhatIsNotTheirsWhenTheyAreRemoved) {
  const ScratchFolder folder;
  write_round(folder.path(), {1, "hash", {"the first", 3, 0}, {0, 3}, ""});
  write_round(folder.path(), example_round());
  folder.write("round-2/shard-0000", "some");
  folder.write("round-2/shard-0000.claim", "some");
  folder.write("round-2/.losscast-1-0.tmp", "some");
  fs::create_directory(folder.path() / "round-3");
  folder.write("round-3/of_mine", "some");
  remove_rounds(folder.path());
  EXPECT_EQ(folder.files(), std::set<std::string>{"round-3"});
  EXPECT_TRUE(fs::exists(folder.path() / "round-3" / "of_mine"));
}

TEST(PlannedRounds, AreClearedOfTemporaryFilesAndClaimsAlone) {
  const ScratchFolder folder;
  for (const char* name : {".losscast-12-0.tmp", "shard-0003.claim", "shard-0003", "mine.claim", "mine.tmp"})
    folder.write(name, "");
  remove_leftovers(folder.path());
  EXPECT_EQ(folder.files(), (std::set<std::string>{"shard-0003", "mine.claim", "mine.tmp"}));
}

// Parts take a quarter of a second, about, as soon as it is known how long an item takes.
TEST(PartSize, FollowsTheTimeThatItemsTake) {
  PartSize size;
  constexpr double kSecondsOfAnItem = 1e-3;
  std::int64_t items = 0;
  for (int part = 0; part < 5; ++part) {
    items = size.next(1'000'000);
    size.took(items, static_cast<double>(items) * kSecondsOfAnItem);
  }
  EXPECT_NEAR(static_cast<double>(items) * kSecondsOfAnItem, 0.25, 0.01);
  EXPECT_EQ(size.next(3), 3);
}

TEST(PartSize, IsAtLeastAnItemAndGrowsWithTheShard) {
  PartSize slow, lasting;
  slow.took(16, 1000);
  EXPECT_GE(slow.next(100), 1);
  for (int part = 0; part < 2000; ++part) {
    const std::int64_t items = lasting.next(1'000'000'000);
    lasting.took(items, static_cast<double>(items));
  }
  EXPECT_GT(lasting.next(1'000'000'000), 1);
  PartSize instant;
  instant.took(16, 0);
  EXPECT_GT(instant.next(1'000'000), 16);
}

}  // namespace
}  // namespace losscast::test
