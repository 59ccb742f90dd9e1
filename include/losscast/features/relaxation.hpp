/// \file
/// What a mode of the loss of one curvature makes of a schedule: the noise that is left, and the way out of a saddle.
#pragma once

#include "losscast/schedule/schedule.hpp"

namespace losscast {

/// The variances that gradient noise gives a quadratic mode by the end, for a noise of unit variance per update: with
/// that of SGD they count sigma^2/B fold. The LR of an update holds for one unit of time, so that each is the exact law
/// of a piecewise Ornstein-Uhlenbeck process.
struct Relaxation {
  /// Of a minimum of curvature lambda: int eta(t)^2 exp(-2 lambda int_t^S eta) dt, the part of the loss that the noise
  /// keeps up (PL and quadratic bounds, arXiv 2409.04777). [LR^2 steps]
  double noise_floor = 0;

  /// Logarithm of that of a saddle of curvature -lambda: int eta(t)^2 exp(+2 lambda int_t^S eta) dt. [log of LR^2
  /// steps]
  double log_saddle_variance = 0;
};

/// The relaxation over the first `updates` updates. Constant segments count in closed form, all others update by
/// update. Preconditions: curvature > 0, in 1/(LR x steps), 0 < updates <= total_steps(), and an LR among them above 0.
Relaxation relax(const Schedule& schedule, Step updates, double curvature);

/// P(|X| > R) of a normal X of mean 0: 2 Q(R/sqrt V), that noise has carried a run out of a minimum of half-width R.
/// Precondition: variance > 0, radius >= 0.
double leaving_probability(double variance, double radius);

/// P(|X| < R) of a normal X of mean 0 whose variance is given by its logarithm: that a run is still at a saddle. For a
/// large variance it nears R sqrt(2/(pi V)).
double staying_probability(double log_variance, double radius);

/// Logarithm of int eta exp(-c/eta) dt over the first `updates` updates: the integral of Kramers' rate of leaving a
/// minimum over a barrier, up to the curvature at its top. c = 2 B dL (s/H_a + (1 - s)/H_b) for a barrier of height dL
/// between the curvatures H_a and H_b of minimum and top. [log of LR steps]
/// Preconditions: barrier >= 0, in the unit of the LR; as of relax().
double log_barrier_exposure(const Schedule& schedule, Step updates, double barrier);

}  // namespace losscast
