/// \file
/// The best peak LR as a function of size, tokens and batch.
#pragma once

#include <array>
#include <span>

#include "losscast/scaling/finished_run.hpp"

namespace losscast {

/// The smaller of two laws, softly:
///
///     ln lr = -1/4 ln(e^(-4 cap) + e^(-4 noise)),
///     cap   = c0 + c1 n + c2 d,          n = ln(params/3e8),  d = ln(tokens/2e10),
///     noise = c3 + b + c4 (n + d),       b = ln(batch/524,288), batch in tokens.
///
/// `cap` is what large batches bear; small ones have noise, for which the best LR grows in proportion to the batch.
struct PeakLaw {
  std::array<double, 5> constants = {};  ///< c0 ... c4

  /// The best LR. Precondition: all three > 0.
  double best_lr(double params, double tokens, double batch) const;
};

/// Where the best LR of a sweep lies: a parabola in ln LR through the runs about the lowest final loss.
struct SweepBest {
  double log_lr = 0;         ///< ln of the parabola's lowest point, no farther than 0.35 beyond the runs about it
  double curvature = 0;      ///< k of final loss = lowest + k (ln LR - log_lr)^2
  double grid_lr = 0;        ///< the LR of the run with the lowest final loss
  bool at_low_end = false;   ///< that run has the lowest LR: the best one may be lower still
  bool at_high_end = false;  ///< that run has the highest LR, and none above diverged: the best one may be higher still
};

/// The best LR of a sweep: a parabola through the lowest run and up to three on either side, weighed by
/// 1/(1 + (excess/0.03)^2). Precondition: has_peak(sweep).
SweepBest best_of_sweep(const LrSweep& sweep);

/// Whether a sweep has enough LRs for a parabola: three different ones.
bool has_peak(const LrSweep& sweep);

/// Fits the law to the sweeps that have a peak: least
///
///     sum_i w_i 3 (sqrt(1 + (off_i/0.35)^2) - 1) + 1/2 sum_j ((c_j - m_j)/s_j)^2,   off = ln lr - log_lr,
///
/// w = clip(curvature, 0.004, 0.05)/0.02, so that flat sweeps count less and single ones cannot bend the law; m = (-6,
/// -0.7, 0.27, -5.8, -0.2), s = (5, 0.5, 0.3, 5, 0.5). A sweep whose best run is at an end of its LRs says only on
/// which side the best LR is: off counts as 0 where the law is beyond that end (log_lr then is the end's own).
/// Throws InputError if there is no sweep with a peak.
PeakLaw fit_peak_law(std::span<const LrSweep> sweeps);

}  // namespace losscast
