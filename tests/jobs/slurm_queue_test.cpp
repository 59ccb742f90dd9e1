// Slurm's answers, as version 22.05 gives them.
#include "jobs/slurm_queue.hpp"

#include <gtest/gtest.h>

namespace losscast::test {
namespace {

constexpr const char* kListing =
    "12_3|RUNNING|n1|2|None|losscast-plan|/data/a|b/plan|\n"
    "12_4|PENDING||0|JobArrayTaskLimit|losscast-plan|/data/a|b/plan|\n"
    "13|PENDING||0|Dependency|losscast-plan-merge|/data/a|b/plan|\n"
    "14_0|RUNNING|n2|0|None|losscast-plan|/data/other/plan|\n"
    "15_0|RUNNING|n2|0|None|losscast-plan|(null)|\n";

TEST(SlurmQueue, IsReadForOnePlan) {
  const std::vector<QueuedJob> jobs = jobs_in(kListing, "/data/a|b/plan");
  ASSERT_EQ(jobs.size(), 3u);
  EXPECT_EQ(jobs[0].id, "12_3");
  EXPECT_EQ(jobs[0].state, "RUNNING");
  EXPECT_EQ(jobs[0].node, "n1");
  EXPECT_EQ(jobs[0].restarts, 2);
  EXPECT_EQ(jobs[0].reason, "");
  EXPECT_FALSE(jobs[0].is_merge);
  EXPECT_EQ(jobs[1].node, "");
  EXPECT_EQ(jobs[1].reason, "JobArrayTaskLimit");
  EXPECT_TRUE(jobs[2].is_merge);
}

TEST(SlurmQueue, TellsAnArraysTask) {
  const std::vector<QueuedJob> jobs = jobs_in(kListing, "/data/a|b/plan");
  EXPECT_EQ(task_index(jobs.at(0)), 3);
  EXPECT_EQ(task_index(jobs.at(2)), std::nullopt);
}

TEST(SlurmQueue, MayBeEmptyOrCutShort) {
  EXPECT_TRUE(jobs_in("", "/p").empty());
  EXPECT_TRUE(jobs_in("12_3|RUNN", "/p").empty());
  EXPECT_TRUE(jobs_in("\n\n", "/p").empty());
}

}  // namespace
}  // namespace losscast::test
