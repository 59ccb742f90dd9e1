// Weight decay and batch size of a small transformer (LOSSCAST_DATA): does the law order their values as the runs did?
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>

#include "losscast/fit/fit_model.hpp"
#include "losscast/io/manifest.hpp"

namespace losscast::test {
namespace {

// Losses of repeated runs differ by 0.005 nats: smaller differences than this are not asked for.
constexpr double kTold = 0.02;
constexpr std::size_t kEnd = 5;  // logged points

// A run: its schedule, and the value that it has of what differs.
struct Trained {
  std::string group;
  double value;
  const Curve* curve;
};

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double measured_end(const Curve& curve) {
  std::vector<double> losses;
  for (auto point = curve.points.end() - kEnd; point != curve.points.end(); ++point) losses.push_back(point->loss);
  return mean(losses);
}

double forecast_end(const Fit& fit, const Curve& curve) {
  return mean(fitted_law(fit, curve, std::span(curve.points).last(kEnd)));
}

double batch_of(const Curve& curve) { return curve.recipe.batch->at(0); }
double decay_of(const Curve& curve) { return weight_decay_of(curve.recipe, curve.weight_decay).at(0); }

class RecipeOrder : public testing::Test {
 protected:
  void SetUp() override {
    const char* data = std::getenv("LOSSCAST_DATA");
    if (data == nullptr) GTEST_SKIP() << "LOSSCAST_DATA is not set: the order of recipes is not tested.";
    manifest_ = read_manifest(std::filesystem::path(data) / "small_transformer" / "grid" / "manifest.toml");
  }

  // The runs of these schedules that differ from the usual recipe in this value alone, but for the one that stayed on a
  // plateau; of repeated runs the first.
  std::vector<Trained> runs(double (*value)(const Curve&), double (*other)(const Curve&)) const {
    std::vector<Trained> chosen;
    for (const char* group : {"const_p4e-3_", "cos10_p4e-3_", "cos10_p1e-2_"}) {
      std::set<double> values;
      for (const Curve& curve : manifest_.curves)
        if (curve.name.starts_with(group) && curve.name != "cos10_p1e-2_wd1_T4000" && other(curve) == usual(other) &&
            values.insert(value(curve)).second)
          chosen.push_back({group, value(curve), &curve});
    }
    return chosen;
  }

  static double usual(double (*value)(const Curve&)) { return value == batch_of ? 256 : 0.1; }

  Manifest manifest_;
};

Fit fit_without(const std::vector<Trained>& runs, double left_out) {
  std::vector<Curve> curves;
  for (const Trained& run : runs)
    if (run.value != left_out) curves.push_back(*run.curve);
  return fit_model(curves, find_model("adamw"));
}

// Pairs of runs of one schedule that are told apart, and how many of them the fit has in another order; `with` a
// value, those that have it.
struct Pairs {
  int all = 0, wrong = 0;
};

Pairs pairs_of(const std::vector<Trained>& runs, const Fit& fit, std::optional<double> with = {}) {
  Pairs pairs;
  for (const Trained& a : runs)
    for (const Trained& b : runs) {
      if (a.group != b.group || !(a.value < b.value) || (with && a.value != *with && b.value != *with)) continue;
      const double measured = measured_end(*a.curve) - measured_end(*b.curve);
      if (std::abs(measured) < kTold) continue;
      ++pairs.all;
      pairs.wrong += measured * (forecast_end(fit, *a.curve) - forecast_end(fit, *b.curve)) <= 0 ? 1 : 0;
    }
  return pairs;
}

void expect_order(const std::vector<Trained>& runs, int least_pairs) {
  constexpr double kNone = -1;
  const Pairs all = pairs_of(runs, fit_without(runs, kNone));
  EXPECT_GE(all.all, least_pairs);
  EXPECT_EQ(all.wrong, 0);
  std::set<double> values;
  for (const Trained& run : runs) values.insert(run.value);
  for (const double value : values) {
    const Pairs with = pairs_of(runs, fit_without(runs, value), value);
    EXPECT_GT(with.all, 0) << value;
    EXPECT_EQ(with.wrong, 0) << "of " << with.all << " with " << value << " left out";
  }
}

TEST_F(RecipeOrder, OfWeightDecaysIsThatOfTheRuns) { expect_order(runs(decay_of, batch_of), 9); }

TEST_F(RecipeOrder, OfBatchesIsThatOfTheRuns) { expect_order(runs(batch_of, decay_of), 12); }

// The mean loss around a step of a constant run, which is what a run of so many steps would end with.
double measured_at(const Curve& curve, Step step) {
  std::vector<double> losses;
  for (const CurvePoint& point : curve.points)
    if (std::abs(point.step - step) <= 80) losses.push_back(point.loss);
  return mean(losses);
}

// At fixed tokens a larger batch has fewer steps: the best of the constant runs then lies between others.
TEST_F(RecipeOrder, OfBatchesAtFixedTokensIsThatOfTheRuns) {
  constexpr double kTokens = 512'000;
  const std::vector<Trained> all = runs(batch_of, decay_of);
  const Fit fit = fit_without(all, -1);
  std::map<double, double> measured, forecast;
  for (const Trained& run : all) {
    if (run.group != "const_p4e-3_") continue;
    const auto steps = static_cast<Step>(kTokens / run.value);
    measured[run.value] = measured_at(*run.curve, std::max<Step>(steps, 600));
    const CurvePoint end[] = {{std::max<Step>(steps, 600), 0}};
    forecast[run.value] = fitted_law(fit, *run.curve, end).front();
  }
  ASSERT_EQ(measured.size(), 4u);
  const auto lowest = [](const std::map<double, double>& losses) {
    return std::ranges::min_element(losses, {}, [](const auto& one) { return one.second; })->first;
  };
  EXPECT_LT(measured.at(lowest(forecast)) - measured.at(lowest(measured)), 5e-3) << "what the pick costs";
  for (const double end : {128.0, 1024.0}) EXPECT_NE(lowest(forecast), end);
}

}  // namespace
}  // namespace losscast::test
