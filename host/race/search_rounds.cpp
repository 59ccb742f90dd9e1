#include "losscast/race/search_rounds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/stopwatch.hpp"
#include "engine/packed_results.hpp"
#include "format/check_number.hpp"
#include "losscast/base/contract.hpp"
#include "losscast/base/error.hpp"
#include "losscast/random/derived_seed.hpp"
#include "model/jumps_at_end.hpp"
#include "race/exact_means.hpp"
#include "race/polished_winner.hpp"
#include "race/posterior_doubt.hpp"
#include "race/resolution.hpp"
#include "race/rivals.hpp"
#include "race/run_noise.hpp"
#include "race/simulated_units.hpp"

namespace losscast {
namespace {

constexpr std::int64_t kFirstUnits = 32;
constexpr std::size_t kRivalsOfADraw = 32;
constexpr std::int64_t kGrowthOfPaths = 2;  // from round to round: of paths many candidates need a few more
constexpr double kFewestJumps = 100;        // in all paths of a candidate, for their spread to be known
constexpr std::int64_t kMostFinalValues = std::int64_t{1} << 23;  // some seconds of work

void check(const SearchOptions& options) {
  if (options.delta)
    require_nats(*options.delta, fmt::format("delta = {:g}", *options.delta), "difference that matters",
                 "give one such as 1e-3");
  require_probability(options.confidence, "confidence", 0.95);
  require_probability(options.objective.level, "level", 0.95);
}

// The work alone, as a performance.
Performance difference(const Performance& after, const Performance& before) {
  Performance out = after;
  out.block_steps -= before.block_steps;
  out.path_steps -= before.path_steps;
  out.engine_seconds -= before.engine_seconds;
  return out;
}

// Takes the rivals from the first round.
class RivalsOfRace final : public RaceObserver {
 public:
  explicit RivalsOfRace(Rivals& rivals) : rivals_(rivals) {}
  void see(std::span<const std::int64_t> numbers, std::span<const float> values) override {
    rivals_.see(numbers, values);
  }

 private:
  Rivals& rivals_;
};

std::vector<HorizonMean> means_at_horizons(ExactMeans& means, const CandidateList& candidates,
                                           const DivergenceCost& divergence_cost, std::int64_t winner) {
  std::vector<HorizonMean> out;
  std::vector<float> values(static_cast<std::size_t>(means.units()));
  const std::vector<Step>& horizons = candidates.space().horizons;
  for (std::size_t h = 0; h < horizons.size(); ++h) {
    means.observe_horizon({&winner, 1}, h, 0, means.units(), values);
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
    const double p_diverge = divergence_cost.probability(candidates.make({&winner, 1}, 1, h).front()->recipe);
    out.push_back({horizons[h], mean - divergence_cost.at(p_diverge), p_diverge, mean, values});
  }
  return out;
}

}  // namespace

class SearchRounds::Search {
 public:
  Search(const CandidateList& candidates, const LossSde& sde, const SearchOptions& options, const Execution& execution,
         SearchObserver& observer)
      : candidates_(candidates),
        sde_(sde),
        options_(options),
        execution_(execution),
        observer_(observer),
        is_exact_(options.objective.kind == Objective::Kind::mean && !(sde.spikes.barrier_limit > 0)) {
    check(options_);
    conditional_.emplace(sde_, execution_);
    means_.emplace(candidates_, *conditional_, sde_.spikes, options_.divergence_cost, execution_.threads);
  }

  void begin() {
    resolution_ = find_resolution(options_.delta, candidates_, sde_, *means_, execution_.threads);
    prepare();
    race_.emplace(population(), rules());
    spent_ = spent_here();
    observer_.before_first_round({race_->field_size(), race_->path_steps_ahead(), race_->seconds_ahead()});
  }

  void go_on_from(SearchState state) {
    resolution_ = {state.delta, std::move(state.delta_source), state.blocks_per_segment, state.unit_error};
    best_of_draws_ = std::move(state.best_of_draws);
    spent_ = std::move(state.performance);
    require_state(resolution_.blocks_per_segment >= 1 && resolution_.blocks_per_segment <= kFinestBlocks &&
                  std::isfinite(resolution_.delta) && resolution_.delta > 0 && std::isfinite(resolution_.unit_error) &&
                  is_possible(spent_));
    prepare();
    race_.emplace(population(), rules(), std::move(state.race));
    require_state(std::ssize(best_of_draws_) == (is_exact_ && !race_->state().rounds.empty() ? first_units() : 0));
    require_state(have_rivals(best_of_draws_) && candidates_.make({&race_->state().best, 1}).front().has_value());
  }

  const RaceRounds& race() const { return *race_; }

  SearchState state() const {
    return {resolution_.delta,
            resolution_.delta_source,
            resolution_.blocks_per_segment,
            resolution_.unit_error,
            race_->state(),
            best_of_draws_,
            spent_};
  }

