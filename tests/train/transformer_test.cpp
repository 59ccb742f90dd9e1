#include "train/transformer.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/train/plain_transformer.hpp"
#include "train/cross_entropy.hpp"
#include "train/heads_layer.hpp"
#include "train/layer_jacobian.hpp"
#include "train/norm_layer.hpp"
#include "train/random_matrix.hpp"
#include "train/relu_layer.hpp"
#include "train/residual_layer.hpp"
#include "train/scale_layer.hpp"

namespace losscast {
namespace {

using test::Table;

constexpr double kStep = 1e-5;      // of differences, which are right to 1e-9 for the functions here
constexpr double kRounding = 5e-5;  // single precision rounds by 6e-8, in sums of some ten terms and six layers

Matrix random_inputs(int rows, int columns) { return random_weights(7, 0, rows, columns); }

// Outputs, and gradients of a random mean of them, beside those of a function by plain loops.
template <class Plain>
void expect_derivative(Layer& layer, const Matrix& inputs, const Plain& plain) {
  const Table expected = plain(inputs.cast<double>());
  const Matrix outputs = layer.forward(inputs);
  EXPECT_LT((outputs.cast<double>() - expected).cwiseAbs().maxCoeff(), kRounding);
  const Matrix weights = random_weights(8, 0, outputs.rows(), outputs.cols());
  const Matrix gradient = layer.backward(weights);
  for (Eigen::Index i = 0; i < inputs.size(); ++i) {
    Table above = inputs.cast<double>(), below = above;
    above(i) += kStep;
    below(i) -= kStep;
    const double slope = (plain(above) - plain(below)).cwiseProduct(weights.cast<double>()).sum() / (2 * kStep);
    EXPECT_NEAR(static_cast<double>(gradient(i)), slope, kRounding) << i;
  }
}

TEST(NormLayer, HasItsDerivative) {
  NormLayer layer;
  expect_derivative(layer, random_inputs(6, 4), test::plain_norm);
}

TEST(HeadsLayer, HasItsDerivative) {
  HeadsLayer layer(2, 3);
  expect_derivative(layer, random_inputs(12, 6), [](const Table& x) { return test::plain_heads(x, 2, 3); });
}

TEST(ReluLayer, HasItsDerivative) {
  ReluLayer layer;
  expect_derivative(layer, random_inputs(5, 4), [](const Table& x) -> Table { return x.cwiseMax(0.0); });
}

TEST(ResidualLayer, HasItsDerivative) {
  Network sublayer;
  sublayer.add(std::make_unique<NormLayer>());
  ResidualLayer layer(std::move(sublayer));
  expect_derivative(layer, random_inputs(5, 4), [](const Table& x) -> Table { return x + test::plain_norm(x); });
}

TEST(ScaleLayer, HasItsOwnFactorOnTheWayBack) {
  ScaleLayer layer({.forward = 3, .backward = 0.5});
  const Matrix inputs = random_inputs(2, 2);
  EXPECT_EQ(layer.forward(inputs), 3 * inputs);
  EXPECT_EQ(layer.backward(inputs), 0.5 * inputs);
}

TEST(LayerJacobian, IsThatOfASequence) {
  Network network;  // d rows in and out
  network.add(std::make_unique<DenseLayer>(random_weights(3, 0, 6, 2)));
  network.add(std::make_unique<HeadsLayer>(1, 3));
  const Matrix inputs = random_inputs(2, 3);
  const FineMatrix whole = jacobian(network, inputs);
  const Table qkv = random_weights(3, 0, 6, 2).cast<double>();
  for (Eigen::Index i = 0; i < inputs.size(); ++i) {
    Table above = inputs.cast<double>(), below = above;
    above(i) += kStep;
    below(i) -= kStep;
    const Table slope = (test::plain_heads(qkv * above, 1, 3) - test::plain_heads(qkv * below, 1, 3)) / (2 * kStep);
    for (Eigen::Index j = 0; j < slope.size(); ++j) EXPECT_NEAR(whole(j, i), slope(j), kRounding);
  }
}

TEST(SpectralNorm, IsTheLargestSingularValue) {
  FineMatrix matrix = FineMatrix::Zero(3, 3);
  matrix(0, 1) = -4;
  matrix(1, 0) = 3;
  EXPECT_NEAR(spectral_norm(matrix), 4, 1e-9);
}

constexpr int kTokens = 3, kVocabulary = 5;

Architecture small(Embedding embedding, NormPlacement norm) {
  return {.layers = 2, .d_model = 4, .d_ffn = 6, .heads = 2, .embedding = embedding, .norm = norm};
}

struct Example {
  Matrix inputs = Matrix::Zero(kVocabulary, 2 * kTokens);
  std::vector<int> targets = {1, 4, 2, 0, 3, 3};

