#include <gtest/gtest.h>

#include "tests/cli/program.hpp"
#include "tests/cli/small_problem.hpp"
#include "tests/cli/with_flags.hpp"

namespace losscast::test {
namespace {

constexpr ExitCode kUsage = ExitCode::usage_or_input;
const std::vector<std::string> kCommands = {"import", "fit",   "validate", "score",  "predict", "update",
                                            "verify", "sweep", "submit",   "status", "report",  "compare",
                                            "budget", "next",  "optimize", "list",   "version"};

TEST(Usage, HelpNamesEveryCommand) {
  const ScratchFolder folder;
  for (const char* flag : {"--help", "-h"}) {
    const Outcome outcome = run_well(folder.path(), {flag});
    for (const std::string& command : kCommands)
      EXPECT_NE(outcome.out.find("losscast " + command), std::string::npos) << command;
    EXPECT_EQ(outcome.err, "");
  }
}

TEST(Usage, EveryCommandHasHelpWithExamples) {
  const ScratchFolder folder;
  for (const std::string& command : kCommands)
    for (const char* flag : {"--help", "-h"}) {
      const Outcome outcome = run_well(folder.path(), {command, flag});
      for (const std::string& part :
           {"Usage:\n  losscast " + command, std::string("--json"), "Examples:\n  losscast " + command})
        EXPECT_NE(outcome.out.find(part), std::string::npos) << command << ": " << part;
      EXPECT_EQ(outcome.err, "");
    }
  EXPECT_TRUE(folder.files().empty());
}

TEST(Usage, HelpWinsOverMissingArguments) {
  const ScratchFolder folder;
  run_well(folder.path(), {"predict", "fit.json", "--paths", "7", "--help"});
}

TEST(Usage, CommandsThatComputeTakeThreads) {
  const ScratchFolder folder;
  for (const char* command : {"fit", "validate", "score", "predict", "sweep", "plan", "shard", "merge", "compare",
                              "budget", "next", "optimize"})
    EXPECT_NE(run_well(folder.path(), {command, "--help"}).out.find("--threads N"), std::string::npos) << command;
}

TEST(Usage, RefusesAMissingOrUnknownCommand) {
  const ScratchFolder folder;
  expect_failure(run_losscast(folder.path(), {}), kUsage, {"no command", "losscast --help"});
  expect_failure(run_losscast(folder.path(), {"sweeep", "x.toml"}), kUsage, {"\"sweeep\"", "Did you mean \"sweep\"?"});
  expect_failure(run_losscast(folder.path(), {"frobnicate"}), kUsage,
                 {"\"frobnicate\"", "there are: import, fit, validate, score"});
}

TEST(Usage, NamesTheFlagThatWasMeant) {
  const SmallProblem folder;
  const Words good = {"predict", "fit.json", "--schedule", kWsd, "--paths", "8"};
  run_well(folder.path(), good);
  for (const auto& [wrong, meant] : std::vector<std::pair<std::string, std::string>>{
           {"--pahts", "--paths"}, {"--times=5", ""}, {"--thread=2", "--threads"}, {"--jsn", "--json"}}) {
    Words arguments = good;
    arguments.push_back(wrong);
    const Outcome outcome = run_losscast(folder.path(), arguments);
    if (meant.empty())
      EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    else
      expect_failure(outcome, kUsage, {"unknown flag", "Did you mean " + meant + "?"});
  }
  expect_failure(run_losscast(folder.path(), {"version", "-x"}), kUsage, {"unknown flag -x"});
}

TEST(Usage, TakesAValueThatLooksLikeAFlagBehindAnEqualsSign) {
  const SmallProblem folder;
  run_well(folder.path(), {"predict", "fit.json", "--schedule", kWsd, "--paths", "8", "--out=--bands.csv"});
  EXPECT_TRUE(folder.files().contains("--bands.csv"));
  expect_failure(run_losscast(folder.path(), {"predict", "fit.json", "--schedule", kWsd, "--out", "--bands.csv"}),
                 kUsage, {"--out has no value"});
}

TEST(Usage, JobsNeedAPlan) {
  const ScratchFolder folder;
  for (const char* command : {"submit", "status"})
    expect_failure(run_losscast(folder.path(), {command, "."}), kUsage, {"there is no plan"});
  EXPECT_TRUE(folder.files().empty());
}

TEST(Usage, RefusesMissingAndSuperfluousArguments) {
  const SmallProblem folder;
  expect_failure(run_losscast(folder.path(), {"fit"}), kUsage, {"MANIFEST is missing", "losscast fit --help"});
  expect_failure(run_losscast(folder.path(), {"score", "fit.json"}), kUsage, {"MANIFEST is missing"});
  expect_failure(run_losscast(folder.path(), {"predict", "fit.json"}), kUsage, {"--schedule is missing"});
  expect_failure(run_losscast(folder.path(), {"sweep", "sweep.toml", "more"}), kUsage, {"\"more\" is one too many"});
  expect_failure(run_losscast(folder.path(), {"fit", "runs.toml", "--out"}), kUsage, {"out"});
  expect_failure(run_losscast(folder.path(), {"fit", "runs.toml", "--out", "--json"}), kUsage, {"--out has no value"});
  expect_failure(run_losscast(folder.path(), {"fit", "runs.toml", "--train", ""}), kUsage, {"--train has no value"});
}

TEST(Usage, RefusesValuesThatMakeNoSense) {
  const SmallProblem folder;
  const Words good = {"predict", "fit.json", "--schedule", kWsd, "--paths", "8"};
  run_well(folder.path(), good);
  const std::pair<std::string, std::string> wrong[] = {
      {"--paths", "0"},   {"--paths", "many"},  {"--paths", "1.5"},        {"--seed", "-1"},     {"--times", "0"},
      {"--threads", "0"}, {"--threads", "nan"}, {"--backend", "gpu"},      {"--scheme", "heun"}, {"--block", "0"},
      {"--block", "inf"}, {"--paths", "1e300"}, {"--weight-decay", "-0.1"}};
  for (const auto& [flag, value] : wrong)
    expect_failure(run_losscast(folder.path(), with_flags(good, {flag, value})), kUsage, {flag + " " + value});
  expect_failure(run_losscast(folder.path(), {"fit", "runs.toml", "--model", "adamv"}), kUsage, {"adamv", "adamw"});
  expect_failure(run_losscast(folder.path(), {"list", "model"}), kUsage, {"WHAT model", "Did you mean \"models\"?"});
}

// The last one would hide the first.
TEST(Usage, RefusesAValueThatIsGivenTwice) {
  const SmallProblem folder;
  const auto refused = [&](const Words& words, const std::vector<std::string>& parts) {
    expect_failure(run_losscast(folder.path(), words), kUsage, parts);
  };
  refused({"predict", "fit.json", "--schedule", kWsd, "--out", "a.csv", "--out=b.csv"},
          {"--out is given 2 times", "a.csv and b.csv"});
  refused({"predict", "fit.json", "--schedule", kWsd, "--schedule", kWsd}, {"--schedule is given 2 times"});
  EXPECT_FALSE(folder.files().contains("a.csv") || folder.files().contains("b.csv"));
  run_well(folder.path(), {"predict", "fit.json", "--schedule", kWsd, "--paths", "8", "--json", "--json"});
  run_well(folder.path(), {"sweep", "sweep.toml", "--set", "paths=8", "--set", "seed=2"});
}

TEST(Usage, CountsMayBeWrittenWithAnExponent) {
  const SmallProblem folder;
  run_well(folder.path(), {"predict", "fit.json", "--schedule", kWsd, "--paths", "1e2"});
}

}  // namespace
}  // namespace losscast::test
