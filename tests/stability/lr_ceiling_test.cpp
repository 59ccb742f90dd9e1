#include "losscast/stability/lr_ceiling.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "tests/stability/published_architectures.hpp"

namespace losscast {
namespace {

TEST(LrCeiling, IsTheCriticalLrOverTheLargestBound) {
  EXPECT_NEAR(amplification(model_350m(Embedding::vanilla)), 27.3, 0.1);
  EXPECT_NEAR(lr_ceiling(model_350m(Embedding::vanilla), 0.00273), 1e-4, 1e-6);
}

// What the paper's runs did, by LR and embedding.
TEST(LrCeiling, LiesBetweenPublishedRunsThatSpikedAndThoseThatDidNot) {
  const auto ceiling = [](const Architecture& architecture) { return lr_ceiling(architecture, kUsualCriticalLr); };
  EXPECT_LT(ceiling(model_350m(Embedding::vanilla)), 5e-4);
  EXPECT_LT(ceiling(model_1_7b(Embedding::vanilla)), 5e-4);
  EXPECT_LT(ceiling(model_13b(Embedding::vanilla)), 3e-4);
  EXPECT_GT(ceiling(model_13b(Embedding::vanilla)), 1e-4);
  EXPECT_GT(ceiling(model_350m(Embedding::scaled)), 5e-4);
  EXPECT_GT(ceiling(model_1_7b(Embedding::layer_norm)), 5e-4);
  EXPECT_GT(ceiling(model_13b(Embedding::scaled)), 3e-4);
}

TEST(RaisingChanges, AreOnlyThoseThatRaiseItTheBestFirst) {
  const std::vector<StabilityChange> changes = raising_changes(model_350m(Embedding::vanilla), 0.01);
  ASSERT_GE(changes.size(), 3u);
  const double now = lr_ceiling(model_350m(Embedding::vanilla), 0.01);
  for (std::size_t i = 0; i < changes.size(); ++i) {
    EXPECT_GT(changes[i].lr_ceiling, now);
    EXPECT_NE(changes[i].description, "embedding = \"detach\"");
  }
  EXPECT_TRUE(std::ranges::is_sorted(changes, std::greater(), &StabilityChange::lr_ceiling));
}

TEST(RaisingChanges, OfAnArchitectureThatHasThemAllAreNone) {
  Architecture best = model_350m(Embedding::layer_norm);
  best.norm = NormPlacement::post;
  EXPECT_TRUE(raising_changes(best, 0.01).empty());
}

}  // namespace
}  // namespace losscast
