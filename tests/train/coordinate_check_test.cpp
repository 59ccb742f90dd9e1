#include "losscast/train/coordinate_check.hpp"

#include <gtest/gtest.h>

#include "tests/train/settings.hpp"

namespace losscast {
namespace {

using test::small_run;
using ByRole = std::array<double, 3>;

constexpr int kWidths[] = {16, 32, 64, 128};

// Slopes from these widths, the mean over 16 seeds. RMS over M units and a batch spreads by about sqrt(2/M) between
// seeds, which the slope turns into 0.17 and the mean into 0.04; terms of the order 1/M add some 0.05. Exponents of the
// table are multiples of 1/2, so a wrong one shows as 0.5.
constexpr double kTolerance = 0.25;

ByRole slopes(TrainingSettings settings, Parameterisation parameterisation, int updates) {
  constexpr int kSeeds = 16;
  settings.steps = updates;
  ByRole mean{};
  for (int seed = 0; seed < kSeeds; ++seed) {
    settings.seed = static_cast<std::uint64_t>(seed);
    const ByRole one = coordinate_slopes(settings, parameterisation, kWidths, 1);
    for (std::size_t role = 0; role < mean.size(); ++role) mean[role] += one[role] / kSeeds;
  }
  return mean;
}

// LRs are an eighth of the best ones, dampings a hundredth of what they damp.
TrainingSettings run_of(Optimiser optimiser, Parameterisation parameterisation) {
  switch (optimiser) {
    case Optimiser::sgd:
      return small_run(optimiser, parameterisation, 0.06, 0);
    case Optimiser::adam:
      return small_run(optimiser, parameterisation, 1e-3, 1e-8);
    case Optimiser::shampoo:
      return small_run(optimiser, parameterisation, 6e-3, 1e-4);
    case Optimiser::kfac:
      return small_run(optimiser, parameterisation, 2e-3, 1e-2);
    case Optimiser::foof:
      break;
  }
  return small_run(optimiser, parameterisation, 0.04, 1e-2);
}

void expect_near(const ByRole& measured, const ByRole& expected, std::string_view name) {
  for (std::size_t role = 0; role < measured.size(); ++role)
    EXPECT_NEAR(measured[role], expected[role], kTolerance) << name << ", " << kLayerRoles[role].first;
}

TEST(CoordinateCheck, LayersLearnAlikeAtEveryWidthUnderMup) {
  for (const auto& [name, optimiser] : kOptimisers)
    for (const int updates : {1, 4})
      expect_near(slopes(run_of(optimiser, Parameterisation::mup), Parameterisation::mup, updates), {0, 0, 0}, name);
}

TEST(CoordinateCheck, LayersLearnAsTheirGrowthSaysUnderOthers) {
  for (const Parameterisation parameterisation : {Parameterisation::standard, Parameterisation::ntk})
    for (const auto& [name, optimiser] : kOptimisers) {
      ByRole expected;
      for (const auto& [role_name, role] : kLayerRoles)
        expected[static_cast<std::size_t>(role)] = learning_growth(optimiser, parameterisation, role);
      expect_near(slopes(run_of(optimiser, parameterisation), parameterisation, 1), expected, name);
    }
}

// Dampings that are given at the width 64 and follow their exponents, a tenth of what they damp there.
TEST(CoordinateCheck, DampingFollowsItsExponentsUnderMup) {
  constexpr double kA[] = {1.6, 2.5, 2.5}, kB[] = {1e-3, 1e-3, 0.1}, kGradient[] = {1e-3, 2e-3, 0.2};
  for (const Optimiser optimiser : {Optimiser::kfac, Optimiser::foof, Optimiser::shampoo}) {
    TrainingSettings run = run_of(optimiser, Parameterisation::mup);
    run.damping_rule = DampingRule::given;
    for (std::size_t role = 0; role < 3; ++role) {
      run.values[role].damping = {kA[role], kB[role]};
      if (optimiser == Optimiser::foof) run.values[role].damping.pop_back();
      if (optimiser == Optimiser::shampoo) run.values[role].damping = {kGradient[role], kGradient[role]};
    }
    expect_near(slopes(run, Parameterisation::mup, 1), {0, 0, 0}, name_in(kOptimisers, optimiser));
  }
}

// The heuristic's pi of an input layer grows as M, and with it the damping of inputs that do not grow: the slope goes
// to -1 for a damping that is large.
TEST(CoordinateCheck, TheHeuristicDampingStopsInputLayers) {
  TrainingSettings run = run_of(Optimiser::kfac, Parameterisation::mup);
  run.damping_rule = DampingRule::heuristic;
  for (LayerValues& layer : run.values) layer.damping = {1};
  const ByRole found = slopes(run, Parameterisation::mup, 1);
  EXPECT_NEAR(found[0], -1, kTolerance);
  EXPECT_NEAR(found[1], 0, kTolerance);
}

// After one update of Adam, with heads of 8 dimensions.
TEST(CoordinateCheck, HoldsForLanguageModels) {
  constexpr int kSeeds = 8, kLanguageWidths[] = {16, 32, 64};
  LanguageSettings settings = test::small_language_model(Embedding::vanilla, 1e-3, 1);
  for (const auto& [name, parameterisation] : kParameterisations) {
    ByRole mean{}, expected;
    for (int seed = 0; seed < kSeeds; ++seed) {
      settings.seed = static_cast<std::uint64_t>(seed);
      const ByRole one = coordinate_slopes(settings, parameterisation, kLanguageWidths, 1);
      for (std::size_t role = 0; role < mean.size(); ++role) mean[role] += one[role] / kSeeds;
    }
    for (const auto& [role_name, role] : kLayerRoles)
      expected[static_cast<std::size_t>(role)] = learning_growth(Optimiser::adam, parameterisation, role);
    expect_near(mean, expected, name);
  }
}

TEST(CoordinateCheck, ChangesAreThoseOfTheLayersOwnUpdate) {
  TrainingSettings run = run_of(Optimiser::sgd, Parameterisation::mup);
  run.steps = 1;
  const ByRole once = output_changes(run);
  for (LayerValues& layer : run.values) layer.lr *= 2;
  const ByRole twice = output_changes(run);
  for (std::size_t role = 0; role < once.size(); ++role) EXPECT_NEAR(twice[role] / once[role], 2, 1e-3);
}

TEST(LogSlope, IsThePower) {
  const int widths[] = {10, 40, 70};
  const double values[] = {3 * std::pow(10, -0.7), 3 * std::pow(40, -0.7), 3 * std::pow(70, -0.7)};
  EXPECT_NEAR(log_slope(widths, values), -0.7, 1e-12);
}

}  // namespace
}  // namespace losscast
