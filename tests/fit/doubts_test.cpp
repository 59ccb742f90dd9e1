#include "losscast/fit/doubts.hpp"

#include <gtest/gtest.h>

#include "fit/data_warnings.hpp"
#include "losscast/fit/forecast.hpp"
#include "tests/fit/synthetic.hpp"

namespace losscast::test {
namespace {

// A fit that nothing speaks against.
Fit sound_fit() {
  Fit fit;
  for (const char* name : {"L0", "A"})
    fit.parameters.push_back(
        {.name = name, .value = 1, .standard_error = 0.1, .rhat = 1.01, .bulk_ess = 500, .tail_ess = 400});
  for (const char* curve : {"a", "b", "c"}) fit.diagnostics.push_back({.curve = curve, .rms_residual = 2e-3});
  fit.starts = 4;
  fit.starts_converged_to_best = 2;
  return fit;
}

void expect_doubt(const Fit& fit, const std::string& part) {
  const std::vector<std::string> all = doubts(fit);
  ASSERT_EQ(all.size(), 1u) << part;
  EXPECT_NE(all.front().find(part), std::string::npos) << all.front();
}

TEST(Doubts, AreNoneOfASoundFit) { EXPECT_TRUE(doubts(sound_fit()).empty()); }

TEST(Doubts, OfParametersOnTheirBounds) {
  Fit fit = sound_fit();
  fit.parameters[1].at_bound = true;
  expect_doubt(fit, "1 of its parameters lie on their bounds (A)");
}

TEST(Doubts, OfDrawsThatHaveNotConverged) {
  Fit fit = sound_fit();
  fit.parameters[0].rhat = 1.06;
  expect_doubt(fit, "draws have not converged (L0; R-hat up to 1.06)");
  fit = sound_fit();
  fit.parameters[0].tail_ess = 99;
  expect_doubt(fit, "draws have not converged (L0");
  fit.parameters[0].standard_error = 0;  // not searched
  EXPECT_TRUE(doubts(fit).empty());
}

TEST(Doubts, OfTheLevelOfASizeThatWasNeverTrained) {
  Fit fit = sound_fit();
  fit.parameters[0].standard_error = 0.12;
  EXPECT_TRUE(doubts(fit).empty()) << "of a size that was: what L0 lacks A has";
  fit.params = 2e8;
  fit.moved_from = 1e8;
  expect_doubt(fit, "the sizes trained hardly tell the level at 2e+08 parameters (L0 is known to 0.12 nats)");
  fit.parameters[0].standard_error = 0.1;
  EXPECT_TRUE(doubts(fit).empty());
}

TEST(Doubts, OfStartsThatDisagree) {
  Fit fit = sound_fit();
  fit.starts_converged_to_best = 1;
  expect_doubt(fit, "only 1 of 4 starts");
}

// They have the same possible causes, which one warning lists.
TEST(Doubts, WarnOnceOfAllCurvesThatTheLawDoesNotFollow) {
  Fit fit = sound_fit();
  for (CurveDiagnostics& one : fit.diagnostics)
    one = {.curve = one.curve, .rms_residual = 0.1, .lag1_autocorrelation = 0.95, .fast_noise = 1e-3};
  const std::vector<std::string> all = data_warnings(fit, {});
  ASSERT_EQ(all.size(), 1u);
  for (const char* part : {"3 curves: the law does not follow them", "0.1 nats in a (100 times", "in b (100 times",
                           "in c (100 times", "loss_unit"})
    EXPECT_NE(all.front().find(part), std::string::npos) << part << " is not in: " << all.front();
  EXPECT_EQ(all.front().find("loss_unit"), all.front().rfind("loss_unit"));
  fit.diagnostics.resize(1);
  EXPECT_TRUE(data_warnings(fit, {}).front().starts_with("curve a: the law does not follow it"));
}

TEST(Doubts, OfACurveThatTheLawDoesNotFollow) {
  Fit fit = sound_fit();
  fit.diagnostics[1] = {.curve = "b", .rms_residual = 5e-3, .lag1_autocorrelation = 0.95, .fast_noise = 1.3e-4};
  EXPECT_TRUE(doubts(fit).empty());  // 38 times the fast noise
  fit.diagnostics[1].fast_noise = 1.2e-4;
  expect_doubt(fit, "does not follow the shape of 1 of 3 curves (b)");
  fit.diagnostics[1].lag1_autocorrelation = 0.79;  // white
  EXPECT_TRUE(doubts(fit).empty());
  fit.diagnostics[1] = {.curve = "b", .rms_residual = 21e-3, .lag1_autocorrelation = 0.95, .fast_noise = 3e-3};
  EXPECT_TRUE(is_not_followed(fit.diagnostics[1]));
  fit.diagnostics[1].fast_noise = 4e-3;
  EXPECT_FALSE(is_not_followed(fit.diagnostics[1]));
  fit.diagnostics[1].fast_noise = 0;  // not known
  EXPECT_FALSE(is_not_followed(fit.diagnostics[1]));
}

TEST(Doubts, OfCurvesOfWhichMoreThanATenthIsJunk) {
  Fit fit = sound_fit();
  fit.diagnostics[2].points = 90;
  fit.disowned = {{.curve = "c", .rows = 6}, {.curve = "c", .rows = 4}};
  EXPECT_TRUE(doubts(fit).empty());
  fit.disowned.push_back({.curve = "c", .rows = 2});
  expect_doubt(fit, "up to 12% of the rows of 1 of 3 curves are junk (c)");
  fit.disowned.back().kind = DisownedKind::schedule;
  expect_doubt(fit, "the loss of 1 of 3 curves falls at another step than the schedule says (c)");
}

TEST(Doubts, OfCurvesThatAreMissed) {
  Fit fit = sound_fit();
  fit.diagnostics[1].rms_residual = 5.9e-3;
  EXPECT_TRUE(doubts(fit).empty());
  fit.diagnostics[1].rms_residual = 6.1e-3;  // three times the median of the others
  expect_doubt(fit, "misses 1 of 3 curves by up to 0.0061 nats rms (b)");
  for (CurveDiagnostics& one : fit.diagnostics) one.rms_residual = 13e-3;  // all alike, but none good
  expect_doubt(fit, "misses 3 of 3 curves");
  for (CurveDiagnostics& one : fit.diagnostics) one.rms_residual = 1e-5;
  fit.diagnostics[1].rms_residual = 1e-3;  // a hundred times the others, and good
  EXPECT_TRUE(doubts(fit).empty());
}

TEST(Doubts, OfCurvesThatContradictEachOther) {
  Fit fit = sound_fit();
  fit.diagnostics[0].mean_residual = 6e-3;
  fit.diagnostics[2].mean_residual = -5.9e-3;
  EXPECT_TRUE(doubts(fit).empty());
  fit.diagnostics[2].mean_residual = -6.1e-3;
  expect_doubt(fit, "contradict each other (a lies above its law and c below, 0.012 nats apart)");
}

Fit seen_fit() {
  Fit fit = sound_fit();
  fit.seen = {.peak_lr_min = 1e-4,
              .peak_lr_max = 3e-4,
              .total_steps_min = 6000,
              .total_steps_max = 12000,
              .weight_decay_min = 0.1,
              .weight_decay_max = 0.1,
              .batch_min = 1e5,
              .batch_max = 1e5,
              .params_min = {},
              .params_max = {}};
  return fit;
}

void expect_far(const Recipe& recipe, double weight_decay, const std::string& phrase) {
  const auto all = far_extrapolations(seen_fit(), recipe, weight_decay);
  ASSERT_EQ(all.size(), phrase.empty() ? 0u : 1u) << phrase;
  if (phrase.empty()) return;
  EXPECT_EQ(all.front(), phrase);
}

TEST(FarExtrapolations, AreThoseByMoreThanAFactorOfTwo) {
  const auto run = [](double peak, double steps) {
    return Recipe(schedule("constant", {{"peak_lr", peak}, {"total_steps", steps}}));
  };
  expect_far(run(6e-4, 24000), 0.1, "");
  expect_far(run(5e-5, 3000), 0.1, "");
  expect_far(run(6.1e-4, 12000), 0.1, "peak_lr 0.00061 far above 0.0003");
  expect_far(run(4.9e-5, 12000), 0.1, "peak_lr 4.9e-05 far below 0.0001");
  expect_far(run(3e-4, 24030), 0.1, "total_steps 2.403e+04 far above 1.2e+04");
  expect_far(run(3e-4, 2990), 0.1, "total_steps 2990 far below 6000");
  expect_far(run(3e-4, 12000), 0.3, "weight_decay 0.3 far above 0.1");
  Recipe large = run(3e-4, 12000);
  large.batch = 3e5;
  expect_far(large, 0.1, "batch_size 3e+05 far above 1e+05");
}

}  // namespace
}  // namespace losscast::test
