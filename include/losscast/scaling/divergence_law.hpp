/// \file
/// The probability that a training run diverges, as a function of its peak LR, size, steps and batch.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "losscast/scaling/finished_run.hpp"

namespace losscast {

/// One set of the classifier's seven parameters:
///
///     P(diverge) = 1 / (1 + e^-z),
///     z = w0 + w1 ln(lr/0.01) + w2 n + w3 h + w4 sqrt(65,536/batch) + w5 n h,
///     n = ln(params/3e8),  h = 1/(1 + (steps/S0)^8),  batch in tokens.
///
/// h tells short runs from long ones: below S0 steps the LR at which runs are lost is lower, by a factor, than above.
struct DivergenceParameters {
  std::array<double, 6> weights = {};  ///< w0 ... w5; w1 > 0, so that P grows with the LR
  double border_steps = 0;             ///< S0

  /// z of a run.
  double score(const RunSetting& setting) const;
};

/// The classifier: its best parameters, and as likely ones, over which P is averaged.
struct RunDivergenceLaw {
  DivergenceParameters mode;                ///< the best ones
  std::vector<DivergenceParameters> draws;  ///< from their posterior; none: P is that of `mode`
  double cost = 0;                          ///< negative log-likelihood and log-prior at `mode`

  /// P(diverge), the mean over the draws. It grows with the LR.
  double probability(const RunSetting& setting) const;

  /// The LR at which `mode` has P = 1/2; the setting's own LR does not matter.
  double even_lr(RunSetting setting) const;

  /// The highest LR at which P is no more than this; the setting's own LR does not matter.
  /// Precondition: 0 < probability < 1.
  double highest_lr(RunSetting setting, double probability) const;
};

/// How it is fitted.
struct DivergenceOptions {
  int draws = 400;         ///< over which P is averaged; 0: the best parameters alone
  std::uint64_t seed = 1;  ///< of these draws
};

/// Fits the classifier: penalised maximum likelihood of w for each S0 = 30,000 * 1.1^j, j = -8 ... 8, by Newton's
/// method; S0 counts by its evidence (Laplace's approximation), w is normal about its best value there. Priors, normal:
/// w0 0 (1000), w1 9 (6), w2 2 (3), w3 4 (4), w4 2 (3), w5 0 (1.5), ln S0 ln 30,000 (0.5). Nothing if all runs
/// diverged, or none, or if w1 <= 0 fits them best.
std::optional<RunDivergenceLaw> fit_divergence(std::span<const FinishedRun> runs,
                                               const DivergenceOptions& options = {});

}  // namespace losscast
