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

// Returns about how much blocks shift the difference of two candidates' means [nats]: twice the standard deviation,
// over a sample of them, of what four times as many blocks change, for the first draw.
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
double noise_of_a_run(const LossSde& sde, const Recipe& recipe) {
  std::vector<double> mean(sde.draws.front().size(), 0);
  for (const std::vector<double>& draw : sde.draws)
    for (std::size_t p = 0; p < mean.size(); ++p) mean[p] += draw[p] / static_cast<double>(sde.draws.size());
  const BlockTable table =
      make_coarse_table(recipe, sde.model->effective_lr(), sde.reference, sde.weight_decay, kFinestBlocks);
  const int last[] = {static_cast<int>(table.blocks.size())};
  return std::sqrt(sde.model->moments(table, mean, sde.noise, Scheme::exact_moments, last)[0].variance);
}

void check(const SearchOptions& options) {
  if (options.delta)
    require_nats(*options.delta, fmt::format("delta = {:g}", *options.delta), "difference that matters",
                 "give one such as 1e-3");
  require_probability(options.confidence, "confidence", 0.95);
  require_probability(options.objective.level, "level", 0.95);
}

// Passes on what a race says, with the rivals that it brings.
class RaceOfSearch final : public RaceObserver {
 public:
  RaceOfSearch(SearchObserver& observer, Rivals* rivals) : observer_(observer), rivals_(rivals) {}

  void see(std::span<const std::int64_t> numbers, std::span<const float> values) override {
    if (rivals_ != nullptr) rivals_->see(numbers, values);
  }
  void after_round(const RaceRound& round) override { observer_.after_round(round); }
  void after_part(const RaceProgress& progress) override {
    static const BestOfDraws kNone;
    observer_.after_part(progress, rivals_ != nullptr ? rivals_->best_of_draws() : kNone);
  }

 private:
  SearchObserver& observer_;
  Rivals* rivals_;  // null for what takes paths
};

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

class Search {
 public:
  Search(const CandidateList& candidates, const LossSde& sde, const SearchOptions& options, const Execution& execution,
         SearchObserver& observer)
      : candidates_(candidates), sde_(sde), options_(options), execution_(execution), observer_(observer) {}

  SearchResult run() {
    check(options_);
    result_.objective = options_.objective;
    result_.confidence = options_.confidence;
    ConditionalMeans conditional(sde_, execution_);
    ExactMeans means(candidates_, conditional, sde_.spikes, execution_.threads);
    set_resolution(means);
    const bool exact = options_.objective.kind == Objective::Kind::mean && !(sde_.spikes.barrier_limit > 0);
    result_.performance = conditional.performance();
    if (exact) {
      search_exactly(means);
      result_.performance = conditional.performance();
    } else {
      search_by_paths();
    }
    result_.winner = result_.selection.winner;
    return std::move(result_);
  }

 private:
  // Delta, and blocks that resolve it.
  void set_resolution(ExactMeans& means) {
    const std::vector<std::int64_t> sample = sample_of(candidates_, execution_.threads);
    result_.delta = options_.delta.value_or(0);
    result_.delta_source = "given";
    if (!options_.delta) {
      result_.delta = noise_of_a_run(sde_, candidates_.make({sample.data(), 1})[0]->recipe);
      result_.delta_source = "the standard deviation of a run's final loss around its mean, by the fit";
      if (!(result_.delta > 0))
        throw InputError("the fit gives a run no noise", "delta is that by default", "give delta, in nats");
    }
    for (result_.blocks_per_segment = kCoarsestBlocks;; result_.blocks_per_segment *= 2) {
      result_.unit_error = block_error(means, sample, result_.blocks_per_segment);
      if (result_.unit_error <= result_.delta / 8) return;
      if (result_.blocks_per_segment == kFinestBlocks)
        throw InputError(fmt::format("delta = {:g} nats is too small", result_.delta),
                         fmt::format("the integration's own error is {:.2g}", result_.unit_error),
                         fmt::format("give at least {:.2g}", 8 * result_.unit_error));
    }
  }

  RaceRules rules() const {
    RaceRules rules;
    rules.delta = result_.delta;
    rules.confidence = options_.confidence;
    rules.unit_error = result_.unit_error;
    rules.stop = options_.stop;
    return rules;
  }

  std::optional<RaceProgress> race_progress() const {
    return options_.from ? std::optional(options_.from->race) : std::nullopt;
  }

