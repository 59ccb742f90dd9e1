#include "losscast/stability/layer_bounds.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/stability/published_architectures.hpp"

namespace losscast {
namespace {

double first_ffn(const Architecture& architecture) { return layer_bounds(architecture).ffn.front(); }

// The first layer's bound, computed from the published initialisation by hand.
TEST(LayerBounds, FirstLayersArePublishedFigures) {
  const struct {
    Embedding embedding;
    double small, middle, large;
  } rows[] = {{Embedding::vanilla, 27.3, 40.4, 46.5},
              {Embedding::detach, 27.3, 40.4, 46.5},
              {Embedding::scaled, 1.82, 1.82, 1.64},
              {Embedding::layer_norm, 1.52, 1.52, 1.40}};
  for (const auto& row : rows) {
    EXPECT_NEAR(first_ffn(model_350m(row.embedding)), row.small, 0.005 * row.small);
    EXPECT_NEAR(first_ffn(model_1_7b(row.embedding)), row.middle, 0.005 * row.middle);
    EXPECT_NEAR(first_ffn(model_13b(row.embedding)), row.large, 0.005 * row.large);
  }
}

TEST(LayerBounds, WithoutDepthScalingTheyAreLargerByItsFactor) {
  const auto standard = [](Architecture architecture) {
    architecture.initialisation = Initialisation::standard;
    return first_ffn(architecture);
  };
  EXPECT_NEAR(standard(model_350m(Embedding::vanilla)), 183, 0.9);
  EXPECT_NEAR(standard(model_1_7b(Embedding::vanilla)), 274, 1.4);
  EXPECT_NEAR(standard(model_13b(Embedding::vanilla)), 408, 2);
}

// The residual stream's variance grows by 0.64/(2 N) a layer, and the bounds fall accordingly.
TEST(LayerBounds, FallAsTheResidualStreamGrows) {
  const LayerBounds bounds = layer_bounds(model_350m(Embedding::vanilla));
  ASSERT_EQ(bounds.ffn.size(), 24u);
  const double embedding = 0.4 / 1024, added = 0.64 / 48;
  double log_product = 0;
  for (std::size_t n = 0; n < bounds.ffn.size(); ++n) {
    const double deviation = std::sqrt(embedding + static_cast<double>(n) * added);
    EXPECT_NEAR(bounds.deviation[n], deviation, 1e-12);
    EXPECT_NEAR(bounds.ffn[n], 1 + 3.6 / std::sqrt(48.0) / deviation, 1e-9);
    EXPECT_NEAR(bounds.attention[n], 1 + std::sqrt(1.6 / 48) * 2 * std::sqrt(1.6) / deviation, 1e-9);
    log_product += std::log(bounds.ffn[n] * bounds.attention[n]);
  }
  EXPECT_NEAR(bounds.log_product, log_product, 1e-9);
}

TEST(LayerBounds, NormsAfterSublayersHoldTheStreamAtOne) {
  Architecture post = model_350m(Embedding::vanilla);
  post.norm = NormPlacement::post;
  const LayerBounds bounds = layer_bounds(post);
  EXPECT_NEAR(bounds.ffn.front(), (1 + 3.6 / std::sqrt(48.0)) / std::sqrt(1 + 0.64 / 48), 1e-9);
  EXPECT_DOUBLE_EQ(bounds.ffn.front(), bounds.ffn.back());
  EXPECT_GT(bounds.attention.front(), 30 * bounds.attention[1]);
}

TEST(StabilityConditions, TellThePublishedArchitecturesApart) {
  for (const auto model : {model_350m, model_1_7b, model_13b}) {
    EXPECT_FALSE(stability_conditions(model(Embedding::vanilla)).large_shortcut());
    EXPECT_FALSE(stability_conditions(model(Embedding::detach)).large_shortcut());
    EXPECT_TRUE(stability_conditions(model(Embedding::scaled)).large_shortcut());
    EXPECT_TRUE(stability_conditions(model(Embedding::layer_norm)).large_shortcut());
    EXPECT_TRUE(stability_conditions(model(Embedding::vanilla)).small_sublayers());
    Architecture standard = model(Embedding::scaled);
    standard.initialisation = Initialisation::standard;
    EXPECT_FALSE(stability_conditions(standard).small_sublayers());
    EXPECT_NEAR(stability_conditions(standard).sublayer, 3.6, 1e-9);
  }
}

}  // namespace
}  // namespace losscast
