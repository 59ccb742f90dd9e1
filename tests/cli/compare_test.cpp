#include <gtest/gtest.h>

#include <filesystem>

#include "losscast/format/text_file.hpp"
#include "tests/cli/program.hpp"
#include "tests/cli/small_problem.hpp"
#include "tests/format/expect_error.hpp"

namespace losscast::test {
namespace {

using Json = nlohmann::json;
using Names = std::vector<std::string>;

// Two sweeps, of which the second has one candidate only.
void sweep_twice(const SmallProblem& folder) {
  run_well(folder.path(), {"sweep", "sweep.toml", "--out", "all"});
  run_well(folder.path(), {"sweep", "sweep.toml", "--out", "one", "--set", "family.wsd.peak_lr=1e-3", "--set",
                           "family.wsd.shape=\"linear\"", "--set", "family.wsd.decay_fraction=0.1"});
}

TEST(CompareCommand, PutsTheBestOfSweepsBesideEachOther) {
  const SmallProblem folder;
  sweep_twice(folder);
  const Json result = run_for_json(folder.path(), {"compare", "one", "all", "--paths", "256", "--json"});
  const Json& compared = result.at("compared");
  ASSERT_EQ(compared.size(), 2u);
  EXPECT_EQ(compared[0].at("folder"), "all");
  EXPECT_EQ(compared[0].at("difference").at("mean"), 0);
  EXPECT_LE(compared[0].at("mean"), compared[1].at("mean"));
  EXPECT_LE(compared[1].at("draws").at("low"), compared[1].at("difference").at("mean"));
  EXPECT_GE(compared[1].at("draws").at("high"), compared[1].at("difference").at("mean"));
  EXPECT_EQ(compared[0].at("known").at("difference"), 0);
  EXPECT_EQ(result.at("known").at("delta"), 1e-3);
  const Json strict = run_for_json(folder.path(), {"compare", "one", "all", "--delta", "1e-6", "--json"});
  EXPECT_EQ(strict.at("known").at("delta"), 1e-6);
  EXPECT_LE(strict.at("compared")[1].at("known").at("p_within"), compared[1].at("known").at("p_within"));
  const Json all = Json::parse(read_text_file(folder.path() / "all" / "results.json"));
  EXPECT_EQ(compared[0].at("schedule"), all.at("best").at("schedule"));
  std::filesystem::copy(folder.path() / "all", folder.path() / "again");
  const std::string said = run_well(folder.path(), {"compare", "all", "one", "--with", "again"}).out;
  for (const char* part : {"90% interval (fit)", "P(within 0.001)", "the simulation's own error", "one"})
    EXPECT_NE(said.find(part), std::string::npos) << said;
}

TEST(CompareCommand, RefusesWhatCannotBeCompared) {
  const SmallProblem folder;
  sweep_twice(folder);
  expect_failure(run_losscast(folder.path(), {"compare", "all", "nowhere"}), ExitCode::usage_or_input,
                 {"nowhere/results.json", "no such file"});
  expect_failure(run_losscast(folder.path(), {"compare", "all"}), ExitCode::usage_or_input, {"DIR2"});
  expect_failure(run_losscast(folder.path(), {"compare", "all", "./all"}), ExitCode::usage_or_input,
                 {"all and ./all are the same folder"});
  folder.write("other.json", read_text_file(folder.path() / "fit.json"));
  run_well(folder.path(), {"sweep", "sweep.toml", "--out", "other", "--set", "fit=\"other.json\""});
  expect_failure(run_losscast(folder.path(), {"compare", "all", "other"}), ExitCode::usage_or_input,
                 {"other.json", "--fit"});
  run_well(folder.path(), {"compare", "all", "other", "--fit", "fit.json"});
  folder.write("one/results.json",
               replaced(read_text_file(folder.path() / "one" / "results.json"), "\"schedule\"", "\"shedule\""));
  expect_failure(run_losscast(folder.path(), {"compare", "all", "one"}), ExitCode::usage_or_input,
                 {"one/results.json", "\"schedule\" is missing"});
}

}  // namespace
}  // namespace losscast::test
