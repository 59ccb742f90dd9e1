// Orders of convergence: the error against the block length, on logarithmic scales, has the slope that theory gives;
// and the limit is the right one, since errors are against references that take no such steps.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "losscast/model/cir.hpp"
#include "tests/model/examples.hpp"
#include "tests/model/normals.hpp"

namespace losscast::test {
namespace {

// Slope of the least-squares line through (ln x, ln y).
double slope(const std::vector<double>& x, const std::vector<double>& y) {
  double mean_x = 0, mean_y = 0, xx = 0, xy = 0;
  const auto n = static_cast<double>(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    mean_x += std::log(x[i]) / n;
    mean_y += std::log(y[i]) / n;
  }
  for (std::size_t i = 0; i < x.size(); ++i) {
    xx += (std::log(x[i]) - mean_x) * (std::log(x[i]) - mean_x);
    xy += (std::log(x[i]) - mean_x) * (std::log(y[i]) - mean_y);
  }
  return xy / xx;
}

class Convergence : public ::testing::TestWithParam<const SdeModel*> {
 protected:
  // Hills so slow that blocks of 32 steps are short for each: rate x clock time of a block below 0.2.
  std::vector<double> slow_parameters() const {
    auto parameters = example_parameters(*GetParam());
    for (std::size_t p = 0; p < parameters.size(); ++p) {
      const ModelParameter& parameter = GetParam()->parameters()[p];
      if (parameter.unit == "1/horizon") parameters[p] = parameter.name == "C" ? 5 : 20;
    }
    return parameters;
  }

  // Errors of mean and variance of the hills at the end of the schedule, blocks of m steps against the exact law.
  LossMoments errors(const Schedule& schedule, Step m, Scheme scheme) const {
    PathNoise noise;
    noise.four_over_d = 4.0f / 20;
    const auto parameters = slow_parameters();
    const BlockTable table = blocks_of(*GetParam(), schedule, m);
    const int last[] = {static_cast<int>(table.blocks.size())};
    const auto actual = GetParam()->moments(table, parameters, noise, scheme, last)[0];
    const auto exact = reference::law(reference_of(*GetParam(), parameters), lrs_of(schedule), reference_of(noise),
                                      {static_cast<std::size_t>(schedule.total_steps())})[0];
    return {std::abs(actual.skeleton - exact.skeleton), std::abs(actual.mean - exact.mean),
            std::abs(actual.variance - exact.variance)};
  }

  struct Orders {
    double mean, variance;
  };
  Orders orders(const Schedule& schedule, Scheme scheme) const {
    std::vector<double> lengths, means, variances;
    for (const Step m : {4, 8, 16, 32}) {
      const LossMoments error = errors(schedule, m, scheme);
      lengths.push_back(static_cast<double>(m));
      means.push_back(error.mean);
      variances.push_back(error.variance);
    }
    return {slope(lengths, means), slope(lengths, variances)};
  }
};
INSTANTIATE_TEST_SUITE_P(Every, Convergence, ::testing::ValuesIn(models().begin(), models().end()), model_test_name);

// Euler-Maruyama is of weak order 1: a hill on its way to its level errs by k dtau / 2 of what is left, relatively.
TEST_P(Convergence, EulerIsOfWeakOrderOne) {
  const Orders found = orders(constant(640), Scheme::euler);
  EXPECT_NEAR(found.mean, 1, 0.1);
  EXPECT_NEAR(found.variance, 1, 0.15);
}

// Inside a block the level is its least-squares line and the norm that of the middle: what is left out are second
// differences, the square of the block's length. (Without a norm even these cancel, and the order is higher.)
TEST_P(Convergence, ExactMomentsAreOfWeakOrderTwoInASmoothSchedule) {
  const Orders found = orders(cosine(1600), Scheme::exact_moments);
  EXPECT_GT(found.mean, 1.8);
  EXPECT_GT(found.variance, 1.8);
}

// The exact path of a hill on given Brownian increments, to order 1 in tiny steps: the drift-implicit scheme for its
// root Y = sqrt(V) (Alfonsi 2005), dY = (a / Y - k Y / 2) dt + s/2 dW, s = 2 sqrt(k l / d), a = k l / 2 - s^2 / 8.
double fine_path(double v, double k, double level, double d, double h, const std::vector<double>& increments) {
  const double s = 2 * std::sqrt(k * level / d), a = k * level / 2 - s * s / 8;
  double y = std::sqrt(v);
  for (const double dw : increments) {
    const double explicit_part = y + s / 2 * dw, denominator = 2 + k * h;
    y = (explicit_part + std::sqrt(explicit_part * explicit_part + 2 * a * h * denominator)) / denominator;
  }
  return y * y;
}

// Strong order 1/2, as of every Euler-Maruyama scheme with noise that depends on the state: the root of the mean
// squared distance at time 1 between a hill in steps of h, each with the sum of the fine increments, and the hill
// itself. With d = 4 the noise outweighs the drift's error of order 1 at these h, by a factor of 4 and more in the
// square.
TEST(StrongConvergence, OfAnEulerHillIsOfOrderOneHalf) {
  constexpr int kPaths = 2000, kFine = 1 << 13;
  constexpr double kRate = 1, kLevel = 1, kDimensions = 4, kStart = 1, kTime = 1;
  const std::vector<int> numbers = {32, 64, 128, 256, 512};
  std::vector<double> squares(numbers.size(), 0.0);
  const double h = kTime / kFine;
  std::vector<double> increments(kFine);
  for (int path = 0; path < kPaths; ++path) {
    Normals normal(61, static_cast<std::uint64_t>(path));
    for (double& dw : increments) dw = std::sqrt(h) * static_cast<double>(normal());
    const double exact = fine_path(kStart, kRate, kLevel, kDimensions, h, increments);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      const int steps = numbers[i], merged = kFine / steps;
      const double dt = kTime / steps;
      auto v = static_cast<float>(kStart);
      for (int step = 0; step < steps; ++step) {
        double dw = 0;
        for (int f = 0; f < merged; ++f) dw += increments[static_cast<std::size_t>(step * merged + f)];
        const float g = cir_relaxation<Scheme::euler>(static_cast<float>(kRate * dt));
        v = cir_euler_step(v, g, static_cast<float>(kLevel), static_cast<float>(4 / kDimensions * kLevel),
                           static_cast<float>(dw / std::sqrt(dt)));
      }
      squares[i] += (static_cast<double>(v) - exact) * (static_cast<double>(v) - exact) / kPaths;
    }
  }
  std::vector<double> lengths, errors;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    lengths.push_back(kTime / numbers[i]);
    errors.push_back(std::sqrt(squares[i]));
  }
  EXPECT_NEAR(slope(lengths, errors), 0.5, 0.1);
  EXPECT_LT(errors.back(), 0.03);  // against a standard deviation of about 0.5: the limit is the hill itself
}

}  // namespace
}  // namespace losscast::test
