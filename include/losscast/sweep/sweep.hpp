// A sweep: every candidate simulated on common random numbers, and ranked.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "losscast/fit/fit.hpp"
#include "losscast/precision/precision.hpp"
#include "losscast/race/search.hpp"
#include "losscast/space/candidates.hpp"
#include "losscast/sweep/config.hpp"
#include "losscast/sweep/steps_to_loss.hpp"

namespace losscast {

struct SweepOptions {
  Backend backend = Backend::automatic;
  MathMode math = MathMode::reproducible;
  int threads = 0;
  Scheme scheme = Scheme::exact_moments;
  std::optional<Step> block;
  Levers levers = kAutomaticLevers;
  PrecisionGoal
      goal;  // config.paths is what a candidate gets at most then; the budgets are the race's, if there is one
  std::function<void(const EnsembleWork&)> before_run;       // told what is coming, if set: the work of the ranking,
                                                             // and the memory of all there is
  std::function<void(std::size_t candidates)> before_bands;  // told how many are simulated once more, if set
  std::function<void(const RaceRound&)> after_round;         // told how a race goes, if set

  // Of a race, as in SearchOptions: told what to go on from, and that it is over; and from where it goes on.
  std::function<void(const RaceProgress&, const BestOfDraws&)> after_part = nullptr;
  std::function<void()> after_race = nullptr;
  std::optional<SearchProgress> from = std::nullopt;

  std::function<void(const Probe&)> after_probe = nullptr;  // told what a race for one number of steps found, if set
};

// A candidate's final loss minus that of the candidate ranked first, path by path on the same random numbers.
struct PairedDifference {
  double mean = 0;
  double standard_error = 0;   // of simulation, about the mean over the fit's draws
  double posterior_error = 0;  // of those draws as a sample of the posterior
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
  bool certified = false;  // the selection is, and the winner has lost no path
  SearchResult search;
  // Of search.posterior, the first kMostAlternatives, and the run that would teach the most.
  std::vector<Arguments> alternatives;
  std::optional<Arguments> next_run;
  std::vector<LimitedRisk> risks;            // the winner's, beside their limits
  std::optional<StepsToLoss> steps_to_loss;  // if the configuration has such a target
};
inline constexpr std::size_t kMostAlternatives = 20;

struct SweepResult {
  // By mean, candidates with diverged or non-finite paths last; after a race its winner and then the other finalists,
  // by the objective.
  std::vector<RankedCandidate> ranked;
  std::optional<SweepCertificate> certificate;  // after a race
  std::optional<SweepBands> bands;
  StepError step_error;
  LeversUsed levers;
  std::optional<PrecisionReport> precision;  // if there was a goal
  Performance performance;
  double total_seconds = 0;
};

// Gives every candidate config.paths paths, or as many as the goal takes. Ranks by mean final loss, and simulates those
// that config.bands names once more, to record them over time. Precondition: there is a candidate. Throws as run()
// does.
SweepResult run_sweep(const SweepConfig& config, std::vector<Candidate> candidates, const Fit& fit,
                      const SweepOptions& options);

// The candidates of a race: those that meet its limits. Throws as CandidateList() and apply_limits() do.
CandidateList raced_candidates(const SweepConfig& config, const Fit& fit, const SweepOptions& options);

// Searches all candidates by their exact means, certifies, and simulates the finalists, kMostFinalists at most, on
// random numbers that had no part in the search. Divergence counts as a limit alone: losses are those of runs that do
// not diverge. Precondition: config.race. Throws as search() and run() do.
SweepResult run_race(const SweepConfig& config, const CandidateList& candidates, const Fit& fit,
                     const SweepOptions& options);

// Races all candidates for runs of different lengths, between the space's two horizons, until the shortest that comes
// to the target is known to 0.5% or a step; the result is the race for that length. It takes for granted that longer
// runs come lower. Precondition: config.race has a target. Throws InputError where the longest run misses it, saying
// what that comes to, and for a budget of seconds or path-steps; and as run_race() does.
SweepResult run_steps_to_loss(const SweepConfig& config, const Fit& fit, const SweepOptions& options);

// The one or the other, for all candidates of the configuration.
inline SweepResult run_sweep(const SweepConfig& config, const Fit& fit, const SweepOptions& options) {
  if (config.race && config.race->target_loss) return run_steps_to_loss(config, fit, options);
  if (config.race) return run_race(config, raced_candidates(config, fit, options), fit, options);
  return run_sweep(config, make_candidates(config.space, config.seed, options.threads), fit, options);
}

}  // namespace losscast
