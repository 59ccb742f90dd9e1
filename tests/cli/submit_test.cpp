// What `submit` and `status` make of a plan. That Slurm does what they say is tested in tests/slurm.
#include <gtest/gtest.h>

#include <fstream>

#include "tests/cli/program.hpp"
#include "tests/cli/small_problem.hpp"

namespace losscast::test {
namespace {

using Json = nlohmann::json;

// A plan of sweep.toml in three shards.
class Submit : public SmallProblem, public ::testing::Test {
 protected:
  Submit() { run_well(path(), {"plan", "sweep.toml", "--shards", "3", "--out", "plan"}); }

  Json dry_run(Words flags) const {
    flags.insert(flags.begin(), {"submit", "plan", "--dry-run"});
    return run_for_json(path(), flags)["dry_run"];
  }
  Json status() const { return run_for_json(path(), {"status", "plan", "--files"}); }
  std::string plan_folder() const { return std::filesystem::canonical(path() / "plan").string(); }
  std::string shown() const { return run_well(path(), {"status", "plan", "--files"}).out; }
  void shard(int index) const { run_well(path(), {"shard", "plan", "--index", std::to_string(index)}); }
};

bool has(const Json& text, const std::string& part) { return text.get<std::string>().find(part) != std::string::npos; }

TEST_F(Submit, SaysWhatItWouldSubmit) {
  const Json jobs = dry_run({"--gpus", "1", "--cpus=2", "--time", "30", "--max-running", "2", "--partition", "a b",
                             "--sbatch-arg=--qos=low"});
  ASSERT_EQ(jobs.size(), 2u);
  for (const char* line : {"\n#SBATCH --array=0-2%2\n", "\n#SBATCH --gres=gpu:1\n", "\n#SBATCH --cpus-per-task=2\n",
                           "\n#SBATCH --time=0:30:00\n"})
    EXPECT_TRUE(has(jobs[0]["script"], line)) << line << jobs[0]["script"];
  EXPECT_TRUE(has(jobs[0]["command"], " '--partition=a b' --qos=low "));
  EXPECT_TRUE(has(jobs[1]["command"], " --dependency=afterany:ARRAY "));
  EXPECT_FALSE(std::filesystem::exists(path() / "plan" / "slurm"));
}

TEST_F(Submit, RunsOnlyWhatIsMissing) {
  shard(1);
  EXPECT_TRUE(has(dry_run({})[0]["script"], "\n#SBATCH --array=0,2\n"));
  shard(0);
  shard(2);
  const Json merge_alone = dry_run({});
  ASSERT_EQ(merge_alone.size(), 1u);
  EXPECT_FALSE(has(merge_alone[0]["command"], "--dependency"));
  run_well(path(), {"merge", "plan"});
  const Json nothing = run_for_json(path(), {"submit", "plan"});
  EXPECT_TRUE(nothing["round"].is_null());
  EXPECT_EQ(nothing["results"], plan_folder());
  EXPECT_NE(run_well(path(), {"submit", "plan"}).out.find("nothing is left to do"), std::string::npos);
}

TEST_F(Submit, RunsADamagedShardAgain) {
  for (const int index : {0, 1, 2}) shard(index);
  const std::filesystem::path file = path() / "plan" / "round-1" / "shard-0001";
  ASSERT_TRUE(std::filesystem::exists(file));
  std::ofstream(file, std::ios::app) << "more";
  EXPECT_TRUE(has(dry_run({})[0]["script"], "\n#SBATCH --array=1\n"));
}

TEST_F(Submit, ContinuesOnlyWithALaterRound) {
  expect_failure(run_losscast(path(), {"submit", "plan", "--after-round", "1"}), ExitCode::incomplete,
                 {"round 1 lacks shards 0-2"});
  EXPECT_FALSE(std::filesystem::exists(path() / "plan" / "slurm"));
}

TEST_F(Submit, RefusesValuesThatMakeNoSense) {
  for (const Words& flags :
       {Words{"--time", "soon"}, Words{"--gpus", "-1"}, Words{"--cpus", "0"}, Words{"--max-running", "0"},
        Words{"--sbatch-arg=--array=1"}, Words{"--sbatch-arg=-t30"}, Words{"--sbatch-arg", "x"}}) {
    Words words = {"submit", "plan", "--dry-run"};
    words.insert(words.end(), flags.begin(), flags.end());
    expect_failure(run_losscast(path(), words), ExitCode::usage_or_input, {flags[0].substr(0, flags[0].find('='))});
  }
}

TEST_F(Submit, StatusFollowsTheWork) {
  Json now = status();
  EXPECT_EQ(now["finished"], false);
  EXPECT_EQ(now["open"]["number"], 1);
  EXPECT_EQ(now["open"]["missing"], 3);
  ASSERT_EQ(now["open"]["states"].size(), 3u);
  EXPECT_EQ(now["open"]["states"][1]["items_done"], 0);
  shard(1);
  now = status();
  EXPECT_EQ(now["open"]["missing"], 2);
  EXPECT_EQ(now["open"]["states"][1]["done"], true);
  EXPECT_EQ(now["open"]["states"][1]["items_done"], now["open"]["states"][1]["items"]);
  EXPECT_NE(shown().find("1 of 3 shards done"), std::string::npos);
  EXPECT_EQ(run_for_json(path(), {"status", "plan", "--files", "--index=2"})["open"]["states"].size(), 1u);
  shard(0);
  shard(2);
  run_well(path(), {"merge", "plan"});
  now = status();
  EXPECT_EQ(now["finished"], true);
  EXPECT_TRUE(now["open"].is_null());
  EXPECT_EQ(now["closed"].size(), 1u);
}

TEST_F(Submit, StatusNamesTheNextCommand) {
  const auto next = [&] { return status()["next"]; };
  shard(1);
  EXPECT_EQ(next(), "shard");
  EXPECT_TRUE(status()["results"].is_null());
  const std::string plan = plan_folder();
  EXPECT_NE(
      shown().find("next: `losscast shard " + plan + " --index I` for I of 0,2, or `losscast submit " + plan + "`"),
      std::string::npos)
      << shown();
  shard(0);
  shard(2);
  EXPECT_EQ(next(), "merge");
  EXPECT_NE(shown().find("next: `losscast merge " + plan + "`"), std::string::npos) << shown();
  run_well(path(), {"merge", "plan"});
  EXPECT_TRUE(next().is_null());
  EXPECT_EQ(status()["results"], plan);
  EXPECT_EQ(status()["plan"], run_for_json(path(), {"merge", "plan"})["provenance"]["plan"]);
  EXPECT_EQ(shown().find("next:"), std::string::npos) << shown();
}

TEST_F(Submit, StatusSaysThatTheMergeDoesAllOfAnUndividedSweep) {
  run_well(path(), {"plan", "sweep.toml", "--target-se", "1e-2", "--out", "plan_of_one"});
  const std::string shown = run_well(path(), {"status", "plan_of_one", "--files"}).out;
  EXPECT_NE(shown.find("not divided into shards: the merge computes all of it"), std::string::npos) << shown;
  EXPECT_NE(shown.find("next: `losscast merge "), std::string::npos) << shown;
  EXPECT_EQ(shown.find("round 0"), std::string::npos) << shown;
  expect_failure(run_losscast(path(), {"status", "plan_of_one", "--files", "--index", "0"}), ExitCode::usage_or_input,
                 {"--index 0", "this plan has none"});
}

TEST_F(Submit, StatusRefusesAShardThatIsNotThere) {
  for (const char* index : {"3", "-1", "x"})
    expect_failure(run_losscast(path(), {"status", "plan", "--index", index}), ExitCode::usage_or_input,
                   {"--index", "shards 0 to 2"});
}

// Slurm whose programs fail.
class SlurmThatFails : public Submit {
 protected:
  SlurmThatFails() { std::filesystem::create_directory(path() / "bin"); }

