#include "jobs/plan_progress.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "jobs/round_folder.hpp"
#include "tests/format/expect_error.hpp"
#include "tests/jobs/planned.hpp"

namespace losscast::test {
namespace {

namespace fs = std::filesystem;

void run_shard_of(const PlannedSweep& sweep, const SweepPlan& plan, int shard) {
  Listener listener;
  run_shards(sweep.folder(), plan, shard, on_one_thread(), listener);
}

TEST(PlanProgress, FollowsTheShards) {
  const PlannedSweep sweep;
  const SweepPlan plan = sweep.freeze(3);
  PlanProgress progress = plan_progress(sweep.folder());
  EXPECT_EQ(progress.plan, plan.hash);
  EXPECT_EQ(progress.closed, 0);
  ASSERT_TRUE(progress.open);
  EXPECT_EQ(progress.open->number, 1);
  EXPECT_EQ(progress.open->missing, (std::vector<int>{0, 1, 2}));
  run_shard_of(sweep, plan, 1);
  progress = plan_progress(sweep.folder());
  EXPECT_EQ(progress.open->missing, (std::vector<int>{0, 2}));
  ASSERT_EQ(progress.open->states.size(), 3u);
  for (const ShardState& shard : progress.open->states) {
    EXPECT_EQ(shard.is_done, shard.index == 1);
    EXPECT_EQ(shard.items_done, shard.is_done ? shard.items : 0);
    EXPECT_GT(shard.items, 0);
  }
  EXPECT_TRUE(closed_rounds(sweep.folder(), progress).empty());
}

TEST(PlanProgress, FindsDamagedShards) {
  const PlannedSweep sweep;
  const SweepPlan plan = sweep.freeze(3);
  for (const int shard : {0, 2}) run_shard_of(sweep, plan, shard);
  EXPECT_TRUE(damaged_shards(sweep.folder(), plan_progress(sweep.folder())).empty());
  std::ofstream(sweep.folder() / "round-1" / "shard-0002", std::ios::app) << "more";
  const PlanProgress progress = plan_progress(sweep.folder());
  EXPECT_EQ(progress.open->missing, std::vector<int>{1}) << "its first line still says that it is done";
  EXPECT_EQ(damaged_shards(sweep.folder(), progress), std::vector<int>{2});
}

TEST(PlanProgress, TellsRoundsThatAreTheMergesOwn) {
  const PlannedSweep sweep;
  sweep.freeze(1);
  EXPECT_FALSE(plan_progress(sweep.folder()).open->is_for_merge);
  PlannedRound round = read_round(sweep.folder(), 1);
  round.is_for_merge = true;
  write_round(sweep.folder(), round);
  const PlanProgress progress = plan_progress(sweep.folder());
  EXPECT_TRUE(progress.open->is_for_merge);
  EXPECT_EQ(progress.open->missing, std::vector<int>{0});
}

TEST(PlanProgress, NeedsAPlan) {
  const ScratchFolder folder;
  expect_error(ExitCode::usage_or_input, {"there is no plan"}, [&] { plan_progress(folder.path()); });
}

}  // namespace
}  // namespace losscast::test
