#include "jobs/slurm_script.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "jobs/child_process.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast::test {
namespace {

SlurmJob some_job() {
  SlurmJob job;
  job.settings.program = "/opt/losscast";
  job.folder = "/data/plan";
  job.round = 2;
  job.shards = {0, 1, 2, 3, 7};
  job.time_limit = 3600;
  return job;
}

bool has_line(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

bool has_word(const std::vector<std::string>& words, const std::string& word) {
  return std::ranges::find(words, word) != words.end();
}

TEST(ArrayLayout, GivesEachShardItsOwnTask) {
  const ArrayLayout layout = array_layout({0, 1, 5, 1000}, 1000);
  EXPECT_FALSE(layout.by_place);
  EXPECT_EQ(layout.indices, "0-1,5,1000");
  EXPECT_EQ(layout.tasks, 4);
}

TEST(ArrayLayout, GoesByPlaceBeyondTheLargestIndex) {
  const ArrayLayout few = array_layout({0, 5, 1001}, 1000);
  EXPECT_TRUE(few.by_place);
  EXPECT_EQ(few.indices, "0-2");
  EXPECT_EQ(few.shards_a_task, 1);
  std::vector<int> shards(2003);
  std::iota(shards.begin(), shards.end(), 0);
  const ArrayLayout many = array_layout(shards, 1000);
  EXPECT_EQ(many.shards_a_task, 3);
  EXPECT_EQ(many.tasks, 668);
  EXPECT_EQ(many.indices, "0-667");
}

TEST(ArrayScript, AsksForWhatTheSettingsSay) {
  SlurmJob job = some_job();
  job.settings.gpus = 2;
  job.settings.cpus = 4;
  job.settings.max_running = 3;
  const std::string script = array_script(job);
  EXPECT_TRUE(script.starts_with("#!/bin/bash\n"));
  for (const char* line : {"#SBATCH --job-name=losscast-plan", "#SBATCH --array=0-3,7%3", "#SBATCH --cpus-per-task=4",
                           "#SBATCH --gres=gpu:2", "#SBATCH --time=1:00:00", "#SBATCH --signal=B:USR1@120",
                           "#SBATCH --requeue", "#SBATCH --open-mode=append", "program=/opt/losscast",
                           "plan=/data/plan", "round=2", "cpus=4", "requeues=100", "max_seconds=3480"})
    EXPECT_TRUE(has_line(script, line)) << line << "\n" << script;
}

TEST(ArrayScript, HasNeitherThrottleNorGpusUnlessAsked) {
  const std::string script = array_script(some_job());
  EXPECT_TRUE(has_line(script, "#SBATCH --array=0-3,7"));
  EXPECT_EQ(script.find("--gres"), std::string::npos);
}

TEST(ArrayScript, LeavesTimeToSave) {
  EXPECT_EQ(seconds_to_save(4 * 3600), 120);
  EXPECT_EQ(seconds_to_save(480), 120);
  EXPECT_EQ(seconds_to_save(60), 15);
}

TEST(Commands, CarryWhatUsersWrote) {
  SlurmJob job = some_job();
  job.settings.partition = "gpu one";
  job.settings.memory = "4G";
  job.settings.sbatch_args = {"--qos=low"};
  const std::vector<std::string> array = array_command(job);
  for (const char* word : {"--parsable", "--chdir=/data/plan", "--output=/data/plan/logs/round_2_%a-%A.log",
                           "--comment=/data/plan", "--partition=gpu one", "--mem=4G", "--qos=low"})
    EXPECT_TRUE(has_word(array, word)) << word;
  EXPECT_EQ(array.front(), "sbatch");
  EXPECT_EQ(array.back(), "/data/plan/slurm/round_2_shards.sh");
  const std::vector<std::string> merge = merge_command(job, "12");
  EXPECT_TRUE(has_word(merge, "--dependency=afterany:12"));
  EXPECT_TRUE(has_word(merge, "--kill-on-invalid-dep=yes"));
  EXPECT_TRUE(has_word(merge, "--qos=low"));
  const std::vector<std::string> alone = merge_command(job, "");
  EXPECT_TRUE(std::ranges::none_of(alone, [](const std::string& w) { return w.starts_with("--dependency"); }));
}

TEST(Commands, ProtectAPercentSignInALogsName) {
  SlurmJob job = some_job();
  job.folder = "/data/50%x";
  EXPECT_TRUE(has_word(array_command(job), "--output=/data/50%%x/logs/round_2_%a-%A.log"));
}

TEST(MergeScript, SubmitsTheNextRoundWithTheSameSettings) {
  SlurmJob job = some_job();
  job.settings.time = "30";
  job.settings.partition = "it's one";
  job.settings.max_running = 5;
  job.settings.sbatch_args = {"--qos=low", "--exclude=n[1-2]"};
  EXPECT_TRUE(has_line(merge_script(job),
                       "submit=(--program=/opt/losscast --gpus=0 --cpus=1 --requeues=100 --max-running=5 --time=30 "
                       "'--partition=it'\\''s one' --sbatch-arg=--qos=low '--sbatch-arg=--exclude=n[1-2]')"));
}

TEST(MergeScript, LetsEachRoundHaveItsOwnTimeLimit) {
  EXPECT_EQ(merge_script(some_job()).find("submit=(--time"), std::string::npos);
  EXPECT_EQ(merge_script(some_job()).find(" --time=3"), std::string::npos);
}

TEST(JobNames, AreOfPlainCharacters) {
  EXPECT_EQ(array_name("/data/my plan,1"), "losscast-my_plan_1");
  EXPECT_EQ(merge_name("/data/my plan,1"), "losscast-my_plan_1-merge");
  EXPECT_EQ(array_name("/data/" + std::string(100, 'a')).size(), 9u + 60u);
}

// Every kind of script, in a folder whose name has all that a shell could stumble over.
std::vector<std::string> all_scripts() {
  SlurmJob job = some_job();
  job.folder = "/data/it's \"a\" $(plan) `x`; &";
  std::vector<std::string> scripts = {array_script(job), merge_script(job)};
  job.largest_array_index = 2;
  scripts.push_back(array_script(job));
  return scripts;
}

TEST(Scripts, AreBash) {
  const ScratchFolder folder;
  for (const std::string& script : all_scripts()) {
    const auto answer = ask({"bash", "-n", folder.write("script.sh", script).string()});
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->exit_code, 0) << answer->err;
    EXPECT_EQ(answer->err, "");
  }
}

TEST(Scripts, PleaseShellcheck) {
  const ScratchFolder folder;
  if (!ask({"shellcheck", "--version"})) GTEST_SKIP() << "there is no shellcheck";
  for (const std::string& script : all_scripts()) {
    const auto answer = ask({"shellcheck", "--severity=warning", folder.write("script.sh", script).string()});
    EXPECT_EQ(answer->exit_code, 0) << answer->out;
  }
}

// The lines between the variables and the functions, which find a task's shards.
TEST(ArrayScript, FindsTheShardsOfATaskByPlace) {
  SlurmJob job = some_job();
  job.shards = {0, 1, 2, 3, 7, 9, 10};
  job.largest_array_index = 2;
  const std::string script = array_script(job);
  const std::size_t end = script.find("set -u");
  ASSERT_NE(end, std::string::npos);
  const char* const expected[] = {"0 1 2\n", "3 7 9\n", "10\n"};
  for (int task = 0; task < 3; ++task) {
    const auto answer = ask({"env", "SLURM_ARRAY_TASK_ID=" + std::to_string(task), "bash", "-c",
                             script.substr(0, end) + "echo \"${shards[@]}\""});
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->out, expected[task]) << answer->err;
  }
}

}  // namespace
}  // namespace losscast::test
