// Plans and results of which files are gone or damaged, and extensions that were interrupted.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "losscast/format/text_file.hpp"
#include "tests/cli/program.hpp"
#include "tests/cli/small_problem.hpp"

namespace losscast::test {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

// A plan of eight candidates in two shards, to which others can be added.
class DamagedPlan : public SmallProblem, public ::testing::Test {
 protected:
  DamagedPlan() { run_well(path(), planned("8")); }

  static Words planned(const std::string& candidates) {
    return {"plan",     "sweep.toml",
            "--out",    "plan",
            "--shards", "2",
            "--set",    "search.method=\"sobol\"",
            "--set",    "bands.times=4",
            "--set",    "search.candidates=" + candidates};
  }
  static Words extension(const std::string& candidates) {
    Words words = planned(candidates);
    words.emplace_back("--extend");
    return words;
  }
  static Words shard(int index) { return {"shard", "plan", "--index", std::to_string(index), "--threads", "1"}; }

  fs::path file(const std::string& name) const { return path() / "plan" / name; }
  std::string text(const std::string& name) const { return read_text_file(file(name)); }
  Outcome run(const Words& words) const { return run_losscast(path(), words); }
  Outcome status() const { return run({"status", "plan", "--files"}); }

  // Computes all shards and merges them; of a sweep so short a merge may do all of it.
  void finish(int shards) const {
    for (int i = 0; i < shards; ++i) run_well(path(), shard(i));
    run_well(path(), kMerge);
  }

