#include "losscast/race/search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "format/check_number.hpp"
#include "losscast/base/error.hpp"
#include "losscast/random/derived_seed.hpp"
#include "race/exact_means.hpp"
#include "race/jumps_at_end.hpp"
#include "race/polished_winner.hpp"
#include "race/posterior_doubt.hpp"
#include "race/rivals.hpp"
#include "race/simulated_units.hpp"

namespace losscast {
namespace {

constexpr std::int64_t kFirstUnits = 32;
constexpr std::size_t kRivalsOfADraw = 32;
constexpr std::int64_t kGrowthOfPaths = 2;  // from round to round: of paths many candidates need a few more
constexpr double kFewestJumps = 100;        // in all paths of a candidate, for their spread to be known
constexpr int kCoarsestBlocks = 16, kFinestBlocks = 256;          // of a segment
constexpr std::size_t kSample = 64;                               // candidates whose blocks are judged
constexpr std::int64_t kMostFinalValues = std::int64_t{1} << 23;  // some seconds of work
constexpr int kFiner = 4;                                         // times the blocks that these are judged by

// Candidates that exist, spread evenly over all numbers.
std::vector<std::int64_t> sample_of(const CandidateList& candidates, int threads) {
  const auto spread = [&](std::int64_t wanted) {
    std::vector<std::int64_t> numbers, found;
    const std::int64_t all = candidates.size(), count = std::min(all, wanted);
    for (std::int64_t i = 0; i < count; ++i) numbers.push_back(i * all / count);
    const auto made = candidates.make(numbers, threads);
    for (std::size_t i = 0; i < made.size() && found.size() < kSample; ++i)
      if (made[i]) found.push_back(numbers[i]);
    return found;
  };
  for (std::int64_t wanted = kSample;; wanted *= 16) {
    std::vector<std::int64_t> found = spread(wanted);
    if (!found.empty()) return found;
    if (wanted >= candidates.size()) throw_no_candidate(candidates.space());
  }
}

// By how much blocks shift the difference of two candidates' means, about: twice the standard deviation, over a sample
// of them, of what four times as many blocks change, for the first draw.
double block_error(ExactMeans& means, std::span<const std::int64_t> sample, int blocks) {
  std::vector<float> coarse(sample.size()), fine(sample.size());
  means.set_blocks_per_segment(kFiner * blocks);
  means.observe(sample, 0, 1, fine);
  means.set_blocks_per_segment(blocks);
  means.observe(sample, 0, 1, coarse);
  double sum = 0, squares = 0;
  std::int64_t count = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const double shift = static_cast<double>(coarse[i]) - static_cast<double>(fine[i]);
    if (!std::isfinite(shift)) continue;
    sum += shift;
    squares += shift * shift;
    ++count;
  }
  if (count < 2) return 0;
  const auto n = static_cast<double>(count);
  return 2 * std::sqrt(std::max(0.0, squares - sum * sum / n) / (n - 1));
}

// Standard deviation of the final loss of a run with known parameters: what two runs of one schedule differ by.
double noise_of_a_run(const EnsembleRequest& request, const Schedule& schedule) {
  std::vector<double> mean(request.draws.front().size(), 0);
  for (const std::vector<double>& draw : request.draws)
    for (std::size_t p = 0; p < mean.size(); ++p) mean[p] += draw[p] / static_cast<double>(request.draws.size());
  const BlockTable table =
      make_coarse_table(schedule, request.model->effective_lr(), request.ref_lr, request.weight_decay, kFinestBlocks);
  const int last[] = {static_cast<int>(table.blocks.size())};
  return std::sqrt(request.model->moments(table, mean, request.noise, Scheme::exact_moments, last)[0].variance);
}

void check(const SearchOptions& options) {
  if (options.delta)
    require_nats(*options.delta, fmt::format("delta = {:g}", *options.delta), "difference that matters",
                 "give one such as 1e-3");
  require_probability(options.confidence, "confidence", 0.95);
  require_probability(options.objective.level, "level", 0.95);
}

// Delta, and blocks that resolve it.
void set_resolution(const CandidateList& candidates, const EnsembleRequest& request, const SearchOptions& options,
                    ExactMeans& means, SearchResult& result) {
  const std::vector<std::int64_t> sample = sample_of(candidates, request.threads);
  result.delta = options.delta.value_or(0);
  result.delta_source = "given";
  if (!options.delta) {
    result.delta = noise_of_a_run(request, candidates.make({sample.data(), 1})[0]->schedule);
    result.delta_source = "the standard deviation of a run's final loss around its mean, by the fit";
    if (!(result.delta > 0))
      throw InputError("the fit gives a run no noise", "delta is that by default", "give delta, in nats");
  }
  for (result.blocks_per_segment = kCoarsestBlocks;; result.blocks_per_segment *= 2) {
    result.unit_error = block_error(means, sample, result.blocks_per_segment);
    if (result.unit_error <= result.delta / 8) return;
    if (result.blocks_per_segment == kFinestBlocks)
      throw InputError(fmt::format("delta = {:g} nats is too small", result.delta),
                       fmt::format("the integration's own error is {:.2g}", result.unit_error),
                       fmt::format("give at least {:.2g}", 8 * result.unit_error));
  }
}

RaceRules rules_of(const SearchOptions& options, const SearchResult& result) {
  RaceRules rules;
  rules.delta = result.delta;
  rules.confidence = options.confidence;
  rules.unit_error = result.unit_error;
  rules.most_rounds = options.most_rounds;
  rules.most_path_steps = options.most_path_steps;
  rules.most_seconds = options.most_seconds;
  rules.after_round = options.after_round;
  return rules;
}

std::optional<RaceProgress> race_progress(const SearchOptions& options) {
  return options.from ? std::optional(options.from->race) : std::nullopt;
}

std::vector<HorizonMean> means_at_horizons(ExactMeans& means, const CandidateList& candidates, std::int64_t winner) {
  std::vector<HorizonMean> out;
  std::vector<float> values(static_cast<std::size_t>(means.units()));
  const std::vector<Step>& horizons = candidates.space().horizons;
  for (std::size_t h = 0; h < horizons.size(); ++h) {
    means.observe_horizon({&winner, 1}, h, 0, means.units(), values);
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
    out.push_back({horizons[h], mean, values});
  }
  return out;
}

// Units are draws, and all of them are there are.
void search_exactly(const CandidateList& candidates, ExactMeans& means, const SearchOptions& options,
                    SearchResult& result) {
  means.set_blocks_per_segment(result.blocks_per_segment);
  const auto first_draws = static_cast<std::size_t>(std::min(kFirstUnits, means.units()));
  Rivals rivals =
      options.from ? Rivals(options.from->best_of_draws, kRivalsOfADraw) : Rivals(first_draws, kRivalsOfADraw);
  RaceRules rules = rules_of(options, result);
  rules.first_units = static_cast<std::int64_t>(rivals.draws());
  rules.watch = [&](std::span<const std::int64_t> numbers, std::span<const float> values) {
    rivals.see(numbers, values);
  };
  if (options.after_part)
    rules.after_part = [&](const RaceProgress& progress) { options.after_part(progress, rivals.best_of_draws()); };
  result.race = race(means, rules, race_progress(options));
  if (options.after_race) options.after_race();
  // All draws, where the finalists are few enough; else those of the last round.
  const auto finalists = static_cast<std::int64_t>(result.race.finalists.size());
  const bool all = finalists * means.units() <= kMostFinalValues;
  result.selection = certify(means, all ? means.units() : result.race.rounds.back().units, result.race, rules);
  result.horizons = means_at_horizons(means, candidates, result.selection.winner);
  if (result.horizons.empty()) result.polished = polish_winner(candidates, means, result.selection.winner);
  result.posterior = posterior_doubt(means, result.selection.winner, rivals, result.delta, options.confidence);
}

// Units are means over paths.
void search_by_paths(const CandidateList& candidates, const EnsembleRequest& request, const SearchOptions& options,
                     SearchResult& result) {
  if (!candidates.space().horizons.empty())
    throw InputError("several horizons at once are for the mean", "nothing else has an exact value",
                     "leave horizons out, and give total_steps");
  RaceRules rules = rules_of(options, result);
  rules.first_units = kFirstUnits;
  rules.growth = kGrowthOfPaths;
  rules.most_units = options.most_paths / SimulatedUnits::kPathsOfAUnit;
  if (*rules.most_units < rules.first_units)
    throw InputError(fmt::format("{} paths are too few for a race", options.most_paths),
                     fmt::format("its first round takes {}", rules.first_units * SimulatedUnits::kPathsOfAUnit),
                     "give more");
  EnsembleRequest fresh = request;
  fresh.seed = derived_seed(request.seed, Stream::certify, 1);
  CoarseEnsemble paths(request), fresh_paths(fresh);
  SimulatedUnits units(candidates, paths, options.objective, result.blocks_per_segment, request.threads);
  SimulatedUnits fresh_units(candidates, fresh_paths, options.objective, result.blocks_per_segment, request.threads);
  if (options.after_part) rules.after_part = [&](const RaceProgress& progress) { options.after_part(progress, {}); };
  result.race = race(units, rules, race_progress(options));
  if (options.after_race) options.after_race();
  result.selection = certify(fresh_units, result.race.rounds.back().units, result.race, rules);
  const Candidate winner = std::move(*candidates.make({&result.selection.winner, 1}).front());
  const double jumps = jumps_at_end(winner.schedule, request.spikes, result.blocks_per_segment);
  const auto fresh_count = static_cast<double>(result.race.rounds.back().units * SimulatedUnits::kPathsOfAUnit);
  if (request.spikes.any() && jumps * fresh_count < kFewestJumps) {
    result.selection.certified = false;
    result.objection = fmt::format(
        "{:.0f} paths have only {:.2g} jumps that still matter at the end (errors are not known below {:.0f}): take "
        "more paths, or the mean, which is exact",
        fresh_count, jumps * fresh_count, kFewestJumps);
  }
  add(result.performance, paths.performance());
  add(result.performance, fresh_paths.performance());
}

}  // namespace

SearchResult search(const CandidateList& candidates, const EnsembleRequest& request, const SearchOptions& options) {
  check(options);
  SearchResult result;
  result.objective = options.objective;
  result.confidence = options.confidence;
  ConditionalMeans conditional(request);
  ExactMeans means(candidates, conditional, request.spikes, request.threads);
  set_resolution(candidates, request, options, means, result);
  const bool exact = options.objective.kind == Objective::Kind::mean && !(request.spikes.barrier_limit > 0);
  result.performance = conditional.performance();
  if (exact) {
    search_exactly(candidates, means, options, result);
    result.performance = conditional.performance();
  } else {
    search_by_paths(candidates, request, options, result);
  }
  result.winner = result.selection.winner;
  return result;
}

}  // namespace losscast
