/// \file
/// SGD in a double well: how fast noise carries a run over a barrier, simulated and by theory.
#pragma once

#include <cstdint>

#include "losscast/schedule/schedule.hpp"

namespace losscast {

/// The loss f(x) = barrier (1 - (x/w)^2)^2 with minima at x = -w and w, w^2 = 8 barrier/curvature, and a saddle between
/// them of curvature -curvature/2. SGD moves by x <- x - eta f'(x) + eta sqrt(noise) xi with standard normal xi. For
/// small eta that is the diffusion dX = -f' ds + sqrt(2 T) dW in s = sum of eta, of temperature T = eta noise/2.
struct DoubleWell {
  double curvature = 1;  ///< f'' at the minima [1/(LR steps)]
  double barrier = 1;    ///< height of the saddle above the minima
  double noise = 1;      ///< sigma^2/B, variance of the gradient's noise, the same everywhere

  double minimum() const;        ///< w
  double slope(double x) const;  ///< f'(x)
  double barrier_scale() const;  ///< c = 2 barrier/noise [LR]: barrier/T = c/eta
  double attempt_rate() const;   ///< sqrt(f''(w) |f''(0)|)/(2 pi) [1/(LR steps)]
};

/// Kramers' rate of passages from one minimum to the other, in 1/update: attempt rate x eta exp(-c/eta) (Kramers 1940).
/// It holds where the barrier is high, c >> eta. Preconditions here and below: all numbers are above 0.
double kramers_rate(const DoubleWell& well, double lr);

/// The rate of the diffusion at any height: one over the mean time from one minimum to the other, which is
/// int_-w^w exp(f(y)/T) int_-inf^y exp(-f(z)/T) dz dy / T in s (Gardiner, Handbook of Stochastic Methods, 5.2.7). By
/// quadrature. Expanding it for high barriers gives Kramers' rate times 1 - 3 lr/(8 c) + ... Precondition: c/lr <= 500.
double diffusion_rate(const DoubleWell& well, double lr);

/// The rate of SGD itself, whatever its LR: one over its mean number of updates from one minimum to beyond the other,
/// from the integral equation of that mean. Preconditions: 1e-4 <= curvature lr <= 0.5; c/lr <= 20.
double sgd_rate(const DoubleWell& well, double lr);

/// Passages counted in simulations.
struct PassageCount {
  std::int64_t passages = 0;  ///< from the left minimum to beyond the right one
  std::int64_t updates = 0;   ///< of all paths together
};

/// Simulates `paths` paths of SGD over the schedule from the left minimum, each put back there after a passage. The
/// same for any number of threads: path p takes the random numbers of (seed, Stream::escape, p).
PassageCount simulate_passages(const DoubleWell& well, const Schedule& schedule, std::int64_t paths,
                               std::uint64_t seed);

/// The share of paths that have passed at least once by the end of the schedule, likewise simulated.
double simulate_escaped_share(const DoubleWell& well, const Schedule& schedule, std::int64_t paths, std::uint64_t seed);

/// What Kramers' rate says of it: 1 - exp(-int r(eta) dt), by log_barrier_exposure(). Precondition: an LR is above 0.
double kramers_escaped_share(const DoubleWell& well, const Schedule& schedule);

}  // namespace losscast
