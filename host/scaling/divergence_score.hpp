// Scores of probabilities of divergence.
#pragma once

#include <span>
#include <vector>

#include "losscast/scaling/finished_run.hpp"
#include "losscast/scaling/held_out_scores.hpp"

namespace losscast {

// Runs and the probability that each was foretold.
struct ForetoldRuns {
  std::vector<FinishedRun> runs;
  std::vector<double> probabilities;

  void add(const FinishedRun& run, double probability) {
    runs.push_back(run);
    probabilities.push_back(probability);
  }
};

// LRs are put into bins of half an octave, counted from `top_lr` down. Precondition: there is a run.
DivergenceScore score_divergence(const ForetoldRuns& foretold, double top_lr);

// F1 of "diverged, where the LR is at least such and such", the LR chosen for each size with hindsight.
double best_threshold_f1(std::span<const FinishedRun> runs);

}  // namespace losscast
