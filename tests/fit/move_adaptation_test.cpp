#include "fit/move_adaptation.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/fit/synthetic.hpp"

namespace losscast::test {
namespace {

constexpr Eigen::Index kDimensions = 30;

MoveLaw law_of_width(double width) {
  return {Eigen::VectorXd::Zero(kDimensions), width * Eigen::MatrixXd::Identity(kDimensions, kDimensions)};
}

// What remains of the law after so many independent standard normal places.
MoveLaw adapted(const MoveLaw& start, int places) {
  MoveAdaptation adaptation(start);
  Normals normal(1);
  for (int i = 0; i < places; ++i) {
    Eigen::VectorXd place(kDimensions);
    for (double& x : place) x = normal();
    adaptation.note(place, true);
  }
  adaptation.adapt_step(1);
  adaptation.adapt_law();
  return adaptation.law();
}

double distance_from_unit(const MoveLaw& law) {
  const Eigen::MatrixXd covariance = law.factor * law.factor.transpose();
  return (covariance - Eigen::MatrixXd::Identity(kDimensions, kDimensions)).squaredNorm();
}

// A sample covariance of n places is about (d^2 + d) / n away from the true one (a sum of squares).
double distance_of_sample(int places) { return static_cast<double>(kDimensions * (kDimensions + 1)) / places; }

TEST(MoveAdaptation, KeepsAGoodCovarianceThatFewPlacesCannotImprove) {
  constexpr int kPlaces = 100;
  EXPECT_LT(distance_from_unit(adapted(law_of_width(1), kPlaces)), distance_of_sample(kPlaces) / 4);
}

TEST(MoveAdaptation, ReplacesABadCovariance) {
  constexpr int kPlaces = 3000;
  ASSERT_GT(distance_from_unit(law_of_width(3)), 100 * distance_of_sample(kPlaces));
  EXPECT_LT(distance_from_unit(adapted(law_of_width(3), kPlaces)), 2 * distance_of_sample(kPlaces));
}

TEST(MoveAdaptation, TakesTheCentreFromThePlaces) {
  MoveLaw start = law_of_width(1);
  start.centre.setConstant(2);
  // The mean of n places is about sqrt(d / n) from the true one.
  EXPECT_LT(adapted(start, 3000).centre.norm(), 2 * std::sqrt(static_cast<double>(kDimensions) / 3000));
}

TEST(MoveAdaptation, ShortensTheStepWhereNothingIsAccepted) {
  MoveAdaptation adaptation(law_of_width(1));
  const auto sweep_of = [&](bool moved) {
    adaptation.note(adaptation.law().centre, moved);
    adaptation.adapt_step(1);
    return adaptation.law().step;
  };
  EXPECT_EQ(sweep_of(true), 1);
  const double shorter = sweep_of(false);
  EXPECT_LT(shorter, 1);
  EXPECT_GT(sweep_of(true), shorter);
}

}  // namespace
}  // namespace losscast::test
