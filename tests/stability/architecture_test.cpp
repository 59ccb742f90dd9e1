#include "losscast/stability/architecture.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "losscast/base/error.hpp"
#include "tests/stability/published_architectures.hpp"

namespace losscast {
namespace {

std::string refused_key(Architecture architecture) {
  try {
    check(architecture);
  } catch (const ArgumentError& error) {
    return error.key();
  }
  return "";
}

TEST(Architecture, ImpossibleOnesAreRefusedByKey) {
  const Architecture good = model_350m(Embedding::vanilla);
  EXPECT_EQ(refused_key(good), "");
  const auto with = [&](auto member, int value) {
    Architecture changed = good;
    changed.*member = value;
    return refused_key(changed);
  };
  EXPECT_EQ(with(&Architecture::layers, 0), "layers");
  EXPECT_EQ(with(&Architecture::d_model, -1), "d_model");
  EXPECT_EQ(with(&Architecture::d_ffn, 0), "d_ffn");
  EXPECT_EQ(with(&Architecture::heads, 7), "heads");
  EXPECT_EQ(with(&Architecture::layers, kMostLayers + 1), "layers");
  Architecture silent = good;
  silent.embedding_deviation = 0;
  EXPECT_EQ(refused_key(silent), "embedding_deviation");
}

TEST(Architecture, DeviationsFollowTheInitialisation) {
  Architecture architecture = model_350m(Embedding::vanilla);
  const double usual = std::sqrt(2.0 / (5 * 1024));
  EXPECT_DOUBLE_EQ(weight_deviations(architecture).ffn_in, usual);
  EXPECT_DOUBLE_EQ(weight_deviations(architecture).ffn_out, usual / std::sqrt(48.0));
  EXPECT_DOUBLE_EQ(weight_deviations(architecture).out, usual / std::sqrt(48.0));
  EXPECT_DOUBLE_EQ(weight_deviations(architecture).embedding, usual);
  architecture.initialisation = Initialisation::standard;
  EXPECT_DOUBLE_EQ(weight_deviations(architecture).ffn_out, usual);
  architecture.initialisation = Initialisation::xavier;
  EXPECT_DOUBLE_EQ(weight_deviations(architecture).ffn_in, std::sqrt(2.0 / (5 * 1024)));
  EXPECT_DOUBLE_EQ(weight_deviations(architecture).out, std::sqrt(1.0 / 1024));
}

TEST(Architecture, EmbeddingsEnterWithTheirOwnDeviation) {
  EXPECT_DOUBLE_EQ(weight_deviations(model_350m(Embedding::scaled)).embedding, std::sqrt(0.4));
  EXPECT_DOUBLE_EQ(weight_deviations(model_350m(Embedding::layer_norm)).embedding, 1);
  EXPECT_DOUBLE_EQ(weight_deviations(model_350m(Embedding::detach)).embedding,
                   weight_deviations(model_350m(Embedding::vanilla)).embedding);
  Architecture given = model_350m(Embedding::vanilla);
  given.embedding_deviation = 0.3;
  EXPECT_DOUBLE_EQ(weight_deviations(given).embedding, 0.3);
}

}  // namespace
}  // namespace losscast