  Example() {
    const int tokens[] = {0, 1, 4, 2, 0, 3};
    for (int column = 0; column < 2 * kTokens; ++column) inputs(tokens[column], column) = 1;
  }
};

// How far the gradients of all matrices are from the differences of the loss by plain loops.
void expect_gradients(const Architecture& architecture) {
  const Example example;
  Network network = transformer({architecture, kVocabulary, kTokens}, drawn_deviations(architecture), 5);
  // Weights of the order 1 make every part matter.
  for (DenseLayer* layer : network.dense()) layer->weights() *= 0.5f * std::sqrt(5.0f * 4.0f / 2);
  std::vector<Table> weights;
  for (const DenseLayer* layer : network.dense()) weights.push_back(layer->weights().cast<double>());
  const auto loss = [&] {
    return test::plain_cross_entropy(test::plain_logits(architecture, weights, example.inputs.cast<double>(), kTokens),
                                     example.targets);
  };
  const TokenLoss measured = cross_entropy(network.forward(example.inputs), example.targets);
  EXPECT_NEAR(measured.mean, loss(), kRounding);
  network.backward(measured.gradients);
  for (std::size_t l = 0; l < weights.size(); ++l) {
    const DenseLayer& layer = *network.dense()[l];
    const Matrix gradient = layer.gradients() * layer.inputs().transpose() / 6;
    const bool is_detached = l == 0 && architecture.embedding == Embedding::detach;
    for (Eigen::Index i = 0; i < gradient.size(); ++i) {
      const double here = weights[l](i);
      weights[l](i) = here + kStep;
      const double above = loss();
      weights[l](i) = here - kStep;
      const double slope = (above - loss()) / (2 * kStep);
      weights[l](i) = here;
      EXPECT_NEAR(static_cast<double>(gradient(i)), is_detached ? 0.1 * slope : slope, kRounding) << l;
    }
  }
}

TEST(Transformer, HasTheLossAndGradientsOfPlainLoops) {
  for (const auto& [word, norm] : kNormPlacements)
    for (const auto& [name, embedding] : kEmbeddings) {
      SCOPED_TRACE(std::string(word) + ", " + std::string(name));
      expect_gradients(small(embedding, norm));
    }
}

// 64^2 variates and more: five standard errors are 5.5%.
TEST(Transformer, HasTheDeviationsOfItsArchitecture) {
  for (const auto& [name, initialisation] : kInitialisations) {
    Architecture architecture{.layers = 3, .d_model = 64, .d_ffn = 128, .heads = 2, .initialisation = initialisation};
    const WeightDeviations expected = weight_deviations(architecture);
    architecture.embedding = Embedding::scaled;
    const Network network = transformer({architecture, 64, 8}, drawn_deviations(architecture), 1);
    ASSERT_EQ(network.dense().size(), 14u);
    const auto check = [&](std::size_t number, double deviation) {
      const Matrix& weights = network.dense()[number]->weights();
      const double found = std::sqrt(static_cast<double>(weights.squaredNorm()) / static_cast<double>(weights.size()));
      EXPECT_NEAR(found / deviation, 1, 0.055) << name << " " << number;
    };
    check(0, expected.embedding);
    check(1, expected.value);
    check(2, expected.out);
    check(7, expected.ffn_in);
    check(8, expected.ffn_out);
    check(13, expected.value);
  }
}

}  // namespace
}  // namespace losscast
