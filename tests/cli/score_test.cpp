#include <gtest/gtest.h>

#include <cmath>

#include "losscast/format/text_file.hpp"
#include "tests/cli/program.hpp"
#include "tests/cli/small_problem.hpp"
#include "tests/format/expect_error.hpp"

namespace losscast::test {
namespace {

using Json = nlohmann::json;
using Names = std::vector<std::string>;

TEST(ScoreCommand, GivesMetricsAndForecastsAsJson) {
  const SmallProblem folder;
  const Json score = run_for_json(folder.path(), {"score", "fit.json", "runs.toml", "--paths", "256"});
  EXPECT_EQ(keys(score), (Names{"average", "curves", "doubts", "hazard_of_fit", "standing_peak_lr", "trusted"}));
  EXPECT_EQ(keys(score["average"]), (Names{"mae", "pred_e", "r2", "rmse", "worst_e"}));
  EXPECT_EQ(keys(score["curves"]), (Names{"constant", "two_stage", "wsd"}));
  for (const auto& [name, curve] : score["curves"].items()) {
    EXPECT_EQ(keys(curve), (Names{"extrapolations", "final", "mae", "pred_e", "r2", "rmse", "worst_e"}));
    EXPECT_EQ(keys(curve["final"]),
              (Names{"lost_share", "measured", "predicted", "q05", "q95", "se", "status", "step"}));
    EXPECT_EQ(curve["final"]["step"], kSmallSteps);
    EXPECT_LT(curve["final"]["q05"], curve["final"]["predicted"]);
    EXPECT_GT(curve["final"]["q95"], curve["final"]["predicted"]);
    EXPECT_TRUE(curve["extrapolations"].empty()) << curve["extrapolations"];
    // The points lie 0, 5e-4 or 1e-3 nats beside the law, in turn: 6e-4 on average of each five, 46 points in all.
    EXPECT_NEAR(curve["mae"].get<double>(), 6e-4, 3e-5);
    EXPECT_NEAR(curve["rmse"].get<double>(), 5e-4 * std::sqrt(2.0), 3e-5);
  }
}

TEST(ScoreCommand, AveragesOverTheCurvesThatAreNamed) {
  const SmallProblem folder;
  const Json score =
      run_for_json(folder.path(), {"score", "fit.json", "runs.toml", "--paths", "8", "--curves", "wsd,constant"});
  EXPECT_EQ(keys(score["curves"]), (Names{"constant", "wsd"}));
  for (const char* metric : {"r2", "mae", "rmse", "pred_e", "worst_e"})
    EXPECT_DOUBLE_EQ(
        score["average"][metric].get<double>(),
        (score["curves"]["wsd"][metric].get<double>() + score["curves"]["constant"][metric].get<double>()) / 2)
        << metric;
  expect_failure(run_losscast(folder.path(), {"score", "fit.json", "runs.toml", "--curves", "wds"}),
                 ExitCode::usage_or_input, {"--curves", "\"wds\"", "Did you mean \"wsd\"?"});
}

// Five standard errors of a quantile over 4,096 paths are a twentieth of the band; blocks may shift it by 2.5e-4 nats.
TEST(ScoreCommand, TakesTheForecastFromTheLawUnlessPathsAreGiven) {
  const SmallProblem folder;
  const Json law = run_for_json(folder.path(), {"score", "fit.json", "runs.toml"});
  const Json paths = run_for_json(folder.path(), {"score", "fit.json", "runs.toml", "--paths", "4096"});
  for (const auto& [name, curve] : law["curves"].items()) {
    const Json &one = curve["final"], &other = paths["curves"][name]["final"];
    const double error = 0.05 * (other["q95"].get<double>() - other["q05"].get<double>()) + 2.5e-4;
    for (const char* key : {"predicted", "q05", "q95"})
      EXPECT_NEAR(one[key].get<double>(), other[key].get<double>(), error) << name << " " << key;
    EXPECT_EQ(one["status"], "ok");
    EXPECT_NE(one["q05"], other["q05"]);  // or nothing was compared
  }
}

TEST(ScoreCommand, FlagsCurvesOutsideWhatTheFitHasSeen) {
  const SmallProblem folder;
  const std::string manifest = read_text_file(folder.path() / "runs.toml");
  const std::size_t wsd = manifest.find("family = \"wsd\", peak_lr = 3e-3");
  ASSERT_NE(wsd, std::string::npos);
  folder.write("runs.toml",
               manifest.substr(0, wsd) + replaced(manifest.substr(wsd), "peak_lr = 3e-3", "peak_lr = 5e-3"));
  const Outcome outcome = run_well(folder.path(), {"score", "fit.json", "runs.toml", "--paths", "8", "--json"});
  const Json curves = Json::parse(outcome.out)["curves"];
  EXPECT_EQ(curves["wsd"]["extrapolations"].size(), 1u);
  EXPECT_TRUE(curves["constant"]["extrapolations"].empty());
  EXPECT_NE(outcome.err.find("warning: 1 of 3 curves lie outside what the fit has seen: wsd"), std::string::npos)
      << outcome.err;
}

TEST(ScoreCommand, PrintsATableAndIsTheSameOnAnyNumberOfThreads) {
  const SmallProblem folder;
  std::vector<std::string> tables;
  for (const char* threads : {"1", "2", "3"})
    tables.push_back(
        run_well(folder.path(), {"score", "fit.json", "runs.toml", "--paths", "64", "--threads", threads}).out);
  EXPECT_NE(tables[0].find("\naverage"), std::string::npos) << tables[0];
  EXPECT_EQ(tables[0], tables[1]);
  EXPECT_EQ(tables[0], tables[2]);
}

TEST(ScoreCommand, RefusesACurveWithoutAPointAfterItsWarmup) {
  const SmallProblem folder;
  folder.write("wsd.csv", "step,loss\n50,4.0\n");
  expect_failure(run_losscast(folder.path(), {"score", "fit.json", "runs.toml"}), ExitCode::usage_or_input,
                 {"wsd.csv", "\"wsd\"", "--curves"});
}

}  // namespace
}  // namespace losscast::test
