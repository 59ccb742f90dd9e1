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

}  // namespace
}  // namespace losscast::test