  std::string round_name() const {
    const std::int64_t units = race_->state().round.units;
    return fmt::format("round {}: {} {}", race_->state().rounds.size() + 1,
                       is_exact_ ? units : units * SimulatedUnits::kPathsOfAUnit, is_exact_ ? "draws" : "paths");
  }

  std::pair<std::int64_t, std::int64_t> rivals_of_part() const {
    if (!brings_rivals()) return {0, 0};
    return {first_units(), std::min<std::int64_t>(race_->field_size(), kRivalsOfADraw)};
  }

  SearchPart compare(std::int64_t first, std::int64_t count) {
    const Performance before = spent_here();
    Rivals rivals = no_rivals();
    RivalsOfRace watching(rivals);
    SearchPart part;
    part.race = race_->compare(first, count, watching);
    if (brings_rivals()) part.best_of_draws = rivals.of_draws();
    part.performance = difference(spent_here(), before);
    return part;
  }

  void close(std::span<const SearchPart> parts, double seconds) {
    const Performance before = spent_here();
    std::vector<RacePart> of_race;
    Performance spent = spent_;
    for (const SearchPart& part : parts) {
      if (!is_possible(part.performance)) throw_other_part();
      add(spent, part.performance);
      if (!is_possible(spent)) throw_other_part();
      of_race.push_back(part.race);
    }
    const BestOfDraws best = joined_rivals(parts);
    race_->close(of_race, seconds);
    best_of_draws_ = best;
    spent_ = spent;
    add(spent_, difference(spent_here(), before));
    observer_.after_round(race_->state().rounds.back());
  }

  SearchResult result() {
    SearchResult found;
    found.objective = options_.objective;
    found.divergence_cost = options_.divergence_cost.of_a_run();
    found.delta = resolution_.delta;
    found.delta_source = resolution_.delta_source;
    found.confidence = options_.confidence;
    found.blocks_per_segment = resolution_.blocks_per_segment;
    found.unit_error = resolution_.unit_error;
    found.race = race_->result();
    if (is_exact_)
      certify_exactly(found);
    else
      certify_by_paths(found);
    found.winner = found.selection.winner;
    return found;
  }

 private:
  static void require_state(bool holds) {
    if (!holds)
      throw InputError("a search cannot be in this state", "it is of another sweep, or of another version",
                       "begin anew");
  }

  Population& population() {
    if (is_exact_) return *means_;
    return *units_;
  }

  // Work of this object, which other objects may have begun.
  Performance spent_here() const {
    Performance sum = conditional_->performance();
    if (paths_) add(sum, paths_->performance());
    return sum;
  }

  std::int64_t first_units() const { return is_exact_ ? std::min(kFirstUnits, means_->units()) : kFirstUnits; }
  bool brings_rivals() const { return is_exact_ && race_->state().rounds.empty(); }
  Rivals no_rivals() const { return {brings_rivals() ? static_cast<std::size_t>(first_units()) : 0, kRivalsOfADraw}; }

  [[noreturn]] static void throw_other_part() {
    throw InputError("a part does not belong to the search's open round",
                     "it is of another search, or of another round", "compute the parts of this round");
  }

  // Whether these are candidates of the search, with values.
  bool have_rivals(const BestOfDraws& best_of_draws) const {
    const auto is_rival = [&](const std::pair<float, std::int64_t>& one) {
      return std::isfinite(one.first) && one.second >= 0 && one.second < candidates_.size();
    };
    return std::all_of(best_of_draws.begin(), best_of_draws.end(), [&](const auto& best) {
      return best.size() <= kRivalsOfADraw && std::all_of(best.begin(), best.end(), is_rival);
    });
  }

  // The rivals that are known after the open round.
  BestOfDraws joined_rivals(std::span<const SearchPart> parts) const {
    if (!brings_rivals()) return best_of_draws_;
    Rivals rivals = no_rivals();
    for (const SearchPart& part : parts) {
      if (part.best_of_draws.size() != rivals.draws() || !have_rivals(part.best_of_draws)) throw_other_part();
      rivals.add(part.best_of_draws);
    }
    return rivals.of_draws();
  }

  // Makes what values are computed by.
  void prepare() {
    means_->set_blocks_per_segment(resolution_.blocks_per_segment);
    if (is_exact_) return;
    if (!candidates_.space().horizons.empty())
      throw InputError("several horizons at once are for the mean", "nothing else has an exact value",
                       "leave horizons out, and give total_steps");
    if (most_units() < kFirstUnits)
      throw InputError(fmt::format("{} paths are too few for a race", options_.most_paths),
                       fmt::format("its first round takes {}", kFirstUnits * SimulatedUnits::kPathsOfAUnit),
                       "give more");
    paths_.emplace(sde_, options_.seed, execution_);
    units_.emplace(units_of(*paths_));
  }

  std::int64_t most_units() const { return options_.most_paths / SimulatedUnits::kPathsOfAUnit; }

  SimulatedUnits units_of(CoarseEnsemble& paths) const {
    return {candidates_,       paths, options_.objective, options_.divergence_cost, resolution_.blocks_per_segment,
            execution_.threads};
  }

