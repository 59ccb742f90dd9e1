#include "train/optimisers.hpp"

#include <gtest/gtest.h>

#include <Eigen/Eigenvalues>
#include <cmath>

#include "losscast/base/error.hpp"
#include "train/make_optimiser.hpp"
#include "train/random_matrix.hpp"

namespace losscast {
namespace {

using Eigen::MatrixXd;

// What passed through a matrix of 7 x 5 in a batch.
struct Example {
  Matrix inputs, gradients, curvature;

  explicit Example(int examples)
      : inputs(random_examples(1, 0, 0, 5, examples)),
        gradients(random_examples(1, 0, 1, 7, examples)),
        curvature(random_examples(1, 0, 2, 7, examples)) {}

  MatrixBatch batch() const { return {inputs, gradients, curvature}; }
  double count() const { return static_cast<double>(inputs.cols()); }
  MatrixXd g() const { return gradients.cast<double>() * inputs.cast<double>().transpose() / count(); }
  MatrixXd a() const { return inputs.cast<double>() * inputs.cast<double>().transpose() / count(); }
  MatrixXd b() const { return curvature.cast<double>() * curvature.cast<double>().transpose() / count(); }
};

// (matrix + rho)^exponent of a symmetric matrix.
MatrixXd power(const MatrixXd& matrix, double rho, double exponent) {
  const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(matrix);
  const Eigen::VectorXd values = (solver.eigenvalues().array() + rho).pow(exponent);
  return solver.eigenvectors() * values.asDiagonal() * solver.eigenvectors().transpose();
}

MatrixSettings settings_of(double lr, std::vector<double> damping, DampingRule rule = DampingRule::given) {
  return {.values = {.initial_deviation = 1, .lr = lr, .damping = std::move(damping)}, .damping_rule = rule};
}

// By how much one step moves weights that are 0.
MatrixXd move_of(Optimiser optimiser, const MatrixSettings& settings, const Example& example) {
  Matrix weights = Matrix::Zero(7, 5);
  make_matrix_optimiser(optimiser, settings)->update(example.batch(), settings.values.lr, weights);
  return weights.cast<double>();
}

// Weights and their factors are rounded to 6e-8 in products of at most 9 terms.
void expect_same(const MatrixXd& measured, const MatrixXd& expected) {
  EXPECT_LT((measured - expected).cwiseAbs().maxCoeff(), 1e-5 * expected.cwiseAbs().maxCoeff());
}

TEST(SgdStep, IsTheGradient) {
  const Example example(4);
  expect_same(move_of(Optimiser::sgd, settings_of(0.3, {}), example), -0.3 * example.g());
}

TEST(ShampooStep, IsThatOfWholeMatrices) {
  for (const int examples : {3, 9}) {
    const Example example(examples);
    const MatrixXd g = example.g(), l = g * g.transpose(), r = g.transpose() * g;
    expect_same(move_of(Optimiser::shampoo, settings_of(0.3, {0.02, 0.05}), example),
                -0.3 * power(l, 0.02, -0.25) * g * power(r, 0.05, -0.25));
    const double rho = 0.1 * g.squaredNorm();
    expect_same(move_of(Optimiser::shampoo, settings_of(0.3, {0.1}, DampingRule::trace), example),
                -0.3 * power(l, rho, -0.25) * g * power(r, rho, -0.25));
  }
}

TEST(KroneckerStep, OfKfacIsThatOfWholeMatrices) {
  for (const int examples : {3, 9}) {
    const Example example(examples);
    const MatrixXd a = example.a(), b = example.b();
    const auto expected = [&](double rho_a, double rho_b) -> MatrixXd {
      return -0.3 * power(b, rho_b, -1) * example.g() * power(a, rho_a, -1);
    };
    expect_same(move_of(Optimiser::kfac, settings_of(0.3, {0.02, 0.05}), example), expected(0.02, 0.05));
    expect_same(move_of(Optimiser::kfac, settings_of(0.3, {0.1}, DampingRule::trace), example),
                expected(0.1 * a.trace(), 0.1 * b.trace()));
    const double pi = std::sqrt((a.trace() / 5) / (b.trace() / 7));
    expect_same(move_of(Optimiser::kfac, settings_of(0.3, {0.04}, DampingRule::heuristic), example),
                expected(0.2 * pi, 0.2 / pi));
  }
}

TEST(KroneckerStep, OfFoofIsThatOfWholeMatrices) {
  for (const int examples : {3, 9}) {
    const Example example(examples);
    const MatrixXd a = example.a();
    expect_same(move_of(Optimiser::foof, settings_of(0.3, {0.02}), example), -0.3 * example.g() * power(a, 0.02, -1));
    expect_same(move_of(Optimiser::foof, settings_of(0.3, {0.1}, DampingRule::trace), example),
                -0.3 * example.g() * power(a, 0.1 * a.trace(), -1));
  }
}

// Two steps of each entry, by the formulas of the means.
TEST(AdamStep, IsThatOfEachEntry) {
  const Example first(4), second(6);
  MatrixSettings settings = settings_of(0.01, {1e-3});
  settings.adam = {.beta1 = 0.8, .beta2 = 0.9, .weight_decay = 0.5};
  const auto adam = make_matrix_optimiser(Optimiser::adam, settings);
  Matrix weights = Matrix::Ones(7, 5);
  adam->update(first.batch(), settings.values.lr, weights);
  adam->update(second.batch(), settings.values.lr, weights);
  const MatrixXd g1 = first.g(), g2 = second.g();
  const auto expected = [&](Eigen::Index i) {
    const double m1 = 0.2 * g1(i), v1 = 0.1 * g1(i) * g1(i);
    const double m2 = 0.8 * m1 + 0.2 * g2(i), v2 = 0.9 * v1 + 0.1 * g2(i) * g2(i);
    const double w1 = (1 - 0.01 * 0.5) - 0.01 * (m1 / 0.2) / (std::sqrt(v1 / 0.1) + 1e-3);
    return w1 * (1 - 0.01 * 0.5) - 0.01 * (m2 / 0.36) / (std::sqrt(v2 / 0.19) + 1e-3);
  };
  for (Eigen::Index i = 0; i < weights.size(); ++i) EXPECT_NEAR(static_cast<double>(weights(i)), expected(i), 1e-6);
}

std::string refused_key(Optimiser optimiser, const MatrixSettings& settings) {
  try {
    make_matrix_optimiser(optimiser, settings);
  } catch (const ArgumentError& error) {
    return error.key();
  }
  return "";
}

TEST(MakeMatrixOptimiser, RefusesMissingDampingsAndOthersRules) {
  EXPECT_EQ(refused_key(Optimiser::kfac, settings_of(0.1, {1, 1})), "");
  EXPECT_EQ(refused_key(Optimiser::kfac, settings_of(0.1, {1})), "damping");
  EXPECT_EQ(refused_key(Optimiser::kfac, settings_of(0.1, {1, 0})), "damping");
  EXPECT_EQ(refused_key(Optimiser::kfac, settings_of(0.1, {1}, DampingRule::trace)), "");
  EXPECT_EQ(refused_key(Optimiser::adam, settings_of(0.1, {})), "damping");
  EXPECT_EQ(refused_key(Optimiser::adam, settings_of(0.1, {1e-8}, DampingRule::trace)), "damping_rule");
  EXPECT_EQ(refused_key(Optimiser::foof, settings_of(0.1, {1}, DampingRule::heuristic)), "damping_rule");
  EXPECT_EQ(refused_key(Optimiser::shampoo, settings_of(0.1, {1}, DampingRule::trace)), "");
}

}  // namespace
}  // namespace losscast
