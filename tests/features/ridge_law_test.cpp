// The regression on runs whose law is known, and the measures of forecasts, against counting by hand.
#include "losscast/features/ridge_law.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "features/ridge_problem.hpp"
#include "losscast/base/error.hpp"

namespace losscast {
namespace {

// Runs of the law log(L - 2) = .3 + .4 a - .2 b, with a regressor beside that never varies.
std::vector<FeaturedRun> lawful_runs(int count) {
  std::vector<FeaturedRun> runs;
  for (int i = 0; i < count; ++i) {
    const double a = std::sin(1.3 * i) + .02 * i, b = std::cos(2.1 * i);
    const double loss = 2 + std::exp(.3 + .4 * a - .2 * b);
    runs.push_back({"run" + std::to_string(i),
                    i % 3 == 0   ? "cosine"
                    : i % 3 == 1 ? "wsd"
                                 : "linear",
                    i % 2 == 0 ? 1e8 : 3e8,
                    1000 * (1 + i % 4),
                    1e-3,
                    loss,
                    {a, b, 7}});
  }
  return runs;
}

// The regressors of the runs first, ..., last - 1, a row each.
Eigen::MatrixXd rows_of(const std::vector<FeaturedRun>& runs, std::size_t first, std::size_t last) {
  Eigen::MatrixXd rows(last - first, runs[0].regressors.size());
  for (std::size_t i = first; i < last; ++i)
    for (std::size_t j = 0; j < runs[i].regressors.size(); ++j) rows(i - first, j) = runs[i].regressors[j];
  return rows;
}

void expect_lawful(const std::vector<FeaturedRun>& runs) {
  const RidgeLaw law = fit_ridge_law(runs);
  // The floor is searched in steps of 10% of the gap below the lowest loss, which is near 2.5.
  EXPECT_NEAR(law.floor, 2, .05);
  EXPECT_LT(law.left_out_error, .02);
  for (const FeaturedRun& run : runs) EXPECT_NEAR(law.forecast(run.regressors), run.loss, .02);
  EXPECT_EQ(law.spreads[2], 0);
  EXPECT_EQ(law.weights[2], 0);
}

TEST(RidgeLaw, RecoversALawFromSeveralFamiliesAndFromOne) {
  auto runs = lawful_runs(40);
  expect_lawful(runs);
  for (FeaturedRun& run : runs) run.family = "cosine";
  expect_lawful(runs);
}

TEST(RidgeProblem, KnowsFromOneFitWhatLeavingEachOutWouldForecast) {
  const auto runs = lawful_runs(12);
  Eigen::VectorXd targets(12);
  for (int i = 0; i < 12; ++i) targets[i] = std::sin(3.0 * i) + runs[i].regressors[0];
  const RidgeProblem problem(rows_of(runs, 0, 12));
  const double penalty = .7;
  const Eigen::VectorXd left_out = problem.left_out(targets, penalty);
  for (int out = 0; out < 12; ++out) {
    // Least squares of the others with the intercept free, and regressors standardised over all.
    Eigen::MatrixXd x(12, 3);
    Eigen::VectorXd y(12);
    for (int i = 0; i < 12; ++i) {
      for (int j = 0; j < 2; ++j) x(i, j + 1) = (runs[i].regressors[j] - problem.centres()[j]) / problem.spreads()[j];
      x(i, 0) = 1;
      y[i] = targets[i];
    }
    const Eigen::VectorXd row = x.row(out);
    x.row(out).setZero();
    y[out] = 0;
    Eigen::Matrix3d normal = x.transpose() * x;
    normal(1, 1) += penalty;
    normal(2, 2) += penalty;
    const double expected = row.dot(normal.ldlt().solve(x.transpose() * y));
    EXPECT_NEAR(left_out[out], expected, 1e-10) << out;
  }
}

TEST(RidgeProblem, ForecastsOtherRunsAsItsWeightsSay) {
  const auto runs = lawful_runs(12);
  const Eigen::VectorXd targets = Eigen::VectorXd::LinSpaced(12, 0, 3);
  const RidgeProblem problem(rows_of(runs, 0, 9));
  const Eigen::VectorXd forecasts = problem.forecasts(targets.head(9), .3, rows_of(runs, 9, 12));
  const Eigen::VectorXd weights = problem.weights(targets.head(9), .3);
  for (int i = 0; i < 3; ++i) {
    double expected = targets.head(9).mean();
    for (int j = 0; j < 2; ++j)
      expected += weights[j] * (runs[9 + i].regressors[j] - problem.centres()[j]) / problem.spreads()[j];
    EXPECT_NEAR(forecasts[i], expected, 1e-12);
  }
}

TEST(RidgeLaw, TakesRepeatsForOneRun) {
  auto runs = lawful_runs(10);
  const RidgeLaw once = fit_ridge_law(runs);
  auto repeated = runs;
  repeated.push_back(runs[3]);
  repeated.back().loss += .1;
  repeated[3].loss -= .1;
  EXPECT_NEAR(fit_ridge_law(repeated).floor, once.floor, 1e-9);
  EXPECT_NEAR(fit_ridge_law(repeated).weights[0], once.weights[0], 1e-6);
}

TEST(RidgeLaw, NeedsAsManyRunsAsFeatures) {
  EXPECT_NO_THROW(fit_ridge_law(lawful_runs(3)));
  auto runs = lawful_runs(3);
  for (std::size_t i = 0; i < runs.size(); ++i)
    runs[i].regressors.insert(runs[i].regressors.end(), {static_cast<double>(i), static_cast<double>(i * i)});
  try {
    fit_ridge_law(runs);
    FAIL() << "three runs were enough for four features";
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("there are 3 recipes"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("4 features vary"), std::string::npos) << error.what();
  }
}

// The hits of every subset, one by one.
TopTwoHits counted_hits(const std::vector<double>& measured, const std::vector<double>& forecast, int size) {
  const int n = static_cast<int>(measured.size());
  double sets = 0, best_hits = 0, pick_hits = 0;
  for (int mask = 0; mask < 1 << n; ++mask) {
    if (__builtin_popcount(static_cast<unsigned>(mask)) != size) continue;
    std::vector<int> chosen;
    for (int i = 0; i < n; ++i)
      if (mask >> i & 1) chosen.push_back(i);
    const auto order = [&](const std::vector<double>& values) {
      std::vector<int> sorted = chosen;
      std::stable_sort(sorted.begin(), sorted.end(), [&](int a, int b) { return values[a] < values[b]; });
      return sorted;
    };
    const auto by_truth = order(measured), by_forecast = order(forecast);
    sets += 1;
    best_hits += by_truth[0] == by_forecast[0] || by_truth[0] == by_forecast[1];
    pick_hits += by_forecast[0] == by_truth[0] || by_forecast[0] == by_truth[1];
  }
  return {best_hits / sets, pick_hits / sets};
}

TEST(TopTwoHits, AreThoseOfAllSets) {
  std::vector<double> measured, forecast;
  for (int i = 0; i < 11; ++i) {
    measured.push_back(std::sin(1.7 * i));
    forecast.push_back(std::round(2 * std::sin(1.7 * i + .6)) / 2);  // with ties
  }
  for (const int size : {2, 3, 5, 8, 11}) {
    const TopTwoHits hits = top_two_hits(measured, forecast, static_cast<std::size_t>(size));
    const TopTwoHits expected = counted_hits(measured, forecast, size);
    EXPECT_NEAR(hits.best_in_forecast_top, expected.best_in_forecast_top, 1e-12) << size;
    EXPECT_NEAR(hits.pick_in_measured_top, expected.pick_in_measured_top, 1e-12) << size;
  }
  EXPECT_EQ(top_two_hits(measured, measured, 8).best_in_forecast_top, 1);
}

TEST(RidgeJudgement, ForecastsEachGroupFromTheOthers) {
  auto runs = lawful_runs(48);
  for (const LeftOutBy by : {LeftOutBy::family, LeftOutBy::size, LeftOutBy::horizon}) {
    const RidgeJudgement judged = judge_ridge_law(runs, by);
    EXPECT_EQ(judged.laws.size(), by == LeftOutBy::family ? 3u : by == LeftOutBy::size ? 2u : 4u);
    EXPECT_LT(judged.mean_error, .03) << left_out_name(by);
    ASSERT_TRUE(judged.top_two);
    EXPECT_GT(judged.top_two->best_in_forecast_top, .95);
    EXPECT_EQ(judged.right_families, judged.cells);
  }
  // A law that has seen a run forecasts it better than one that has not: nothing leaks.
  for (FeaturedRun& run : runs)
    if (run.family == "wsd") run.loss += .5;
  const RidgeJudgement judged = judge_ridge_law(runs, LeftOutBy::family);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (runs[i].family != "wsd") continue;
    EXPECT_NEAR(judged.runs[i].measured - judged.runs[i].forecast, .5, .03);
  }
}

TEST(RidgeJudgement, MeasuresForecastsByGroup) {
  const std::vector<FeaturedRun> runs = {
      {"a", "cosine", {}, 100, 1e-3, 3.0, {1}}, {"b", "cosine", {}, 100, 2e-3, 3.1, {2}},
      {"c", "cosine", {}, 100, 3e-3, 3.2, {3}}, {"d", "wsd", {}, 100, 1e-3, 2.9, {4}},
      {"e", "wsd", {}, 100, 1e-3, 3.1, {4}},    {"f", "wsd", {}, 100, 2e-3, 3.0, {5}}};
  // d and e repeat one recipe, so that wsd has two: no choice of three.
  const RidgeJudgement judged = judge_forecasts(runs,
                                                {{"a", "cosine", 3.0, 3.2},
                                                 {"b", "cosine", 3.1, 3.1},
                                                 {"c", "cosine", 3.2, 3.0},
                                                 {"d", "wsd", 2.9, 3.0},
                                                 {"e", "wsd", 3.1, 3.0},
                                                 {"f", "wsd", 3.0, 3.3}},
                                                LeftOutBy::family);
  EXPECT_NEAR(judged.mean_error, ((.2 + 0 + .2) / 3 + (.1 + .1 + .3) / 3) / 2, 1e-12);
  EXPECT_NEAR(judged.bias, (0 + .3 / 3) / 2, 1e-12);
  EXPECT_EQ(judged.choices, 1u);
  EXPECT_EQ(judged.top_two->best_in_forecast_top, 0);  // the order is turned round
  // At 1e-3 a (3.0) against the mean of d and e (3.0): equal, the first counts. At 2e-3 wsd is better, forecast worse.
  EXPECT_EQ(judged.cells, 2u);
  EXPECT_EQ(judged.right_families, 0u);
}

TEST(RidgeJudgement, RefusesOneGroupAndUnknownSizes) {
  auto runs = lawful_runs(20);
  for (FeaturedRun& run : runs) run.family = "cosine";
  EXPECT_THROW(judge_ridge_law(runs, LeftOutBy::family), InputError);
  EXPECT_NO_THROW(judge_ridge_law(runs, LeftOutBy::size));
  runs[4].params.reset();
  EXPECT_THROW(judge_ridge_law(runs, LeftOutBy::size), InputError);
}

}  // namespace
}  // namespace losscast
