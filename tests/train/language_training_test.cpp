#include "losscast/train/language_training.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "losscast/base/error.hpp"
#include "losscast/stability/layer_bounds.hpp"
#include "losscast/train/transformer_norms.hpp"
#include "tests/train/settings.hpp"

namespace losscast {
namespace {

using test::small_language_model;

// A model that knows each token's frequency only stays near ln 8 = 2.08; half of what there is to learn needs more.
TEST(TrainLanguageModel, LearnsWhatThereIsToLearn) {
  for (const auto& [name, embedding] : kEmbeddings) {
    const LanguageOutcome outcome = train(small_language_model(embedding, 0.01, 200));
    EXPECT_LT(outcome.last_loss - outcome.attainable_loss, 0.5 * (std::log(8) - outcome.attainable_loss)) << name;
    EXPECT_GT(outcome.last_loss, outcome.attainable_loss) << name;
    EXPECT_EQ(outcome.losses.size(), 200u);
    EXPECT_EQ(outcome.gradient_norms.size(), 200u);
  }
}

TEST(TrainLanguageModel, LearnsByEachOptimiserButKfac) {
  LanguageSettings settings = small_language_model(Embedding::scaled, 0.3, 60);
  for (const auto& [optimiser, damping] : {std::pair(Optimiser::sgd, std::vector<double>{}),
                                           {Optimiser::shampoo, {1e-3, 1e-3}},
                                           {Optimiser::foof, {0.1}}}) {
    settings.optimiser = optimiser;
    settings.damping = damping;
    const LanguageOutcome outcome = train(settings);
    EXPECT_LT(outcome.last_loss, outcome.first_loss - 0.1) << name_in(kOptimisers, optimiser);
  }
}

TEST(TrainLanguageModel, GivesTheSameBitsForAnyNumberOfThreads) {
  std::vector<LanguageSettings> runs(3, small_language_model(Embedding::vanilla, 0.01, 5));
  runs[1].seed = 1;
  const std::vector<LanguageOutcome> alone = train_all(runs, 1), together = train_all(runs, 3);
  for (std::size_t i = 0; i < runs.size(); ++i) EXPECT_EQ(alone[i].last_loss, together[i].last_loss);
  EXPECT_EQ(alone[0].last_loss, alone[2].last_loss);
  EXPECT_NE(alone[0].last_loss, alone[1].last_loss);
}

TEST(TrainLanguageModel, TakesTheLrOfEachStepFromTheSchedule) {
  const LanguageOutcome outcome = train(small_language_model(Embedding::vanilla, 0, 3));
  EXPECT_EQ(outcome.last_loss, outcome.first_loss);
}

// SGD moves by the LR times the gradient, of which clipping leaves a share.
TEST(TrainLanguageModel, ClipsGradientsToTheirLargestNorm) {
  LanguageSettings settings = small_language_model(Embedding::vanilla, 0.5, 11);
  settings.optimiser = Optimiser::sgd;
  settings.damping = {};
  settings.largest_gradient = 1e-6;
  const LanguageOutcome clipped = train(settings);
  EXPECT_GT(clipped.gradient_norms.front(), 0.1);
  EXPECT_NEAR(clipped.last_loss, clipped.first_loss, 1e-4);
  settings.largest_gradient = 1e6;
  EXPECT_LT(train(settings).last_loss, clipped.first_loss - 0.01);
}

std::string refused_key(const LanguageSettings& settings) {
  try {
    train(settings);
  } catch (const ArgumentError& error) {
    return error.key();
  }
  return "";
}

TEST(TrainLanguageModel, RefusesImpossibleSettingsByKey) {
  const LanguageSettings good = small_language_model(Embedding::vanilla, 0.01, 1);
  EXPECT_EQ(refused_key(good), "");
  const auto with = [&](auto&& change) {
    LanguageSettings changed = good;
    change(changed);
    return refused_key(changed);
  };
  EXPECT_EQ(with([](LanguageSettings& s) { s.architecture.heads = 3; }), "heads");
  EXPECT_EQ(with([](LanguageSettings& s) { s.source.vocabulary = 0; }), "vocabulary");
  EXPECT_EQ(with([](LanguageSettings& s) { s.source.gain = -1; }), "gain");
  EXPECT_EQ(with([](LanguageSettings& s) { s.tokens = 0; }), "tokens");
  EXPECT_EQ(with([](LanguageSettings& s) { s.largest_gradient = 0; }), "largest_gradient");
  EXPECT_EQ(with([](LanguageSettings& s) { s.found_at = ValuesFoundAt{}; }), "found_at");
  EXPECT_EQ(with([](LanguageSettings& s) { s.optimiser = Optimiser::kfac; }), "optimiser");
  EXPECT_EQ(with([](LanguageSettings& s) { s.damping = {}; }), "damping");
}

// Each bound holds by a factor that no draw comes near (docs/stability.md), and the norm of a product is at most the
// product of norms. The smaller the embeddings, the more the first layer stretches.
TEST(TransformerNorms, AreBelowTheirBoundsAndFallWithLargerEmbeddings) {
  std::vector<double> first_ffn;
  for (const Embedding embedding : {Embedding::vanilla, Embedding::scaled, Embedding::layer_norm}) {
    LanguageSettings settings = small_language_model(embedding, 0.01, 1);
    settings.architecture.layers = 4;
    const TransformerNorms norms = transformer_norms(settings);
    const LayerBounds bounds = layer_bounds(settings.architecture);
    ASSERT_EQ(norms.layers.size(), 4u);
    double product = 1;
    for (std::size_t n = 0; n < 4; ++n) {
      EXPECT_LT(norms.layers[n].ffn, bounds.ffn[n]);
      EXPECT_LT(norms.layers[n].attention, bounds.attention[n]);
      product *= bounds.ffn[n] * bounds.attention[n];
    }
    EXPECT_LT(norms.layers.front().gradient, norms.last_gradient * product);
    // 8 x 16 embeddings, some of which come much more often than others: five standard errors as if there were three
    // tokens are 51%. After a LayerNorm the deviation is 1.
    EXPECT_NEAR(norms.layers.front().deviation / bounds.deviation.front(), 1, 0.51);
    first_ffn.push_back(norms.layers.front().ffn);
  }
  EXPECT_GT(first_ffn[0], 1.5 * first_ffn[1]);
  EXPECT_GT(first_ffn[1], first_ffn[2]);
}

}  // namespace
}  // namespace losscast
