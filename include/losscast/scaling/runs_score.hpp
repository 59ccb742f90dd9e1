/// \file
/// How well the laws of finished runs foretell a size that they have not seen.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "losscast/scaling/held_out_scores.hpp"
#include "losscast/scaling/runs_fit.hpp"

namespace losscast {

/// One size, foretold from the others.
struct FoldScore {
  double params = 0;                          ///< the size
  int runs = 0;                               ///< of that size
  int diverged = 0;                           ///< of these
  std::optional<DivergenceScore> divergence;  ///< nothing where no other size diverged
  PeakScore peak;                             ///< of its sweeps
  int sweeps = 0;                             ///< how many
  LossScore loss;                             ///< of its runs
};

/// All of them, beside what is simpler.
struct RunsScore {
  std::vector<FoldScore> folds;  ///< by size

  std::optional<DivergenceScore> divergence;  ///< of all sizes together; nothing where that of a size is missing
  std::optional<double> lowest_lost;          ///< the lowest LR of runs that diverged, over the LR foretold for P = 1/2
  int lost_below_half = 0;                    ///< runs that diverged at less than half the LR foretold for P = 1/2
  DivergenceScore plain_line;                 ///< sigmoid(7.45 ln(lr/lr50)), lr50 as plain_even_lr()
  double threshold_f1 = 0;                    ///< of the best LR for each size, chosen with hindsight

  PeakScore peak;            ///< of all sizes together
  PeakScore published_peak;  ///< published_best_lr()
  PeakScore own_parabola;    ///< each sweep's own parabola, which knows its losses
  int sweeps = 0;            ///< how many

  LossScore loss;               ///< of all sizes together
  LossScore largest;            ///< of the largest size
  LossScore largest_power_law;  ///< the same by E + A/params^a + B/tokens^b, fitted to all runs
  LossScore largest_neighbour;  ///< the same by the nearest run, with the best of six metrics, chosen with hindsight
  LossScore largest_if_known;   ///< the same if the smoothed losses were known: what no law can go below
  int largest_runs = 0;         ///< how many runs that is
};

/// 0.0097 (params/1e9)^-0.29 (batch/524,288)^-0.07: where runs of the StepLaw set diverge, by a line that was fitted to
/// all of them.
double plain_even_lr(const RunSetting& setting);

/// 1.79 params^-0.713 tokens^0.307 (Li et al. 2025, arXiv 2503.04715).
double published_best_lr(const RunSetting& setting);

/// Leaves out each size in turn, fits the others and compares. Nothing if there are fewer than three sizes, or fewer
/// than two with a sweep that has a peak.
std::optional<RunsScore> score_runs(std::span<const FinishedRun> runs, const DivergenceOptions& options = {});

}  // namespace losscast
