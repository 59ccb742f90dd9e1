/// \file
/// The final loss as a function of size, tokens, batch and peak LR.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "losscast/scaling/finished_run.hpp"

namespace losscast {

/// How far the final losses of some batches lie above the smoothed ones: the same for all runs that end with the same
/// batch of data.
struct LastBatchOffset {
  double tokens = 0;  ///< of the runs
  double batch = 0;   ///< tokens per step
  double offset = 0;  ///< median of final - smoothed loss [nats]
};

/// The loss that a run which does not diverge ends with:
///
///     L = E + A e^(-a n) + B e^(-beta d + k n) + S^-p (l u-^2 + r u+^2) + Z/(1 + Z/0.4) + F (4 S)^-g + H (4 b)^-v,
///     u = ln(lr / best LR),  u- = min(u, 0),  u+ = max(u, 0),
///     Z = exp(M + m (ln(lr/0.01) + 0.3 n + 0.5 sqrt(65,536/batch))),
///     n = ln(params/3e8),  d = ln(tokens/2e10),  S = steps/20,000,  b = batch/524,288.
///
/// The best LR is PeakLaw's formula, with five constants of its own. Z counts for LRs that are nearly lost, F for runs
/// of few steps, H for small batches.
struct FinalLossLaw {
  static constexpr std::size_t kParameters = 20;  ///< how many numbers the law has

  /// E, A, a, B, beta, ln l, ln r, p, ln F, g, ln H, v, c0 ... c4, M, m, k.
  std::array<double, kParameters> values = {};
  std::vector<LastBatchOffset> offsets;  ///< by tokens and batch
  double cost = 0;                       ///< what was minimised, at `values`

  /// The smoothed final loss of a run [nats].
  double smoothed_loss(const RunSetting& setting) const;

  /// What the final loss is expected to lie above the smoothed one: that of the same tokens and batch (within 1%), or 0
  /// where there is none.
  double last_batch_offset(const RunSetting& setting) const;
};

/// The names of the law's numbers, in their order.
inline constexpr std::array<const char*, FinalLossLaw::kParameters> kFinalLossNames = {
    "floor",          "size",           "size_exponent", "tokens",        "tokens_exponent",
    "log_left",       "log_right",      "lr_exponent",   "log_few_steps", "few_steps_exponent",
    "log_batch",      "batch_exponent", "peak_constant", "peak_params",   "peak_tokens",
    "noise_constant", "noise_both",     "log_hot",       "hot_exponent",  "tokens_params"};

/// Fits the law to the runs that did not diverge: least sum 2 (sqrt(1 + r^2) - 1) + sum ((value - m)/s)^2, r = (law -
/// loss)/0.01, the loss being the smoothed one where it is known. Centres m and deviations s: `docs/scaling.md`.
/// Throws InputError if all runs diverged.
FinalLossLaw fit_final_loss(std::span<const FinishedRun> runs);

}  // namespace losscast