  // A unit is a parameter draw, and the draws are all the units that there are.
  void search_exactly(ExactMeans& means) {
    means.set_blocks_per_segment(result_.blocks_per_segment);
    const auto first_draws = static_cast<std::size_t>(std::min(kFirstUnits, means.units()));
    Rivals rivals =
        options_.from ? Rivals(options_.from->best_of_draws, kRivalsOfADraw) : Rivals(first_draws, kRivalsOfADraw);
    RaceRules of_race = rules();
    of_race.first_units = static_cast<std::int64_t>(rivals.draws());
    RaceOfSearch watching(observer_, &rivals);
    result_.race = race(means, of_race, watching, race_progress());
    observer_.after_race();
    // All draws, where the finalists are few enough; else those of the last round.
    const auto finalists = static_cast<std::int64_t>(result_.race.finalists.size());
    const bool all = finalists * means.units() <= kMostFinalValues;
    result_.selection = certify(means, all ? means.units() : result_.race.rounds.back().units, result_.race, of_race);
    const std::int64_t winner = result_.selection.winner;
    result_.horizons = means_at_horizons(means, candidates_, winner);
    if (result_.horizons.empty()) result_.polished = polish_winner(candidates_, means, winner);
    result_.posterior = posterior_doubt(means, winner, rivals, result_.delta, options_.confidence);
  }

  // A unit is a mean over paths.
  void search_by_paths() {
    if (!candidates_.space().horizons.empty())
      throw InputError("several horizons at once are for the mean", "nothing else has an exact value",
                       "leave horizons out, and give total_steps");
    RaceRules of_race = rules();
    of_race.first_units = kFirstUnits;
    of_race.growth = kGrowthOfPaths;
    of_race.most_units = options_.most_paths / SimulatedUnits::kPathsOfAUnit;
    if (*of_race.most_units < of_race.first_units)
      throw InputError(fmt::format("{} paths are too few for a race", options_.most_paths),
                       fmt::format("its first round takes {}", of_race.first_units * SimulatedUnits::kPathsOfAUnit),
                       "give more");
    CoarseEnsemble paths(sde_, options_.seed, execution_);
    CoarseEnsemble fresh_paths(sde_, derived_seed(options_.seed, Stream::certify, 1), execution_);
    const auto units_of = [&](CoarseEnsemble& simulated) {
      return SimulatedUnits(candidates_, simulated, options_.objective, result_.blocks_per_segment, execution_.threads);
    };
    SimulatedUnits units = units_of(paths), fresh_units = units_of(fresh_paths);
    RaceOfSearch watching(observer_, nullptr);
    result_.race = race(units, of_race, watching, race_progress());
    observer_.after_race();
    result_.selection = certify(fresh_units, result_.race.rounds.back().units, result_.race, of_race);
    object_to_few_jumps();
    add(result_.performance, paths.performance());
    add(result_.performance, fresh_paths.performance());
  }

  // Where hardly any jump still matters at the winner's end, its units' spread is not known.
  void object_to_few_jumps() {
    const Candidate winner = std::move(*candidates_.make({&result_.selection.winner, 1}).front());
    const double jumps = jumps_at_end(winner.recipe, sde_.spikes, result_.blocks_per_segment);
    const auto fresh_count = static_cast<double>(result_.race.rounds.back().units * SimulatedUnits::kPathsOfAUnit);
    if (!sde_.spikes.any() || jumps * fresh_count >= kFewestJumps) return;
    result_.selection.certified = false;
    result_.objection = fmt::format(
        "{:.0f} paths have only {:.2g} jumps that still matter at the end (errors are not known below {:.0f}): take "
        "more paths, or the mean, which is exact",
        fresh_count, jumps * fresh_count, kFewestJumps);
  }

  const CandidateList& candidates_;
  const LossSde& sde_;
  const SearchOptions& options_;
  const Execution& execution_;
  SearchObserver& observer_;
  SearchResult result_;
};

}  // namespace

SearchResult search(const CandidateList& candidates, const LossSde& sde, const SearchOptions& options,
                    const Execution& execution, SearchObserver& observer) {
  return Search(candidates, sde, options, execution, observer).run();
}

SearchResult search(const CandidateList& candidates, const LossSde& sde, const SearchOptions& options,
                    const Execution& execution) {
  SearchObserver nobody;
  return search(candidates, sde, options, execution, nobody);
}

}  // namespace losscast
