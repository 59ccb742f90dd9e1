#include "design/joint_gain.hpp"

#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <cmath>
#include <random>
#include <vector>

#include "race/observation_gain.hpp"

namespace losscast::test {
namespace {

constexpr Eigen::Index kDraws = 1000;

Eigen::MatrixXd centred(Eigen::MatrixXd values) { return values.rowwise() - values.colwise().mean(); }

// Three candidates, the first of which is chosen, and two runs that each show two numbers which hang together with
// them.
struct Toy {
  Eigen::VectorXd means{{0, 0.004, 0.002}};
  Eigen::MatrixXd rest;
  Observation first, second;
};

Toy toy() {
  std::mt19937_64 random(5);
  std::normal_distribution<double> normal;
  Eigen::MatrixXd all(kDraws, 5);
  for (Eigen::Index i = 0; i < all.size(); ++i) all.data()[i] = normal(random);
  all = centred(all);
  Toy out;
  out.rest = Eigen::MatrixXd::Zero(kDraws, 3);
  out.rest.col(1) = 0.010 * all.col(0) + 0.004 * all.col(1);
  out.rest.col(2) = -0.006 * all.col(0) + 0.005 * all.col(2);
  out.first = {Eigen::MatrixXd(kDraws, 2), Eigen::VectorXd{{0.003, 0.002}}};
  out.first.values.col(0) = 0.010 * all.col(0) + 0.003 * all.col(3);
  out.first.values.col(1) = 0.005 * all.col(0) - 0.004 * all.col(1);
  out.second = {Eigen::MatrixXd(kDraws, 2), Eigen::VectorXd{{0.001, 0.004}}};
  out.second.values.col(0) = 0.005 * all.col(2) + 0.004 * all.col(4);
  out.second.values.col(1) = 0.010 * all.col(0);
  return out;
}

struct Simulated {
  double gain, error, p_change;
};

// Draws what is observed from its joint normal law, gives each candidate its mean given that, and takes the lowest.
Simulated simulate(const Toy& toy, const Eigen::MatrixXd& observed, const Eigen::VectorXd& noise) {
  const double draws = kDraws;
  Eigen::MatrixXd variance = observed.transpose() * observed / draws;
  variance.diagonal().array() += noise.array().square();
  const Eigen::MatrixXd weights = variance.inverse() * (observed.transpose() * toy.rest / draws);
  const Eigen::MatrixXd factor = Eigen::LLT<Eigen::MatrixXd>(variance).matrixL();
  std::mt19937_64 random(9);
  std::normal_distribution<double> normal;
  constexpr int kTimes = 300000;
  double sum = 0, squares = 0;
  int changes = 0;
  for (int i = 0; i < kTimes; ++i) {
    Eigen::VectorXd z(observed.cols());
    for (Eigen::Index k = 0; k < z.size(); ++k) z[k] = normal(random);
    const double lowest = (toy.means + weights.transpose() * (factor * z)).minCoeff();
    sum -= lowest;
    squares += lowest * lowest;
    changes += lowest < 0 ? 1 : 0;
  }
  const double mean = sum / kTimes;
  return {mean, std::sqrt((squares / kTimes - mean * mean) / kTimes), static_cast<double>(changes) / kTimes};
}

// 2,048 points of Sobol's sequence: the error of a mean of a smooth function of 2 to 4 normal numbers is far below that
// of as many random ones, whose standard error is a 45th of the deviation, some 0.005 here. A tenth of that is 1e-5.
constexpr double kNodesError = 1e-5;

TEST(JointGain, IsWhatSimulatedExperimentsGain) {
  const Toy one = toy();
  const JointGain choice(one.means, one.rest);
  for (const Observation* observed : {&one.first, &one.second}) {
    const JointGain::Gain gain = choice.with(*observed);
    const Simulated simulated = simulate(one, observed->values, observed->noise);
    EXPECT_NEAR(gain.value, simulated.gain, 5 * simulated.error + kNodesError);
    EXPECT_NEAR(gain.p_change, simulated.p_change, 0.01);
    EXPECT_GT(gain.value, 5e-4);
  }
}

TEST(JointGain, OfTwoRunsIsThatOfAllTheirNumbers) {
  const Toy one = toy();
  Eigen::MatrixXd both(kDraws, 4);
  both << one.first.values, one.second.values;
  Eigen::VectorXd noise(4);
  noise << one.first.noise, one.second.noise;
  const Simulated simulated = simulate(one, both, noise);
  JointGain first_taken(one.means, one.rest), second_taken(one.means, one.rest);
  first_taken.take(one.first);
  second_taken.take(one.second);
  const double after_first = first_taken.with(one.second).value, after_second = second_taken.with(one.first).value;
  EXPECT_NEAR(after_first, simulated.gain, 5 * simulated.error + kNodesError);
  EXPECT_NEAR(after_second, simulated.gain, 5 * simulated.error + kNodesError);
  EXPECT_NEAR(JointGain(one.means, one.rest).with({both, noise}).value, simulated.gain,
              5 * simulated.error + kNodesError);
  EXPECT_GT(after_first, JointGain(one.means, one.rest).with(one.first).value);
}

// One number: the same as the envelope of lines says exactly.
TEST(JointGain, OfOneNumberIsTheExactOne) {
  const Toy one = toy();
  std::vector<float> losses;
  for (Eigen::Index c = 0; c < 3; ++c)
    for (Eigen::Index d = 0; d < kDraws; ++d) losses.push_back(static_cast<float>(one.means[c] + one.rest(d, c)));
  std::vector<float> observed;
  for (Eigen::Index d = 0; d < kDraws; ++d) observed.push_back(static_cast<float>(one.first.values(d, 0)));
  const OpenChoice::Gain exact = OpenChoice(losses, kDraws).gain_of(observed, one.first.noise[0]);
  const JointGain::Gain gain =
      JointGain(one.means, one.rest).with({one.first.values.leftCols(1), one.first.noise.head(1)});
  EXPECT_NEAR(gain.value, exact.regret_fall, kNodesError);
  EXPECT_NEAR(gain.p_change, exact.p_change, 2.0 / 2048);  // one stratum at each of two borders
  EXPECT_EQ(gain.rival, exact.rival);
}

TEST(JointGain, IsNothingWhereNothingIsShown) {
  const Toy one = toy();
  JointGain choice(one.means, one.rest);
  Observation noisy = one.first;
  noisy.noise.setConstant(10);
  EXPECT_LT(choice.with(noisy).value, 1e-9);
  const Observation constant{Eigen::MatrixXd::Zero(kDraws, 2), Eigen::VectorXd::Constant(2, 0.001)};
  EXPECT_EQ(choice.with(constant).value, 0);
  EXPECT_FALSE(choice.with(constant).rival);
  // What is known exactly cannot be shown again.
  const Observation exact{one.first.values, Eigen::VectorXd::Zero(2)};
  const double once = choice.with(exact).value;
  choice.take(exact);
  EXPECT_NEAR(choice.with(exact).value, once, kNodesError);
  EXPECT_GT(choice.with(one.second).value, once + kNodesError);
}

}  // namespace
}  // namespace losscast::test
