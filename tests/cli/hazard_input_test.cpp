// Runs of which `losscast hazard` would make too much, each beside a control that it goes on from.
#include <gtest/gtest.h>

#include "losscast/format/text_file.hpp"
#include "tests/cli/program.hpp"
#include "tests/cli/small_problem.hpp"

namespace losscast::test {
namespace {

void refused(const SmallProblem& folder, const Words& words, const std::vector<std::string>& parts) {
  expect_failure(run_losscast(folder.path(), words), ExitCode::usage_or_input, parts);
}

TEST(HazardCommand, CountsEachRunOnce) {
  const SmallProblem folder;
  refused(folder, {"hazard", "runs.toml"}, {"no run has a spike"});
  const std::string manifest = read_text_file(folder.path() / "runs.toml");
  folder.write("again.toml", manifest + "[[curve]]\nname = \"again\"\nfile = \"wsd.csv\"\nschedule = " + kWsd + "\n");
  refused(folder, {"hazard", "again.toml"}, {"curve again", "copy of curve wsd", "each run counts once"});
}

TEST(HazardCommand, NamesTheColumnThatIsNotThere) {
  const SmallProblem folder;
  refused(folder, {"hazard", "runs.toml", "--norms", "loss"}, {"no run has a spike"});
  const Outcome outcome = run_losscast(folder.path(), {"hazard", "runs.toml", "--norms", "norm"});
  expect_failure(outcome, ExitCode::usage_or_input, {"constant.csv", "no column \"norm\"", "step, loss", "--norms"});
  EXPECT_EQ(outcome.err.find("rename"), std::string::npos) << outcome.err;
}

const Words kByHand = {"--architecture", "arch.toml", "--mean-jump", "0.1", "--jump-decay", "1e-3"};

// Trainings of one architecture at the LRs 1, 2 and 3 times 1e-3, which spiked or did not.
Words outcomes(const SmallProblem& folder, const std::string& rows) {
  folder.write("arch.toml", "format = 1\nlayers = 4\nd_model = 64\nheads = 4\n");
  folder.write("outcomes.csv", "architecture,peak_lr,steps,spiked\n" + rows);
  Words words = {"hazard", "--outcomes", "outcomes.csv"};
  words.insert(words.end(), kByHand.begin(), kByHand.end());
  return words;
}

TEST(HazardCommand, DistrustsOutcomesThatContradict) {
  const SmallProblem folder;
  const auto expect = [&](const std::string& rows, const std::string& doubt) {
    Words words = outcomes(folder, rows);
    words.emplace_back("--strict");
    const Outcome outcome = run_losscast(folder.path(), words);
    EXPECT_EQ(outcome.exit_code, doubt.empty() ? 0 : static_cast<int>(ExitCode::failed_diagnostics)) << outcome.err;
    EXPECT_NE(outcome.out.find(doubt), std::string::npos) << outcome.out;
    EXPECT_EQ(outcome.out.find("Do not rely") != std::string::npos, !doubt.empty()) << outcome.out;
  };
  expect("arch.toml,1e-3,1000,no\narch.toml,2e-3,1000,no\narch.toml,3e-3,1000,yes\n", "");
  expect("arch.toml,1e-3,1000,no\narch.toml,3e-3,1000,no\narch.toml,3e-3,1000,yes\n", "contradict each other");
  expect("arch.toml,1e-3,1000,yes\narch.toml,2e-3,1000,no\narch.toml,3e-3,1000,no\n",
         "of 2 pairs of a training that spiked and one that did not, the one that spiked was under less strain in 2");
  refused(folder, outcomes(folder, "arch.toml,1e-3,1000,no\narch.toml,3e-3,1000,no\n"),
          {"outcomes.csv", "no run spiked"});
  refused(folder, outcomes(folder, "arch.toml,1e-3,1000,yes\narch.toml,3e-3,1000,yes\n"),
          {"outcomes.csv", "all runs spiked"});
}

// A manifest is there for the size of jumps then, which those without a spike do not tell.
TEST(HazardCommand, NamesTheManifestWithoutSpikesBesideOutcomes) {
  const SmallProblem folder;
  Words words = outcomes(folder, "arch.toml,1e-3,1000,no\narch.toml,3e-3,1000,yes\n");
  run_well(folder.path(), words);
  words.insert(words.begin() + 1, "runs.toml");
  refused(folder, words, {"MANIFEST runs.toml", "no run has a spike", "Leave it out, and give --mean-jump"});
}

}  // namespace
}  // namespace losscast::test
