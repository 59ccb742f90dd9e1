#include <gtest/gtest.h>

#include "losscast/format/text_file.hpp"
#include "losscast/io/fit_file.hpp"
#include "tests/cli/program.hpp"
#include "tests/cli/small_problem.hpp"

namespace losscast::test {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using Names = std::vector<std::string>;

TEST(FitCommand, WritesAFitAndSaysWhatItFound) {
  const SmallProblem folder;
  const Outcome outcome = run_well(folder.path(), {"fit", "runs.toml", "--model", "power", "--out", "new.json"});
  for (const char* part : {"L0", "alpha", "std. error", "observation_noise", "two_stage", "Written to new.json"})
    EXPECT_NE(outcome.out.find(part), std::string::npos) << part << " is not in: " << outcome.out;
  EXPECT_NE(outcome.err.find("losscast: fitting power to 3 curves"), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.err.find("losscast: warning: "), std::string::npos) << "one peak only: " << outcome.err;

  const Fit fit = read_fit(folder.path() / "new.json");
  EXPECT_EQ(fit.model, "power");
  EXPECT_EQ(fit.draws.size(), static_cast<std::size_t>(Fit::kDraws));
  EXPECT_EQ(fit.diagnostics.size(), 3u);
  // The law is known; the points lie at most 1e-3 nats beside it. A fit gives up as much again for its priors.
  for (const CurveDiagnostics& one : fit.diagnostics) EXPECT_LT(one.rms_residual, 2e-3) << one.curve;
  const Json chains = Json::parse(read_text_file(folder.path() / "new.draws.json"));
  ASSERT_EQ(chains["alpha"].size(), static_cast<std::size_t>(Fit::kChains));
  EXPECT_EQ(chains["alpha"][1][3].get<double>(), fit.draws[1024 + 3][2]);
}

TEST(FitCommand, PrintsAllButTheDrawsAsJson) {
  const SmallProblem folder;
  const Json printed = run_for_json(folder.path(), {"fit", "runs.toml", "--model", "power", "--out", "new.json"});
  Json written = Json::parse(read_text_file(folder.path() / "new.json"));
  written.erase("draws");
  written["out"] = "new.json";
  written["seconds"] = printed.at("seconds");
  written["trusted"] = true;
  written["doubts"] = Json::array();
  written["standing_peak_lr"] = nullptr;  // this model has no limit of stability
  written["notes"] = Json::array();
  EXPECT_EQ(printed, written);
  EXPECT_EQ(written["provenance"]["inputs"], (Json{"runs.toml", "constant.csv", "two_stage.csv", "wsd.csv"}));
}

// Also of what was read.
TEST(FitCommand, PrintsNotesAndWarningsAsJson) {
  const SmallProblem folder;
  std::string runs = read_text_file(folder.path() / "runs.toml");
  const std::size_t second = runs.find("[[curve]]", runs.find("[[curve]]") + 1);
  runs.insert(second, "tokens_per_step = 1000\n");
  runs += "\ntokens_per_step = 2000\nloss_unit = \"bits\"\n";
  folder.write("runs.toml", runs);
  const Outcome outcome = run_well(folder.path(), {"fit", "runs.toml", "--model", "power", "--json"});
  const Json printed = Json::parse(outcome.out);
  ASSERT_EQ(printed.at("notes").size(), 1u);
  EXPECT_NE(printed["notes"][0].get<std::string>().find("converted from bits"), std::string::npos);
  EXPECT_NE(printed.at("warnings")[0].get<std::string>().find("differ in tokens_per_step"), std::string::npos);
  for (const char* kind : {"notes", "warnings"})
    for (const Json& one : printed[kind])
      EXPECT_NE(outcome.err.find(one.get<std::string>()), std::string::npos) << one << " is not in " << outcome.err;
}

TEST(FitCommand, TakesTheCurvesThatAreNamed) {
  const SmallProblem folder;
  run_well(folder.path(), {"fit", "runs.toml", "--model", "power", "--train", "wsd,constant"});
  const Fit fit = read_fit(folder.path() / "fit.json");
  ASSERT_EQ(fit.diagnostics.size(), 2u);
  EXPECT_EQ(fit.diagnostics[0].curve, "wsd");
  EXPECT_EQ(fit.diagnostics[1].curve, "constant");
  EXPECT_EQ(fit.reference.lr, 3e-3);
}

TEST(FitCommand, DrawsAnewFromAnotherSeed) {
  const SmallProblem folder;
  const auto draws = [&](const std::string& seed) {
    run_well(folder.path(), {"fit", "runs.toml", "--model", "power", "--train", "wsd,constant", "--seed", seed});
    return read_fit(folder.path() / "fit.json").draws;
  };
  const auto first = draws("5");
  EXPECT_EQ(draws("5"), first);
  EXPECT_NE(draws("6"), first);
}

TEST(FitCommand, NamesTheCurveThatWasMeant) {
  const SmallProblem folder;
  const auto files = folder.files();
  const auto train = [&](const std::string& names) {
    return run_losscast(folder.path(), {"fit", "runs.toml", "--train", names, "--out", "new.json"});
  };
  expect_failure(train("constant,two_stag"), ExitCode::usage_or_input,
                 {"--train", "runs.toml", "\"two_stag\"", "Did you mean \"two_stage\"?"});
  expect_failure(train("nothing"), ExitCode::usage_or_input, {"it has: constant, two_stage, wsd"});
  expect_failure(train("wsd,wsd"), ExitCode::usage_or_input, {"\"wsd\" is there twice"});
  expect_failure(train(","), ExitCode::usage_or_input, {"--train", "names no curve"});
  EXPECT_EQ(folder.files(), files);
}

TEST(FitCommand, IsTheSameOnAnyNumberOfThreads) {
  const SmallProblem folder;
  std::vector<Json> fits;
  for (const char* threads : {"1", "2", "3"}) {
    run_well(folder.path(), {"fit", "runs.toml", "--model", "power", "--threads", threads});
    fits.push_back(Json::parse(read_text_file(folder.path() / "fit.json")));
    fits.back().erase("provenance");
  }
  EXPECT_EQ(fits[0], fits[1]);
  EXPECT_EQ(fits[0], fits[2]);
}

// All of its points lie before the one where a fit begins.
TEST(FitCommand, SaysWhichCurveTakesNoPart) {
  const SmallProblem folder;
  folder.write("runs.toml", read_text_file(folder.path() / "runs.toml") + "steps_from = 500\nsteps_below = 400\n");
  const Json fit = run_for_json(folder.path(), {"fit", "runs.toml", "--model", "power"});
  EXPECT_EQ(fit["diagnostics"].size(), 2u);
  EXPECT_NE(fit["warnings"].dump().find("curve wsd takes no part in the fit: it has no point from step 500 on"),
            std::string::npos)
      << fit["warnings"];
}

// Before anything is fitted.
TEST(FitCommand, RefusesSizesThatItCannotFit) {
  const SmallProblem folder;
  const auto refused = [&](const std::string& sizes, const std::string& model, const Names& parts) {
    const Outcome outcome = run_losscast(folder.path(), {"fit", "runs.toml", "--model", model, "--at-params", sizes});
    expect_failure(outcome, ExitCode::usage_or_input, parts);
    EXPECT_EQ(outcome.err.find("fitting"), std::string::npos) << outcome.err;
  };
  refused("1e6,-2", "adamw", {"--at-params 1e6,-2", "\"-2\" is no positive number"});
  refused("1e6, -2", "adamw", {"\"-2\" is no positive number"});
  refused("1e6,big", "adamw", {"\"big\" is no positive number"});
  refused(",", "adamw", {"there is no size"});
  refused("1e6", "power", {"runs.toml", "model power is not fitted across sizes"});
  refused("1e6", "adamw", {"runs.toml", "it does not say its params"});
}

}  // namespace
}  // namespace losscast::test
