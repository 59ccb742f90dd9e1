/// \file
/// All that finished runs tell: which LRs diverge, which is the best one, and with what loss a run ends.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "losscast/scaling/divergence_law.hpp"
#include "losscast/scaling/final_loss_law.hpp"
#include "losscast/scaling/peak_law.hpp"

namespace losscast {

/// What some numbers lie between.
struct SeenRange {
  double low = 0;   ///< the smallest
  double high = 0;  ///< the largest
};

/// What was fitted to a table of finished runs.
struct RunsFit {
  /// The version of what a file of it holds.
  static constexpr int kFormat = 1;

  std::optional<RunDivergenceLaw> divergence;  ///< nothing where no run diverged, or P would fall with the LR
  PeakLaw peak;                                ///< the best LR
  FinalLossLaw loss;                           ///< of runs that do not diverge
  SeenRange params;                            ///< of the runs fitted
  SeenRange tokens;                            ///< of the runs fitted
  SeenRange batch;                             ///< tokens per step, of the runs fitted
  SeenRange peak_lr;                           ///< of the runs that did not diverge; both 0: not known
  int runs = 0;                                ///< how many were fitted
  int diverged = 0;                            ///< of these
  int sweeps = 0;                              ///< that the best LR is from
  int one_sided = 0;                           ///< of these: whose best run is at an end of their LRs
  double loss_error = 0;                       ///< mean |loss - law| over the runs fitted [nats]
  std::optional<double> held_out_error;        ///< the same of sizes that were left out, where that was measured [nats]
};

/// Fits the three laws. Throws InputError if there is only one size, if all runs diverged, if no sweep has three LRs,
/// or if no laws can be found that have numbers for such runs.
RunsFit fit_runs(std::span<const FinishedRun> runs, const DivergenceOptions& options = {});

/// Throws InputError unless the laws have numbers for a run in the middle of those fitted: a best LR, a loss, and P.
void require_numbers(const RunsFit& fit);

/// What is to be said against a fit as a whole, a phrase each; none if nothing is: the runs tell less than the priors
/// do, the laws miss the losses, or how far they miss those of another size is not known.
std::vector<std::string> doubts(const RunsFit& fit);

/// Why a fit has no classifier of divergence, a phrase. Precondition: it has none.
std::string reason_without_classifier(const RunsFit& fit);

/// Where a best batch lies among those seen, if the best one of all may lie beyond.
enum class BatchEnd {
  smallest,  ///< a smaller one may be better still
  largest,   ///< a larger one may be better still
  only       ///< one batch was seen
};

/// What a fit says of a run to come.
struct PeakAdvice {
  RunSetting setting;                          ///< with the best LR, and the best batch if none was given
  std::optional<BatchEnd> batch_at_end;        ///< nothing where the batch was given, or lies inside those seen
  std::optional<double> divergence;            ///< P(diverge) there
  std::optional<double> divergence_at_double;  ///< P(diverge) at twice the LR
  std::optional<double> lr_of_1_percent;       ///< the highest LR with P(diverge) <= 1%
  std::optional<double> lr_of_10_percent;      ///< the highest LR with P(diverge) <= 10%
  double smoothed_loss = 0;                    ///< expected [nats]
  double last_batch_offset = 0;  ///< final loss over smoothed loss, where runs of the same batches tell [nats]
  std::optional<double> error;   ///< mean error of such a forecast, where sizes left out tell it [nats]
};

/// The best LR of a run, and what to expect of it. Without a batch that of the lowest expected loss is taken, of those
/// between the smallest and the largest seen. Throws InputError unless the numbers are positive, the run has a step,
/// and the laws have numbers for it.
PeakAdvice advise(const RunsFit& fit, double params, double tokens, std::optional<double> batch = {});

/// Beyond this ratio to the sizes, tokens and batches seen an answer is flagged.
inline constexpr double kReliableRunRatio = 2;

/// What is to be said against an answer, a sentence each; none if nothing is. A peak LR of 0 is not asked about.
std::vector<std::string> extrapolations(const RunsFit& fit, const RunSetting& setting);

}  // namespace losscast
