#include "losscast/width/transfer.hpp"

#include <gtest/gtest.h>

#include "losscast/base/error.hpp"

namespace losscast {
namespace {

NetworkValues same_everywhere(const LayerValues& values) { return {values, values, values}; }

const LayerValues kKfacValues = {.initial_deviation = 0.2, .lr = 0.1, .damping = {1e-3, 1e-4}};

TEST(Transferred, FollowsTheExponents) {
  const auto [input, hidden, output] =
      transferred(same_everywhere(kKfacValues), {.from = 64, .to = 1024}, Optimiser::kfac, Parameterisation::mup);
  EXPECT_DOUBLE_EQ(input.initial_deviation, 0.2);
  EXPECT_DOUBLE_EQ(hidden.initial_deviation, 0.2 / 4);
  EXPECT_DOUBLE_EQ(output.initial_deviation, 0.2 / 16);
  for (const LayerValues& layer : {input, hidden, output}) EXPECT_DOUBLE_EQ(layer.lr, 0.1);
  EXPECT_DOUBLE_EQ(input.damping[0], 1e-3);
  EXPECT_DOUBLE_EQ(input.damping[1], 1e-4 / 16);
  EXPECT_DOUBLE_EQ(hidden.damping[0], 1e-3 * 16);
  EXPECT_DOUBLE_EQ(hidden.damping[1], 1e-4 / 16);
  EXPECT_DOUBLE_EQ(output.damping[0], 1e-3 * 16);
  EXPECT_DOUBLE_EQ(output.damping[1], 1e-4);
}

TEST(Transferred, ToTheSameWidthChangesNothing) {
  const NetworkValues same =
      transferred(same_everywhere(kKfacValues), {.from = 96, .to = 96}, Optimiser::kfac, Parameterisation::mup);
  for (const LayerValues& layer : same) {
    EXPECT_EQ(layer.lr, kKfacValues.lr);
    EXPECT_EQ(layer.damping, kKfacValues.damping);
  }
}

TEST(Transferred, WithoutDampingsHasNone) {
  const NetworkValues values = transferred(same_everywhere({.initial_deviation = 0, .lr = 0.3}), {.from = 10, .to = 40},
                                           Optimiser::adam, Parameterisation::mup);
  EXPECT_TRUE(values[1].damping.empty());
  EXPECT_DOUBLE_EQ(values[1].lr, 0.3 / 4);
}

std::string refused_key(const LayerValues& values, const WidthChange& change) {
  try {
    transferred(same_everywhere(values), change, Optimiser::kfac, Parameterisation::mup);
  } catch (const ArgumentError& error) {
    return error.key();
  }
  return "";
}

TEST(Transferred, RefusesImpossibleValuesByKey) {
  const auto with = [](auto member, auto value) {
    LayerValues changed = kKfacValues;
    changed.*member = value;
    return changed;
  };
  EXPECT_EQ(refused_key(kKfacValues, {.from = 64, .to = 128}), "");
  EXPECT_EQ(refused_key(kKfacValues, {.from = 0, .to = 128}), "from");
  EXPECT_EQ(refused_key(kKfacValues, {.from = 64, .to = -1}), "to");
  EXPECT_EQ(refused_key(with(&LayerValues::lr, 0.0), {.from = 64, .to = 128}), "lr");
  EXPECT_EQ(refused_key(with(&LayerValues::initial_deviation, -0.1), {.from = 64, .to = 128}), "initial_deviation");
  EXPECT_EQ(refused_key(with(&LayerValues::damping, std::vector<double>{1, 0}), {.from = 64, .to = 128}), "damping");
  EXPECT_EQ(refused_key(with(&LayerValues::damping, std::vector<double>{1}), {.from = 64, .to = 128}), "damping");
}

// Sixteen times the width: the layer that learns faster by most decides.
TEST(LrShift, IsThatOfTheFastestLayer) {
  const auto shift = [](Optimiser optimiser, Parameterisation parameterisation) {
    return lr_shift({.from = 64, .to = 1024}, optimiser, parameterisation);
  };
  for (const auto& [name, optimiser] : kOptimisers) EXPECT_EQ(shift(optimiser, Parameterisation::mup), 1) << name;
  EXPECT_DOUBLE_EQ(shift(Optimiser::sgd, Parameterisation::standard), 1.0 / 16);
  EXPECT_DOUBLE_EQ(shift(Optimiser::adam, Parameterisation::standard), 1.0 / 16);
  EXPECT_DOUBLE_EQ(shift(Optimiser::shampoo, Parameterisation::standard), 1.0 / 4);
  EXPECT_DOUBLE_EQ(shift(Optimiser::kfac, Parameterisation::standard), 1);
}

}  // namespace
}  // namespace losscast
