#include "stability/random_block.hpp"

#include <gtest/gtest.h>

#include <Eigen/SVD>
#include <cmath>

#include "stability/largest_stretch.hpp"

namespace losscast {
namespace {

using Eigen::MatrixXd;

constexpr Eigen::Index kTokens = 5, kWidth = 8;

template <class Map, class Evaluate>
void expect_derivatives(const Map& map, const Evaluate& evaluate, RandomMatrices& random, const MatrixXd& input) {
  const double step = 1e-5;
  const MatrixXd change = random.next(input.rows(), input.cols());
  const MatrixXd pushed = map.push(change);
  const MatrixXd numeric = (evaluate(input + step * change) - evaluate(input - step * change)) / (2 * step);
  EXPECT_LT((pushed - numeric).norm(), 1e-7 * numeric.norm());
}

template <class Map>
void expect_transposes(const Map& map, RandomMatrices& random) {
  const MatrixXd change = random.next(kTokens, kWidth), gradient = random.next(kTokens, kWidth);
  EXPECT_NEAR(map.push(change).cwiseProduct(gradient).sum(), map.pull(gradient).cwiseProduct(change).sum(), 1e-10);
}

TEST(LayerNorm, HasMeanZeroAndDeviationOneAndItsDerivative) {
  RandomMatrices random(1, 0);
  const MatrixXd input = 3 * random.next(kTokens, kWidth);
  LayerNorm norm;
  const MatrixXd output = norm.evaluate(input);
  for (Eigen::Index t = 0; t < kTokens; ++t) {
    EXPECT_NEAR(output.row(t).mean(), 0, 1e-14);
    EXPECT_NEAR(output.row(t).squaredNorm(), kWidth, 1e-12);
  }
  expect_derivatives(
      norm, [](const MatrixXd& x) { return LayerNorm().evaluate(x); }, random, input);
}

TEST(FeedForward, HasItsDerivativeAndTheTranspose) {
  for (const Activation activation : {Activation::identity, Activation::relu}) {
    RandomMatrices random(2, 0);
    const MatrixXd in = random.next(kWidth, 4 * kWidth), out = random.next(4 * kWidth, kWidth);
    const MatrixXd input = random.next(kTokens, kWidth);
    FeedForward ffn(in, out, activation);
    ffn.evaluate(input);
    expect_derivatives(
        ffn, [&](const MatrixXd& x) { return FeedForward(in, out, activation).evaluate(x); }, random, input);
    expect_transposes(ffn, random);
  }
}

TEST(Attention, HasItsDerivativeAndTheTranspose) {
  RandomMatrices random(3, 0);
  const auto square = [&] { return random.next(kWidth, kWidth); };
  const MatrixXd query = square(), key = square(), value = square(), out = square();
  const MatrixXd input = random.next(kTokens, kWidth);
  Attention attention({query, key, value, 2}, out);
  attention.evaluate(input);
  expect_derivatives(
      attention,
      [&](const MatrixXd& x) {
        return Attention({query, key, value, 2}, out).evaluate(x);
      },
      random, input);
  expect_transposes(attention, random);
}

TEST(Attention, SeesNoLaterToken) {
  RandomMatrices random(4, 0);
  const auto square = [&] { return random.next(kWidth, kWidth); };
  AttentionHeads heads(square(), square(), square(), 2);
  const MatrixXd input = random.next(kTokens, kWidth);
  const MatrixXd output = heads.evaluate(input);
  MatrixXd changed = input;
  changed.row(kTokens - 1) *= 2;
  EXPECT_EQ(heads.evaluate(changed).topRows(kTokens - 1), output.topRows(kTokens - 1));
}

TEST(LargestStretch, IsTheLargestSingularValue) {
  for (const Eigen::Index size : {1, 3, 40, 120}) {
    RandomMatrices random(5, static_cast<std::uint64_t>(size));
    const MatrixXd matrix = random.next(size, size), start = random.next(size, 1);
    const double stretch =
        largest_stretch([&](const MatrixXd& x) -> MatrixXd { return matrix * x; },
                        [&](const MatrixXd& x) -> MatrixXd { return matrix.transpose() * x; }, start);
    const double exact = Eigen::JacobiSVD<MatrixXd>(matrix).singularValues()(0);
    EXPECT_LE(stretch, exact * (1 + 1e-9));
    EXPECT_GT(stretch, exact * (1 - 1e-3)) << size;
  }
}

}  // namespace
}  // namespace losscast
