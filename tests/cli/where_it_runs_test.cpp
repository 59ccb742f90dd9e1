#include "cli/where_it_runs.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace losscast::test {
namespace {

constexpr const char* kVariables[] = {"SLURM_ARRAY_JOB_ID",  "SLURM_ARRAY_TASK_ID", "SLURM_JOB_ID", "PBS_JOBID",
                                      "LSB_JOBID",           "LSB_JOBINDEX",        "JOB_ID",       "SGE_TASK_ID",
                                      "CUDA_VISIBLE_DEVICES"};

using Environment = std::map<std::string, std::string>;

// With these variables and none of the others. Each case is a process of its own, so nothing is put back.
std::string where(const Environment& environment, std::optional<std::int64_t> shard = std::nullopt) {
  for (const char* name : kVariables) ::unsetenv(name);
  for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
  return where_it_runs(shard);
}

std::string this_host() {
  std::array<char, 256> name = {};
  ::gethostname(name.data(), name.size() - 1);
  return std::string("host ") + name.data();
}

TEST(WhereItRuns, NamesJobShardHostAndGpu) {
  EXPECT_EQ(where({{"SLURM_ARRAY_JOB_ID", "123"},
                   {"SLURM_ARRAY_TASK_ID", "4"},
                   {"SLURM_JOB_ID", "127"},
                   {"CUDA_VISIBLE_DEVICES", "0"}},
                  7),
            "job 123_4, shard 7, " + this_host() + ", GPU 0");
  EXPECT_EQ(where({}), this_host());
}

TEST(WhereItRuns, KnowsTheJobsOfEachScheduler) {
  const std::vector<std::pair<Environment, std::string>> kJobs = {
      {{{"SLURM_JOB_ID", "127"}}, "127"},
      {{{"PBS_JOBID", "123[4].server.example"}}, "123[4]"},
      {{{"LSB_JOBID", "88"}, {"LSB_JOBINDEX", "0"}}, "88"},
      {{{"LSB_JOBID", "88"}, {"LSB_JOBINDEX", "3"}}, "88[3]"},
      {{{"JOB_ID", "9"}, {"SGE_TASK_ID", "undefined"}}, "9"},
      {{{"JOB_ID", "9"}, {"SGE_TASK_ID", "2"}}, "9.2"}};
  for (const auto& [environment, job] : kJobs) EXPECT_EQ(where(environment), "job " + job + ", " + this_host());
  EXPECT_EQ(where({{"JOB_ID", "of something else"}}), this_host());
  EXPECT_EQ(where({{"LSB_JOBINDEX", "3"}}), this_host());
}

TEST(WhereItRuns, NamesTheGpusThatAreVisible) {
  const std::vector<std::pair<std::string, std::string>> kGpus = {
      {"0", ", GPU 0"}, {"2,3", ", GPUs 2,3"}, {"GPU-8e9b1c2d", ", GPU-8e9b1c2d"}, {"", ""}, {"-1", ""}};
  for (const auto& [visible, text] : kGpus) EXPECT_EQ(where({{"CUDA_VISIBLE_DEVICES", visible}}), this_host() + text);
}

TEST(WhereItRuns, IsALineForATerminal) { EXPECT_EQ(where({{"SLURM_JOB_ID", "1\n2"}}).find('\n'), std::string::npos); }

}  // namespace
}  // namespace losscast::test
