/// \file
/// Scores of what was foretold of finished runs.
#pragma once

namespace losscast {

/// Probabilities of divergence against what became of the runs.
struct DivergenceScore {
  double log_loss = 0;           ///< mean of -ln of the probability of what happened
  double brier = 0;              ///< mean squared difference
  double calibration_error = 0;  ///< sum over ten equal bins of P of |expected - diverged|, by all runs
  double f1 = 0;                 ///< harmonic mean of precision and recall at P > 1/2
  int bins = 0;                  ///< LRs, by half octaves, of each size, with ten runs or more
  double bins_within_2 = 0;      ///< share of the bins whose share diverged is within 2 standard errors of the mean P
  double bins_within_4 = 0;      ///< the same for 4
};

/// Best LRs against the measured ones.
struct PeakScore {
  double within_step = 0;  ///< share of sweeps whose best run's LR is within 1.44x
  double low_regret = 0;   ///< share of sweeps whose run nearest to the LR is at most 2e-3 nats above the lowest
  double regret_q90 = 0;   ///< 90% quantile of that excess [nats]
  double mean_regret = 0;  ///< mean of it [nats]
};

/// Mean absolute errors [nats] of the losses of runs that did not diverge.
struct LossScore {
  double smoothed = 0;  ///< of the smoothed loss, or the final one where there is no smoothed one
  double final = 0;     ///< of the final loss
  double shifted = 0;   ///< of the final loss, where the offset of the last batch is added as far as it is known
};

}  // namespace losscast