  const Words kMerge = {"merge", "plan", "--threads", "1"};
};

TEST_F(DamagedPlan, IsNotExtendedWhereThereIsNoRoom) {
  const std::string plan = text("plan.json"), sweep = text("sweep.toml"), round = text("round-1/round.state");
  for (const char* blocks : {"0", "2"}) {  // the round's state would have room in two blocks, and plan.json not
    const std::string limited = std::string("(ulimit -f ") + blocks + "; \"$0\" \"$@\" 2>&1; echo \"code $?\") | cat";
    const Outcome outcome = run_in_shell(path(), limited, extension("20"));
    EXPECT_NE(outcome.out.find("code 1\n"), std::string::npos) << outcome.out;
    EXPECT_EQ(text("plan.json"), plan);
    EXPECT_EQ(text("sweep.toml"), sweep);
    EXPECT_EQ(text("round-1/round.state"), round);
  }
  finish(2);
}

// As if the program had been killed after each of its files.
TEST_F(DamagedPlan, SaysThatAnExtensionWasInterrupted) {
  const std::string plan = text("plan.json"), sweep = text("sweep.toml");
  const auto fit_written = fs::last_write_time(file("fit.json"));
  run_well(path(), extension("20"));
  EXPECT_EQ(fs::last_write_time(file("fit.json")), fit_written) << "it is the same, and was written again";
  for (const auto& [name, before] : {std::pair("plan.json", plan), std::pair("sweep.toml", sweep)}) {
    std::ofstream(file(name), std::ios::binary) << before;
    for (const Words& command : {shard(0), kMerge, Words{"status", "plan", "--files"}, planned("8"), extension("8"),
                                 extension("25"), Words{"submit", "plan", "--dry-run"}})
      expect_failure(run(command), ExitCode::usage_or_input,
                     {"plan: an extension was interrupted", "ive the same `losscast plan --extend` again"});
  }
  run_well(path(), extension("20"));
  finish(4);
  run_well(path(), {"sweep", "sweep.toml", "--out", "whole", "--set", "search.method=\"sobol\"", "--set",
                    "bands.times=4", "--set", "search.candidates=20"});
  EXPECT_EQ(text("results.csv"), read_text_file(path() / "whole" / "results.csv"));
}

TEST_F(DamagedPlan, BeginsARoundAnewWhoseStateIsDamaged) {
  const std::string whole = text("round-1/round.state");
  for (const std::string& damaged : {whole + "more", std::string(), whole.substr(0, whole.find('\n') + 1)}) {
    std::ofstream(file("round-1/round.state"), std::ios::binary) << damaged;
    for (const Words& command : {shard(0), kMerge, Words{"status", "plan", "--files"}})
      expect_failure(run(command), ExitCode::usage_or_input,
                     {"round-1/round.state", "emove it, and merge", "begins the round anew"});
  }
  fs::remove(file("round-1/round.state"));
  expect_failure(run(shard(0)), ExitCode::usage_or_input, {"round-1/round.state is gone", "erge (`losscast merge"});
  const Outcome shown = status();
  EXPECT_EQ(shown.out.find("not divided"), std::string::npos) << shown.out;
  EXPECT_NE(shown.out.find("round-1/round.state is gone: the merge begins the round anew"), std::string::npos)
      << shown.out;
  run_well(path(), kMerge);
  EXPECT_NE(status().out.find("the results are in"), std::string::npos);
}

TEST_F(DamagedPlan, DoesNotTakeItsFilesForTheUsers) {
  for (const char* name : {"sweep.toml", "fit.json"}) {
    const std::string whole = text(name);
    for (const char* content : {"", "paths = ", "{\"format\": 1}"}) {
      std::ofstream(file(name), std::ios::binary) << content;
      for (const Words& command : {shard(0), kMerge, Words{"status", "plan", "--files"}})
        expect_failure(
            run(command), ExitCode::usage_or_input,
            {name, "is not what was planned (it was changed since, or is damaged)", "estore it, or plan anew"});
    }
    fs::remove(file(name));
    expect_failure(run(kMerge), ExitCode::usage_or_input, {name, "the file is missing", "estore it, or plan anew"});
    std::ofstream(file(name), std::ios::binary) << whole;
  }
  finish(2);
}

TEST_F(DamagedPlan, ComputesResultsAnewThatAreNotWhole) {
  finish(2);
  const auto says = [](const Outcome& outcome, const char* text) {
    return (outcome.out + outcome.err).find(text) != std::string::npos;
  };
  for (const char* name : {"results.csv", "bands.npy", "results.json", "answer.json"}) {
    const std::string whole = text(name);
    std::string changed = whole;
    changed[whole.size() / 2] ^= 1;
    for (const std::string& damaged : {std::string(), whole.substr(0, whole.size() / 2), changed}) {
      EXPECT_TRUE(says(status(), "the results are in")) << name;
      EXPECT_TRUE(says(run(kMerge), "nothing to do")) << name;
      if (std::string_view(name) == "answer.json" && damaged == changed) continue;  // what was printed has no checksum
      std::ofstream(file(name), std::ios::binary) << damaged;
      EXPECT_TRUE(says(status(), "next: `losscast merge")) << name;
      EXPECT_FALSE(says(run_well(path(), kMerge), "nothing to do")) << name;
    }
    fs::remove(file(name));
    EXPECT_TRUE(says(status(), "next: `losscast merge")) << name;
    run_well(path(), kMerge);
    if (fs::path(name).extension() == ".json") continue;  // it says when and how
    EXPECT_EQ(text(name), whole);
  }
}

TEST_F(DamagedPlan, CountsNoShardsOfAnotherPlan) {
  Words other = planned("8");
  other[3] = "other";
  other.insert(other.end(), {"--set", "seed=4"});
  run_well(path(), other);
  run_well(path(), {"shard", "other", "--index", "0"});
  fs::copy_file(path() / "other" / "round-1" / "shard-0000", file("round-1/shard-0000"));
  EXPECT_NE(status().out.find("0 of 2 shards done"), std::string::npos) << status().out;
  EXPECT_NE(run_well(path(), shard(0)).err.find("computed anew"), std::string::npos);
  EXPECT_NE(status().out.find("1 of 2 shards done"), std::string::npos) << status().out;
}

TEST_F(DamagedPlan, HasNoOtherShardsWhenItIsFinished) {
  finish(2);
  EXPECT_EQ(run({"status", "plan", "--files", "--index", "1"}).exit_code, 0);
  expect_failure(run({"status", "plan", "--files", "--index", "2"}), ExitCode::usage_or_input,
                 {"--index 2", "shards 0 to 1"});
  fs::remove_all(file("round-1"));
  expect_failure(run({"status", "plan", "--files", "--index", "2"}), ExitCode::usage_or_input, {"--index 2"});
}

TEST_F(DamagedPlan, NeedsACurrentFolder) {
  const std::string from_a_gone_folder = "mkdir gone && cd gone && rmdir ../gone && \"$0\" \"$@\"";
  for (const Words& command : {Words{"status", "plan"}, Words{"submit", "plan", "--dry-run"},
                               Words{"plan", (path() / "sweep.toml").string(), "--out", "p"}})
    expect_failure(run_in_shell(path(), from_a_gone_folder, command), ExitCode::internal_or_io,
                   {"the current folder cannot be found", "hange to a folder that is there"});
}

}  // namespace
}  // namespace losscast::test
