/// \file
/// What sweeps find.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "losscast/engine/result.hpp"
#include "losscast/precision/precision.hpp"
#include "losscast/race/search_result.hpp"
#include "losscast/space/candidates.hpp"
#include "losscast/space/limits.hpp"
#include "losscast/sweep/bands.hpp"
#include "losscast/sweep/sweep_counts.hpp"

namespace losscast {

/// What a race found for runs of so many steps.
struct Probe {
  Step steps = 0;                  ///< of its runs
  double mean = 0;                 ///< of its winner [nats]
  RaceEnd end = RaceEnd::decided;  ///< why the race was over
};

/// The fewest steps to a loss.
struct StepsToLoss {
  double loss = 0;            ///< that is asked for [nats]
  Step steps = 0;             ///< the fewest that were found to do
  std::optional<Step> above;  ///< the most that were found not to do; nothing where the first of the horizons does
  bool is_stopped = false;    ///< by StopRules::seconds, before the two were within the resolution of the search
  std::vector<Probe> probes;  ///< ascending
  /// Steps that it would take if the winner's mean lay one standard deviation of the fit's draws lower, by the slope to
  /// the nearest probe; nothing where there is none.
  std::optional<Step> low;
  /// The same if it lay higher.
  std::optional<Step> high;
};

/// A candidate's final loss minus that of the candidate ranked first, path by path on the same random numbers.
struct PairedDifference {
  double mean = 0;             ///< of the difference [nats]
  double standard_error = 0;   ///< of simulation, about the mean over the fit's draws
  double posterior_error = 0;  ///< of those draws as a sample of the posterior
  double low = 0;              ///< lower end of the mean's confidence interval
  double high = 0;             ///< upper end
};

/// What the fit knows of a candidate's final loss minus that of the candidate ranked first: over its parameter draws,
/// each with an error of the law that similar recipes share. NaN where a loss is no number. [nats]
struct KnownDifference {
  double mean = 0;       ///< over the draws
  double deviation = 0;  ///< standard deviation over the draws
  double low = 0;        ///< quantile of probability 0.05
  double high = 0;       ///< of 0.95
  double p_within = 0;   ///< probability that the candidate is within delta of the best one, see KnownRanking
};

/// The chance that a candidate's run diverges, where the sweep weighs it against the loss.
struct WeighedDivergence {
  double p_diverge = 0;  ///< probability
  double added = 0;      ///< what it adds to the mean by which the candidate is ranked [nats]
};

/// A candidate that was simulated.
struct RankedCandidate {
  Candidate candidate;                      ///< arguments and schedule
  Statistics statistics;                    ///< of the final loss; where divergence is weighed, of runs without it
  PairedDifference difference;              ///< zero for the first; what is left to it is the simulation's own error
  std::int64_t paths = 0;                   ///< that it was simulated on
  std::vector<std::string> extrapolations;  ///< in what its schedule lies outside the training curves
  KnownDifference known = {};               ///< to the first, by the fit
  WeighedDivergence divergence = {};        ///< zero where it is not weighed; the differences count what it adds
};

/// From this probability of being within delta of the best on, a candidate cannot be told from it.
inline constexpr double kUndecided = 0.05;

/// A gain below it is none: rankings are not that exact. [nats]
inline constexpr double kNothingToLearn = 1e-4;

/// What the fit knows of a ranking by the mean. After a race the best is that of the finalists and of some candidates
/// spread over the whole space, since the law's error may make any of them the best.
struct KnownRanking {
  double delta = 0;                   ///< smallest difference that matters [nats]
  std::int64_t draws = 0;             ///< of parameters and of the law's error
  std::int64_t undecided = 0;         ///< ranked candidates that cannot be told from the best
  std::int64_t others = 0;            ///< candidates beside the ranked ones
  std::int64_t undecided_others = 0;  ///< of these, that cannot be told from the best
  /// The run that would be worth the most, of the first candidate and of those that cannot be told from the best (of
  /// the 256 with the highest p_within, if they are more): after it the candidate that is then the best would be, on
  /// average over what the run may show, the least worse than the best of a draw. Nothing if none would help.
  std::optional<Arguments> next_run;
  double next_run_gain = 0;  ///< expected fall of the first candidate's regret by that run, see PosteriorDoubt [nats]
};

/// How sure a race's answer is.
struct SweepCertificate {
  bool certified = false;  ///< the selection is, and the winner has lost no path
  SearchResult search;     ///< race and selection
  /// The first kMostAlternatives of those that the posterior does not tell from the winner.
  std::vector<Arguments> alternatives;
  std::optional<Arguments> next_run;         ///< the run that would teach the most, see PosteriorDoubt
  std::vector<LimitedRisk> risks;            ///< the winner's, beside their limits
  std::optional<StepsToLoss> steps_to_loss;  ///< if the configuration has such a target
};
inline constexpr std::size_t kMostAlternatives = 20;  ///< alternatives that are kept

class RankedRows;  // in ranked_rows.hpp

/// What a sweep found, and what it took.
struct SweepResult {
  /// Ordered by mean, candidates with diverged or non-finite paths last. After a race: its winner, then the other
  /// finalists in the order of the objective.
  std::vector<RankedCandidate> ranked;
  /// All of them, where `ranked` holds the first ones only, one at least; null: `ranked` are all.
  std::shared_ptr<const RankedRows> rows;
  /// Of all of them. Where there are `rows`, whoever goes through these, as write_results() does, has their counts.
  SweepCounts counts;
  KnownRanking known;                           ///< what the fit knows of them
  std::optional<SweepCertificate> certificate;  ///< after a race
  std::optional<SweepBands> bands;              ///< if any candidate was recorded over time
  StepError step_error;                         ///< of the blocks that were taken
  LeversUsed levers;                            ///< in the ranking
  std::optional<PrecisionReport> precision;     ///< if there was a goal
  Performance performance;                      ///< of all simulation
  double total_seconds = 0;                     ///< of the whole sweep
};

}  // namespace losscast