  void stand_in(const std::string& program, const std::string& script) const {
    write("bin/" + program, "#!/bin/sh\n" + script + "\n");
    std::filesystem::permissions(path() / "bin" / program, std::filesystem::perms::owner_all);
  }
  Outcome run_with_it(const Words& words) const {
    return run_in_shell(path(), "PATH=$PWD/bin:$PATH; exec \"$0\" \"$@\"", words);
  }
};

TEST_F(SlurmThatFails, ToTellTheQueue) {
  stand_in("squeue", "echo 'Unable to contact slurm controller' >&2; exit 1");
  expect_failure(run_with_it({"submit", "plan"}), ExitCode::internal_or_io,
                 {"squeue cannot tell which jobs there are", "Unable to contact slurm controller", "ry again later"});
  const Outcome status = run_with_it({"status", "plan"});
  EXPECT_EQ(status.exit_code, 0) << status.err;
  EXPECT_NE(status.err.find("squeue cannot tell which jobs there are"), std::string::npos) << status.err;
  EXPECT_NE(status.out.find("next: try again later"), std::string::npos) << status.out;
}

TEST_F(SlurmThatFails, ToTakeAJob) {
  stand_in("squeue", "exit 0");
  stand_in("sbatch", "echo 'Invalid partition' >&2; exit 1");
  expect_failure(run_with_it({"submit", "plan"}), ExitCode::usage_or_input,
                 {"sbatch refused a job", "Invalid partition"});
  stand_in("sbatch", "echo 'Socket timed out' >&2; exit 1");
  expect_failure(run_with_it({"submit", "plan"}), ExitCode::internal_or_io,
                 {"Slurm does not answer sbatch", "Socket timed out"});
}

}  // namespace
}  // namespace losscast::test
