// What sweeps find.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "losscast/engine/result.hpp"
#include "losscast/precision/precision.hpp"
#include "losscast/race/search.hpp"
#include "losscast/space/candidates.hpp"
#include "losscast/space/limits.hpp"
#include "losscast/sweep/bands.hpp"

namespace losscast {

// What a race found for runs of so many steps.
struct Probe {
  Step steps = 0;
  double mean = 0;  // of its winner [nats]
};

struct StepsToLoss {
  double loss = 0;            // the loss asked for [nats]
  Step steps = 0;             // the fewest steps found after which the best candidate comes to it
  std::vector<Probe> probes;  // ascending in their steps
  // How many steps it would take if the winner's mean lay one standard deviation over the fit's draws lower, or higher:
  // by the slope to the nearest probe, and nothing if there is none.
  std::optional<Step> low, high;
};

// A candidate's final loss minus that of the candidate ranked first, path by path on the same random numbers.
struct PairedDifference {
  double mean = 0;
  double standard_error = 0;   // of simulation: about the mean over the fit's draws
  double posterior_error = 0;  // standard error of that mean, the draws being a sample of the posterior
  double low = 0, high = 0;    // confidence interval of the mean
};

struct RankedCandidate {
  Candidate candidate;
  Statistics statistics;        // of the final loss
  PairedDifference difference;  // zero for the first
  std::int64_t paths = 0;
  std::vector<std::string> extrapolations;
};

// How sure a race's answer is.
struct SweepCertificate {
  bool certified = false;  // the selection is certified, and the winner has lost no path
  SearchResult search;
  std::vector<Arguments> alternatives;       // of search.posterior->indistinguishable the first kMostAlternatives
  std::optional<Arguments> next_run;         // of search.posterior->next_run
  std::vector<LimitedRisk> risks;            // those of the winner, beside their limits
  std::optional<StepsToLoss> steps_to_loss;  // if the configuration has a target loss
};
inline constexpr std::size_t kMostAlternatives = 20;

struct SweepResult {
  // Ordered by mean, candidates with diverged or non-finite paths last. After a race: its winner, then the other
  // finalists in the order of the objective.
  std::vector<RankedCandidate> ranked;
  std::optional<SweepCertificate> certificate;  // after a race
  std::optional<SweepBands> bands;
  StepError step_error;
  LeversUsed levers;
  std::optional<PrecisionReport> precision;  // if there was a goal
  Performance performance;
  double total_seconds = 0;
};

}  // namespace losscast