  // A unit is a parameter draw, and the draws are all the units that there are; or it is a mean over paths.
  RaceRules rules() const {
    RaceRules rules;
    rules.delta = resolution_.delta;
    rules.confidence = options_.confidence;
    rules.unit_error = resolution_.unit_error;
    rules.stop = options_.stop;
    rules.first_units = first_units();
    if (is_exact_) return rules;
    rules.growth = kGrowthOfPaths;
    rules.most_units = most_units();
    return rules;
  }

  void certify_exactly(SearchResult& found) {
    const Performance before = spent_here();
    // All draws, where the finalists are few enough; else those of the last round.
    const auto finalists = static_cast<std::int64_t>(found.race.finalists.size());
    const bool all = finalists * means_->units() <= kMostFinalValues;
    found.selection = certify(*means_, all ? means_->units() : found.race.rounds.back().units, found.race, rules());
    const std::int64_t winner = found.selection.winner;
    found.horizons = means_at_horizons(*means_, candidates_, options_.divergence_cost, winner);
    if (found.horizons.empty()) found.polished = polish_winner(candidates_, *means_, winner);
    Rivals rivals(best_of_draws_.size(), kRivalsOfADraw);
    rivals.add(best_of_draws_);
    const double run_noise = noise_of_a_run(sde_, candidates_.make({&winner, 1}).front()->recipe);
    found.posterior = posterior_doubt(*means_, winner, rivals,
                                      {resolution_.delta, options_.confidence, run_noise, execution_.threads});
    found.performance = difference(spent_here(), before);
    add(found.performance, spent_);
  }

  // On random numbers that the race has not seen.
  void certify_by_paths(SearchResult& found) {
    CoarseEnsemble fresh_paths(sde_, derived_seed(options_.seed, Stream::certify, 1), execution_);
    SimulatedUnits fresh_units = units_of(fresh_paths);
    found.selection = certify(fresh_units, found.race.rounds.back().units, found.race, rules());
    object_to_few_jumps(found);
    found.performance = fresh_paths.performance();
    add(found.performance, spent_);
  }

  // Where hardly any jump still matters at the winner's end, its units' spread is not known.
  void object_to_few_jumps(SearchResult& found) const {
    const Candidate winner = std::move(*candidates_.make({&found.selection.winner, 1}).front());
    const double jumps = jumps_at_end(winner.recipe, sde_.spikes, resolution_.blocks_per_segment);
    const auto fresh_count = static_cast<double>(found.race.rounds.back().units * SimulatedUnits::kPathsOfAUnit);
    if (!sde_.spikes.any() || jumps * fresh_count >= kFewestJumps) return;
    found.selection.certified = false;
    found.objection = fmt::format(
        "{:.0f} paths have only {:.2g} jumps that still matter at "
        "the end (errors are not known below {:.0f}): take "
        "more paths, or the mean, which is exact",
        fresh_count, jumps * fresh_count, kFewestJumps);
  }

  const CandidateList& candidates_;
  const LossSde& sde_;
  SearchOptions options_;
  Execution execution_;
  SearchObserver& observer_;
  bool is_exact_;
  std::optional<ConditionalMeans> conditional_;
  std::optional<ExactMeans> means_;
  std::optional<CoarseEnsemble> paths_;  // null where values are exact
  std::optional<SimulatedUnits> units_;
  Resolution resolution_;
  std::optional<RaceRounds> race_;
  BestOfDraws best_of_draws_;
  Performance spent_;
};

SearchRounds::SearchRounds(const CandidateList& candidates, const LossSde& sde, const SearchOptions& options,
                           const Execution& execution, SearchObserver& observer, std::optional<SearchState> state)
    : search_(std::make_unique<Search>(candidates, sde, options, execution, observer)) {
  if (state)
    search_->go_on_from(std::move(*state));
  else
    search_->begin();
}

SearchRounds::~SearchRounds() = default;

SearchState SearchRounds::state() const { return search_->state(); }
bool SearchRounds::is_over() const { return search_->race().is_over(); }
std::string SearchRounds::round_name() const { return search_->round_name(); }
std::int64_t SearchRounds::field_size() const { return search_->race().field_size(); }
double SearchRounds::seconds_ahead() const { return search_->race().seconds_ahead(); }
std::pair<std::int64_t, std::int64_t> SearchRounds::rivals_of_part() const { return search_->rivals_of_part(); }

double SearchRounds::lowest_loss(const SearchPart& part) const {
  const double lowest = search_->race().lowest_loss(part.race);
  return std::isfinite(lowest) ? lowest : std::numeric_limits<double>::quiet_NaN();
}

SearchPart SearchRounds::compare(std::int64_t first, std::int64_t count) { return search_->compare(first, count); }

void SearchRounds::close(std::span<const SearchPart> parts, double seconds) { search_->close(parts, seconds); }

SearchResult SearchRounds::result() {
  LOSSCAST_EXPECTS(is_over());
  return search_->result();
}

}  // namespace losscast
