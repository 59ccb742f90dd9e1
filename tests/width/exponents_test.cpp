#include "losscast/width/exponents.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace losscast {
namespace {

using ByRole = std::array<double, 3>;

ByRole by_role(Optimiser optimiser, Parameterisation parameterisation, auto value) {
  ByRole values;
  for (const auto& [name, role] : kLayerRoles)
    values[static_cast<std::size_t>(role)] = value(width_exponents(optimiser, parameterisation, role));
  return values;
}

ByRole initialisation(Optimiser optimiser, Parameterisation parameterisation) {
  return by_role(optimiser, parameterisation, [](const WidthExponents& e) { return e.initialisation; });
}

ByRole lr(Optimiser optimiser, Parameterisation parameterisation) {
  return by_role(optimiser, parameterisation, [](const WidthExponents& e) { return e.lr; });
}

ByRole damping(Optimiser optimiser, Parameterisation parameterisation, std::size_t number) {
  return by_role(optimiser, parameterisation, [&](const WidthExponents& e) { return e.damping.at(number).exponent; });
}

constexpr Parameterisation kStandard = Parameterisation::standard, kNtk = Parameterisation::ntk,
                           kMup = Parameterisation::mup;

TEST(WidthExponents, OfInitialisationAreThoseOfTheTable) {
  for (const auto& [name, optimiser] : kOptimisers) {
    EXPECT_EQ(initialisation(optimiser, kMup), (ByRole{0, 0.5, 1})) << name;
    EXPECT_EQ(initialisation(optimiser, kStandard), (ByRole{0, 0.5, 0.5})) << name;
    EXPECT_EQ(initialisation(optimiser, kNtk), (ByRole{0, 0.5, 0.5})) << name;
  }
}

TEST(WidthExponents, OfTheLrAreThoseOfTheTable) {
  EXPECT_EQ(lr(Optimiser::sgd, kMup), (ByRole{-1, 0, 1}));
  EXPECT_EQ(lr(Optimiser::adam, kMup), (ByRole{0, 1, 1}));
  EXPECT_EQ(lr(Optimiser::shampoo, kMup), (ByRole{-0.5, 0, 0.5}));
  EXPECT_EQ(lr(Optimiser::kfac, kMup), (ByRole{0, 0, 0}));
  EXPECT_EQ(lr(Optimiser::foof, kMup), (ByRole{-1, -1, 0}));
  EXPECT_EQ(lr(Optimiser::sgd, kNtk), (ByRole{0, 1, 1}));
  EXPECT_EQ(lr(Optimiser::shampoo, kNtk), (ByRole{0, 0.5, 0.5}));
  EXPECT_EQ(lr(Optimiser::kfac, kNtk), (ByRole{0, 0, 0}));
  for (const auto& [name, optimiser] : kOptimisers) EXPECT_EQ(lr(optimiser, kStandard), (ByRole{0, 0, 0})) << name;
}

TEST(WidthExponents, OfDampingAreThoseOfTheTable) {
  EXPECT_EQ(damping_names(Optimiser::kfac), (std::vector<std::string_view>{"rho_A", "rho_B"}));
  EXPECT_EQ(damping(Optimiser::kfac, kMup, 0), (ByRole{0, -1, -1}));
  EXPECT_EQ(damping(Optimiser::kfac, kMup, 1), (ByRole{1, 1, 0}));
  EXPECT_EQ(damping_names(Optimiser::shampoo), (std::vector<std::string_view>{"rho_L", "rho_R"}));
  EXPECT_EQ(damping(Optimiser::shampoo, kMup, 0), (ByRole{1, 0, -1}));
  EXPECT_EQ(damping(Optimiser::shampoo, kMup, 1), (ByRole{1, 0, -1}));
  EXPECT_EQ(damping_names(Optimiser::foof), (std::vector<std::string_view>{"rho_A"}));
  EXPECT_EQ(damping(Optimiser::foof, kMup, 0), (ByRole{0, -1, -1}));
  EXPECT_EQ(damping_names(Optimiser::adam), (std::vector<std::string_view>{"epsilon"}));
  EXPECT_EQ(damping(Optimiser::adam, kMup, 0), (ByRole{1, 1, 0}));
  EXPECT_TRUE(damping_names(Optimiser::sgd).empty());
  for (const auto& [name, optimiser] : kOptimisers)
    for (std::size_t i = 0; i < damping_names(optimiser).size(); ++i)
      EXPECT_EQ(damping(optimiser, kStandard, i), (ByRole{0, 0, 0})) << name;
}

// W = m V with m = M^-1/2: V sees the inputs m h and the gradient m G; W moves by m times the move of V. Written out
// for a change of m alone, M = 4 and m = 1/2.
TEST(WidthExponents, DerivedForNtkAreThoseOfAMultiplier) {
  const double m = 0.5, width = 4, g = 0.3, a = 0.7, epsilon = 0.01, rho = 0.02;
  const auto adam = [](double gradient, double by) { return gradient / (std::abs(gradient) + by); };
  const double adam_move = m * adam(m * g, epsilon);
  const ByRole adam_c = lr(Optimiser::adam, kNtk), adam_d = damping(Optimiser::adam, kNtk, 0);
  EXPECT_NEAR(adam_move, std::pow(width, -adam_c[1]) * adam(g, epsilon * std::pow(width, -adam_d[1])), 1e-15);
  const double foof_move = m * (m * g) / (m * m * a + rho);
  const ByRole foof_c = lr(Optimiser::foof, kNtk), foof_d = damping(Optimiser::foof, kNtk, 0);
  EXPECT_NEAR(foof_move, std::pow(width, -foof_c[2]) * g / (a + rho * std::pow(width, -foof_d[2])), 1e-15);
  for (const ByRole& exponents : {adam_c, adam_d, foof_c, foof_d}) EXPECT_EQ(exponents[0], 0);
}

TEST(WidthExponents, WhatIsDerivedIsMarked) {
  const auto is_derived = [](Optimiser optimiser, Parameterisation parameterisation) {
    return width_exponents(optimiser, parameterisation, LayerRole::hidden).lr_is_derived;
  };
  EXPECT_TRUE(is_derived(Optimiser::adam, kNtk));
  EXPECT_TRUE(is_derived(Optimiser::foof, kNtk));
  EXPECT_FALSE(is_derived(Optimiser::sgd, kNtk));
  EXPECT_FALSE(is_derived(Optimiser::adam, kMup));
  EXPECT_FALSE(width_exponents(Optimiser::kfac, kMup, LayerRole::input).damping_is_derived);
  EXPECT_TRUE(width_exponents(Optimiser::shampoo, kMup, LayerRole::input).damping_is_derived);
}

ByRole growth(Optimiser optimiser, Parameterisation parameterisation) {
  ByRole values;
  for (const auto& [name, role] : kLayerRoles)
    values[static_cast<std::size_t>(role)] = learning_growth(optimiser, parameterisation, role);
  return values;
}

TEST(LearningGrowth, IsNoneUnderMup) {
  for (const auto& [name, optimiser] : kOptimisers) EXPECT_EQ(growth(optimiser, kMup), (ByRole{0, 0, 0})) << name;
}

// Under the standard parameterisation gradients by hidden outputs are of the size M^-1/2, and inputs h'h of the size M.
TEST(LearningGrowth, OfTheStandardParameterisation) {
  EXPECT_EQ(growth(Optimiser::sgd, kStandard), (ByRole{-0.5, 0.5, 1}));
  EXPECT_EQ(growth(Optimiser::adam, kStandard), (ByRole{0, 1, 1}));
  EXPECT_EQ(growth(Optimiser::shampoo, kStandard), (ByRole{-0.5, 0, 0.5}));
  EXPECT_EQ(growth(Optimiser::kfac, kStandard), (ByRole{-0.5, -0.5, 0}));
  EXPECT_EQ(growth(Optimiser::foof, kStandard), (ByRole{-0.5, -0.5, 0}));
  EXPECT_EQ(growth(Optimiser::sgd, kNtk), (ByRole{-0.5, -0.5, 0}));
}

}  // namespace
}  // namespace losscast
