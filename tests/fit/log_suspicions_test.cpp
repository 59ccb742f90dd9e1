// What a fit suspects where a manifest says of its logs what they are not, and that it suspects nothing of good ones.
#include "fit/log_suspicions.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <numbers>

#include "bench/common/public_curves.hpp"
#include "fit/anticorrelated_noise.hpp"
#include "fit/shifted_schedule.hpp"
#include "losscast/fit/doubts.hpp"
#include "tests/fit/synthetic.hpp"

namespace losscast::test {
namespace {

constexpr double kNoise = 1e-3;

const SdeModel& model() { return find_model("adamw"); }

std::vector<Curve> clean() { return informative_curves(model(), typical_parameters(model()), {.noise = kNoise}); }

// The warnings that have all of these parts.
int count_with(const std::vector<std::string>& warnings, const std::vector<std::string>& parts) {
  return static_cast<int>(std::count_if(warnings.begin(), warnings.end(), [&](const std::string& warning) {
    return std::all_of(parts.begin(), parts.end(),
                       [&](const std::string& part) { return warning.find(part) != std::string::npos; });
  }));
}

void expect_warning(const std::vector<Curve>& curves, const std::vector<std::string>& parts) {
  const std::vector<std::string> warnings = fit_model(curves, model()).warnings;
  EXPECT_EQ(count_with(warnings, parts), 1)
      << fmt::format("{}\nin\n{}", fmt::join(parts, "\n"), fmt::join(warnings, "\n"));
}

// Words of all warnings that name a cause.
const std::vector<std::string> kCauses = {"loss_unit",  "of one recipe", "comes late",
                                          "instead of", "changes sign",  "another step"};

void expect_no_cause(const std::vector<Curve>& curves, const std::string& what) {
  for (const std::string& warning : fit_model(curves, model()).warnings)
    for (const std::string& cause : kCauses) EXPECT_EQ(warning.find(cause), std::string::npos) << what << warning;
}

// As a panel shows it: the debiased average.
void smooth(double weight, std::vector<CurvePoint>& points) {
  double average = 0, left = 1;
  for (CurvePoint& point : points) {
    average = weight * average + (1 - weight) * point.loss;
    left *= weight;
    point.loss = average / (1 - left);
  }
}

void undo(double weight, std::vector<double>& losses) {
  double before = 0, left = 1;
  for (double& loss : losses) {
    left *= weight;
    const double average = loss * (1 - left);
    loss = (average - weight * before) / (1 - weight);
    before = average;
  }
}

// As reading a log does of which the manifest says this weight.
void undo(double weight, Curve& curve) {
  std::vector<double> losses;
  for (const CurvePoint& point : curve.points) losses.push_back(point.loss);
  undo(weight, losses);
  for (std::size_t i = 0; i < losses.size(); ++i) curve.points[i].loss = losses[i];
  curve.smoothing = weight;
}

// Logs that are averages of this weight, read as those of another; 0: none.
std::vector<Curve> smoothed(double weight, double said) {
  std::vector<Curve> curves = clean();
  for (Curve& curve : curves) {
    if (weight > 0) smooth(weight, curve.points);
    if (said > 0) undo(said, curve);
  }
  return curves;
}

TEST(LogSuspicions, AreNoneOfGoodLogs) {
  expect_no_cause(smoothed(0.9, 0.9), "with the right weight: ");
  EXPECT_TRUE(find_unit_slips(clean()).empty());
}

TEST(LogSuspicions, NameTheUnitOfACurve) {
  std::vector<Curve> curves = clean();
  for (CurvePoint& point : curves[1].points) point.loss /= std::numbers::ln2;
  expect_warning(curves, {"curve cosine: its losses are 1.4", "times those of constant, two_stage",
                          "multiplied by ln 2", "loss_unit = \"bits\""});
}

TEST(UnitSlips, AreThoseOfPerplexitiesToo) {
  std::vector<Curve> curves = clean();
  for (CurvePoint& point : curves[0].points) point.loss = std::exp(point.loss);
  const std::vector<UnitSlip> slips = find_unit_slips(curves);
  ASSERT_EQ(slips.size(), 1u);
  EXPECT_EQ(slips[0].curve, "constant");
  EXPECT_EQ(slips[0].unit, UnitSlip::Unit::perplexity);
  EXPECT_EQ(slips[0].others, (std::vector<std::string>{"cosine", "two_stage"}));
}

// A cosine run beside another log of the same recipe, which lies higher.
std::vector<Curve> with_another_log(double higher, double later) {
  std::vector<Curve> curves = clean();
  curves.push_back(curve_of(model(), typical_parameters(model()), "cosine_val", cosine(),
                            {.every = 400, .noise = kNoise, .seed = 77}));
  for (CurvePoint& point : curves.back().points) point.loss += point.step < kSteps / 2 ? higher : higher + later;
  return curves;
}

TEST(LogSuspicions, NameTwoLossesOfOneRun) {
  expect_warning(with_another_log(0.05, 0),
                 {"curves cosine_val and cosine are of one recipe", "lies 0.05 nats above", "--train"});
}

TEST(TwinCurves, LieAConstantApart) {
  const std::vector<TwinCurves> twins = find_twin_curves(with_another_log(-0.05, 0));
  ASSERT_EQ(twins.size(), 1u);
  EXPECT_EQ(twins[0].higher, "cosine");
  EXPECT_NEAR(twins[0].offset, 0.05, kNoise);
  EXPECT_TRUE(find_twin_curves(with_another_log(5e-3, 0)).empty()) << "a repeat";
  EXPECT_TRUE(find_twin_curves(with_another_log(0.05, 0.05)).empty()) << "no constant";
}

TEST(LogSuspicions, NameAveragesBehindADrop) {
  std::vector<Curve> curves = clean();
  for (Curve& curve : curves) {
    Curve as_logged = curve;
    as_logged.mean_over = 500;
    std::erase_if(curve.points, [](const CurvePoint& point) { return point.step < 1000; });
    const std::vector<double> law =
        fitted_law(known_fit(model(), typical_parameters(model())), as_logged, curve.points);
    Normals normal(5);
    for (std::size_t i = 0; i < law.size(); ++i) curve.points[i].loss = law[i] + kNoise * normal();
  }
  expect_warning(
      curves, {"curves constant, cosine", "comes late", "means over about 500 updates", "point = { mean_over = N }"});
}

TEST(LogSuspicions, NameTheWeightOfASmoothing) {
  expect_warning(smoothed(0.9, 0.8), {"if the weight of the smoothing were about 0.9 instead of 0.8"});
}

TEST(LogSuspicions, NameASmoothingOfWhatIsNotSmoothed) {
  std::vector<Curve> curves;
  for (const auto& [name, run] : {std::pair("cosine", cosine()), {"two_stage", two_stage()}}) {
    curves.push_back(curve_of(model(), typical_parameters(model()), name, run, {.every = 60, .noise = kNoise}));
    undo(0.8, curves.back());
  }
  expect_warning(curves, {"curve cosine: after smoothing of weight 0.8 was undone", "check the key smoothing"});
}

TEST(LogSuspicions, NameTheScheduleWhereTheLossFallsElsewhere) {
  std::vector<Curve> curves = clean();
  curves[2].recipe = schedule("two-stage", {{"decay_start", 5000.0}, {"final_lr", 9e-5}});  // it falls at 6000
  const Fit fit = fit_model(curves, model());
  EXPECT_EQ(count_with(fit.warnings, {"curve two_stage", "where its schedule changes", "check decay_start"}), 1)
      << fmt::format("{}", fmt::join(fit.warnings, "\n"));
  EXPECT_EQ(count_with(fit.warnings, {"spike"}), 0);
  EXPECT_EQ(count_with(doubts(fit), {"falls at another step than the schedule says (two_stage)"}), 1);
}

TEST(ShiftedSchedule, LiesWhereTheLrBeginsToFall) {
  std::vector<Step> steps;
  for (Step s = 100; s <= kSteps; s += 100) steps.push_back(s);
  const auto row = [](Step step) { return static_cast<std::size_t>(step / 100 - 1); };
  const auto shifted = [&](const Schedule& schedule, Step first, Step last, double size) {
    return is_shifted_schedule(schedule, steps, {DisownedKind::spike, row(first), row(last), size});
  };
  EXPECT_TRUE(shifted(two_stage(), 6000, 7000, 0.1)) << "falls later";
  EXPECT_TRUE(shifted(two_stage(), 5000, 5900, -0.1)) << "falls earlier";
  EXPECT_TRUE(shifted(wsd(), 8000, 9500, -0.1));
  EXPECT_FALSE(shifted(two_stage(), 4000, 5000, 0.1)) << "a spike";
  EXPECT_FALSE(shifted(two_stage(), 5500, 6500, 0.1)) << "a spike that goes over the border";
  EXPECT_FALSE(shifted(two_stage(), 6000, 6100, 0.1)) << "two rows may be junk";
  EXPECT_FALSE(shifted(constant(), 6000, 7000, 0.1));
  EXPECT_FALSE(shifted(two_stage(), 500, 900, 0.1)) << "the warm-up's end";
}

TEST(Anticorrelation, IsThatOfUndoneSmoothingAlone) {
  Normals normal(3);
  std::vector<double> white;
  for (int i = 0; i < 400; ++i) white.push_back(normal() + std::sin(0.02 * i));
  EXPECT_FALSE(anticorrelation(white));
  std::vector<double> undone = white;
  undo(0.8, undone);
  const auto found = anticorrelation(undone);
  ASSERT_TRUE(found);
  EXPECT_NEAR(*found, -0.8 / (1 + 0.8 * 0.8), 0.1);
  EXPECT_FALSE(anticorrelation({undone.data(), 59})) << "too few";
}

// Public logs are what they are said to be.
TEST(LogSuspicions, AreNoneOfPublicCurves) {
  const char* data = std::getenv("LOSSCAST_DATA");
  if (data == nullptr) GTEST_SKIP() << "LOSSCAST_DATA is not set: suspicions of public curves are not tested.";
  const auto all = bench::read_public_curves(std::filesystem::path(data) / "multipowerlaw" / "25M");
  std::vector<Curve> curves = bench::curves_of(all, bench::Split::train);
  for (Curve& curve : curves) {
    smooth(0.9, curve.points);
    undo(0.9, curve);
  }
  expect_no_cause(curves, "smoothed: ");
}

}  // namespace
}  // namespace losscast::test
