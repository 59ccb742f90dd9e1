#include "train/mlp.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "train/random_matrix.hpp"

namespace losscast {
namespace {

using Table = std::vector<std::vector<double>>;  // [row][column]

Table table_of(const Matrix& matrix) {
  Table table(static_cast<std::size_t>(matrix.rows()), std::vector<double>(static_cast<std::size_t>(matrix.cols())));
  for (Eigen::Index r = 0; r < matrix.rows(); ++r)
    for (Eigen::Index c = 0; c < matrix.cols(); ++c)
      table[static_cast<std::size_t>(r)][static_cast<std::size_t>(c)] = static_cast<double>(matrix(r, c));
  return table;
}

// The outputs for one example, by plain loops.
std::vector<double> outputs_of(const std::vector<Table>& weights, std::vector<double> units) {
  for (std::size_t l = 0; l < weights.size(); ++l) {
    std::vector<double> next;
    for (const std::vector<double>& row : weights[l]) {
      double sum = 0;
      for (std::size_t c = 0; c < row.size(); ++c) sum += row[c] * units[c];
      next.push_back(l + 1 < weights.size() ? std::tanh(sum) : sum);
    }
    units = next;
  }
  return units;
}

// Half the sum of squared outputs over all examples.
double loss_of(const std::vector<Table>& weights, const Matrix& inputs) {
  double loss = 0;
  for (Eigen::Index e = 0; e < inputs.cols(); ++e) {
    std::vector<double> units;
    for (Eigen::Index r = 0; r < inputs.rows(); ++r) units.push_back(static_cast<double>(inputs(r, e)));
    for (const double output : outputs_of(weights, units)) loss += output * output / 2;
  }
  return loss;
}

std::vector<Table> tables_of(const Network& network) {
  std::vector<Table> tables;
  for (const DenseLayer* layer : network.dense()) tables.push_back(table_of(layer->weights()));
  return tables;
}

constexpr NetworkShape kShape = {.inputs = 3, .width = 5, .hidden = 2, .outputs = 2};

// Single precision rounds each of at most 5 products by 6e-8, in four layers; differences are right to 1e-9.
TEST(Network, GivesTheOutputsAndGradientsOfPlainLoops) {
  Network network = tanh_network(kShape, {0.7, 0.6, 0.5}, 4, 0);
  const Matrix inputs = random_examples(4, 0, 0, 3, 6);
  const Matrix outputs = network.forward(inputs);
  std::vector<Table> weights = tables_of(network);
  EXPECT_NEAR(loss_of(weights, inputs), 0.5 * static_cast<double>(outputs.squaredNorm()), 1e-5);
  network.backward(outputs);
  for (std::size_t l = 0; l < weights.size(); ++l) {
    const DenseLayer& layer = *network.dense()[l];
    const Matrix gradient = layer.gradients() * layer.inputs().transpose();
    for (std::size_t r = 0; r < weights[l].size(); ++r)
      for (std::size_t c = 0; c < weights[l][r].size(); ++c) {
        const double step = 1e-5, here = weights[l][r][c];
        weights[l][r][c] = here + step;
        const double above = loss_of(weights, inputs);
        weights[l][r][c] = here - step;
        const double below = loss_of(weights, inputs);
        weights[l][r][c] = here;
        EXPECT_NEAR(static_cast<double>(gradient(static_cast<Eigen::Index>(r), static_cast<Eigen::Index>(c))),
                    (above - below) / (2 * step), 2e-5);
      }
  }
}

TEST(Network, HasMatricesByRole) {
  const Network network = tanh_network(kShape, {1, 1, 1}, 0, 0);
  ASSERT_EQ(network.dense().size(), 4u);
  EXPECT_EQ(network.dense()[0]->weights().cols(), 3);
  EXPECT_EQ(network.dense()[1]->weights().cols(), 5);
  EXPECT_EQ(network.dense()[3]->weights().rows(), 2);
  EXPECT_EQ(role_of(kShape, 0), LayerRole::input);
  EXPECT_EQ(role_of(kShape, 1), LayerRole::hidden);
  EXPECT_EQ(role_of(kShape, 2), LayerRole::hidden);
  EXPECT_EQ(role_of(kShape, 3), LayerRole::output);
}

// Deviations of 128^2 variates: five standard errors are 2.8%.
TEST(Network, HasTheDeviationsThatItWasGiven) {
  const NetworkShape shape = {.inputs = 128, .width = 128, .hidden = 1, .outputs = 128};
  const Network network = tanh_network(shape, {0.5, 2, 0.1}, 1, 0);
  const double expected[] = {0.5, 2, 0.1};
  for (std::size_t l = 0; l < 3; ++l) {
    const Matrix& weights = network.dense()[l]->weights();
    const double deviation = std::sqrt(static_cast<double>(weights.squaredNorm() / 128 / 128));
    EXPECT_NEAR(deviation / expected[l], 1, 0.028);
  }
}

}  // namespace
}  // namespace losscast
