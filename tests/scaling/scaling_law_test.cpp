// The formula of the law, against values that are known otherwise.
#include "losscast/scaling/scaling_law.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace losscast {
namespace {

constexpr double kParams = 1.3e9, kTokens = 2e10;

ScalingLaw chinchilla() {
  return {.floor = 1.69, .log_a = std::log(406.4), .alpha = .34, .log_b = std::log(410.7), .beta = .28};
}

TEST(ScalingLaw, IsTheSumOfItsTermsAtGammaOne) {
  const double sum = 1.69 + 406.4 / std::pow(kParams, .34) + 410.7 / std::pow(kTokens, .28);
  EXPECT_NEAR(chinchilla().loss(kParams, kTokens), sum, 1e-12);
}

TEST(ScalingLaw, IsTheGreaterTermAtSmallGamma) {
  ScalingLaw law = chinchilla();
  law.gamma = 1e-3;
  const double size = 406.4 / std::pow(kParams, .34), tokens = 410.7 / std::pow(kTokens, .28);
  EXPECT_NEAR(law.loss(kParams, kTokens), 1.69 + std::max(size, tokens), 1e-9);
}

TEST(ScalingLaw, JoinsItsTermsAsARootOfSquaresAtGammaOneHalf) {
  ScalingLaw law = chinchilla();
  law.gamma = .5;
  const double size = 406.4 / std::pow(kParams, .34), tokens = 410.7 / std::pow(kTokens, .28);
  EXPECT_NEAR(law.loss(kParams, kTokens), 1.69 + std::hypot(size, tokens), 1e-12);
}

TEST(ScalingLaw, CountsFewerParametersForAnUnfortunateShape) {
  ScalingLaw law = chinchilla();
  law.shape_penalty = .1;
  law.best_log_aspect = std::log(20.0);
  EXPECT_EQ(law.loss(kParams, kTokens, ModelShape{2000, 100}), law.loss(kParams, kTokens));
  const double off = std::log(200.0 / 20);
  const double counted = kParams * std::exp(-.1 * off * off);
  EXPECT_NEAR(law.loss(kParams, kTokens, ModelShape{2000, 10}), law.loss(counted, kTokens), 1e-12);
}

TEST(SizedModels, LoseTheirBeginnings) {
  const std::vector<SizedModel> models = {{.name = "a", .params = 1e8, .checkpoints = {{1e9, 4}, {2e9, 3}, {2e10, 2}}},
                                          {.name = "b", .params = 2e8, .checkpoints = {{1e9, 3}}}};
  const auto later = without_beginning(models, .1);
  EXPECT_EQ(later[0].checkpoints.size(), 2u);
  EXPECT_EQ(later[1].checkpoints.size(), 1u);
  const auto above = above_tokens(models, 2e9);
  ASSERT_EQ(above.size(), 1u);
  EXPECT_EQ(above[0].checkpoints.front().tokens, 2e10);
}

}  // namespace
}  // namespace losscast
