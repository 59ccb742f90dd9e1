// Where a walker may go next: a step from its place that would leave a Student t law as it is.
#pragma once

#include <Eigen/Core>
#include <functional>

#include "fit/walker_random.hpp"

namespace losscast {

// An approximation of the density that is sampled, and how far a proposal leaves the walker's place.
struct MoveLaw {
  Eigen::VectorXd centre;
  Eigen::MatrixXd factor;  // lower triangular, L of the covariance L L'; none of its diagonal is 0
  double step = 1;         // 0 < step <= 1: the correlation of the proposal with the place is sqrt(1 - step^2)

  Eigen::VectorXd place_of(const Eigen::VectorXd& standardised) const;  // centre + L standardised
  Eigen::VectorXd standardised(const Eigen::VectorXd& place) const;     // L^-1 (place - centre)
};

// A place y proposed to a walker at x.
struct Proposal {
  Eigen::VectorXd place;
  double log_ratio;  // ln (density of proposing x to a walker at y / density of proposing y to one at x)
};

using Move = std::function<Proposal(const Eigen::VectorXd& from, const MoveLaw& law, WalkerRandom& random)>;

// Degrees of freedom of the moves' Student t law: the tails are heavier than those of most posteriors, so that a walker
// which is far out comes back.
inline constexpr int kMoveFreedom = 5;

// The preconditioned Crank-Nicolson move with respect to a Student t law of kMoveFreedom degrees of freedom (Grumitt,
// Karamanis & Seljak, "Flow annealed Kalman inversion for gradient-free inference in Bayesian inverse problems",
// Inverse Problems 40, 2024). In standardised coordinates u of d dimensions: the t law is normal given its variance v;
// v is drawn given u, (freedom + |u|^2) / chi-squared(freedom + d), and then
//
//     u' = sqrt(1 - step^2) u + step sqrt(v) z,    z standard normal,
//
// which leaves the t law t(u) as it is. Hence the log ratio is ln t(u) - ln t(u').
Proposal student_move(const Eigen::VectorXd& from, const MoveLaw& law, WalkerRandom& random);

// A point of the Student t law itself.
Eigen::VectorXd student_point(const MoveLaw& law, WalkerRandom& random);

}  // namespace losscast
