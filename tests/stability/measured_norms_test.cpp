#include "losscast/stability/measured_norms.hpp"

#include <gtest/gtest.h>

#include "tests/stability/published_architectures.hpp"

namespace losscast {
namespace {

MeasureOptions few_draws(Activation activation) {
  return {.draws = 8, .widest = 32, .tokens = 8, .activation = activation};
}

TEST(MeasuredNorms, StayBelowTheBounds) {
  for (const auto model : {model_350m, model_13b})
    for (const Embedding embedding : {Embedding::vanilla, Embedding::scaled, Embedding::layer_norm}) {
      const MeasuredNorms measured = measured_norms(model(embedding), few_draws(Activation::identity));
      for (std::size_t n = 0; n < measured.ffn.size(); ++n) {
        EXPECT_EQ(measured.ffn[n].exceeding, 0);
        EXPECT_EQ(measured.attention[n].exceeding, 0);
        EXPECT_GT(measured.ffn[n].mean, 1);
        EXPECT_LE(measured.ffn[n].mean, measured.ffn[n].largest);
      }
      EXPECT_EQ(measured.heads.exceeding, 0);
    }
}

// Wide matrices W2 W1 with d_ffn = 4 d have a norm of 0.489 times the product of their norms: the edge of the spectrum
// of a product of free random matrices. Where they outweigh the shortcut, so do the layer and its bound.
TEST(MeasuredNorms, OfLargeSublayersWithoutActivationAreNearlyHalfTheBound) {
  Architecture architecture = model_350m(Embedding::vanilla);
  architecture.layers = 1;
  MeasureOptions options = few_draws(Activation::identity);
  options.widest = 128;
  const NormSample ffn = measured_norms(architecture, options).ffn.front();
  EXPECT_NEAR(ffn.mean / ffn.bound, 0.489, 0.025);
}

TEST(MeasuredNorms, OfSmallSublayersAreMoreThanHalfTheBound) {
  for (const Embedding embedding : {Embedding::scaled, Embedding::layer_norm})
    for (const NormSample& ffn : measured_norms(model_350m(embedding), few_draws(Activation::identity)).ffn)
      EXPECT_GT(ffn.mean, 0.5 * ffn.bound);
}

TEST(MeasuredNorms, OfRectifiedUnitsAreSmaller) {
  Architecture architecture = model_350m(Embedding::vanilla);
  architecture.layers = 1;
  const double without = measured_norms(architecture, few_draws(Activation::identity)).ffn.front().mean;
  const double with = measured_norms(architecture, few_draws(Activation::relu)).ffn.front().mean;
  EXPECT_LT(with, 0.9 * without);
  EXPECT_GT(with, 0.3 * without);
}

TEST(MeasuredNorms, OfNormsAfterSublayersStayBelowTheirBounds) {
  Architecture architecture = model_350m(Embedding::layer_norm);
  architecture.layers = 2;
  architecture.norm = NormPlacement::post;
  const MeasuredNorms measured = measured_norms(architecture, few_draws(Activation::identity));
  for (std::size_t n = 0; n < measured.ffn.size(); ++n) {
    EXPECT_EQ(measured.ffn[n].exceeding, 0);
    EXPECT_EQ(measured.attention[n].exceeding, 0);
  }
}

TEST(MeasuredNorms, DoNotDependOnThreads) {
  Architecture architecture = model_350m(Embedding::scaled);
  architecture.layers = 1;
  MeasureOptions options = few_draws(Activation::relu);
  options.threads = 1;
  const MeasuredNorms alone = measured_norms(architecture, options);
  options.threads = 3;
  const MeasuredNorms shared = measured_norms(architecture, options);
  EXPECT_EQ(alone.ffn.front().mean, shared.ffn.front().mean);
  EXPECT_EQ(alone.attention.front().largest, shared.attention.front().largest);
}

}  // namespace
}  // namespace losscast
