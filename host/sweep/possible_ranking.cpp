#include "sweep/possible_ranking.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "losscast/base/error.hpp"

namespace losscast {
namespace {

void require_state(bool holds) {
  if (!holds)
    throw InputError("a ranking cannot be in this state", "it is of another sweep, or of another version",
                     "begin anew");
}

void require_part(bool holds) {
  if (!holds)
    throw InputError("a part does not belong to the ranking's open round", "it is of another sweep or round",
                     "compute the parts of this round");
}

void require_all(std::size_t count, std::int64_t candidates) {
  if (count != static_cast<std::size_t>(candidates))
    throw InputError(fmt::format("the parts have {} candidates instead of {}", count, candidates),
                     "they are of another sweep, or some are missing", "compute the parts of this round");
}

bool is_time(double seconds) { return std::isfinite(seconds) && seconds >= 0; }
bool is_status(Status status) { return status >= Status::ok && status <= Status::non_finite; }
bool is_used(Lever lever) { return lever == Lever::off || lever == Lever::on; }

bool have_status(const std::vector<Statistics>& all) {
  return std::all_of(all.begin(), all.end(), [](const Statistics& one) { return is_status(one.status); });
}

// Numbers and places go to the same bound.
std::int64_t place_of(const RankedRecord& record) { return record.number; }
std::int64_t place_of(const RankingKey& key) { return key.place; }
Status status_of(const RankedRecord& record) { return record.statistics.status; }
Status status_of(const RankingKey& key) { return key.status; }

template <class Candidate>
bool are_candidates(const std::vector<Candidate>& all, const RankingBounds& bounds) {
  return std::all_of(all.begin(), all.end(), [&](const Candidate& one) {
    return place_of(one) >= 0 && place_of(one) < bounds.numbers && is_status(status_of(one));
  });
}

// Whether these are candidates in the order of computing.
template <class Candidate>
bool are_in_order(const std::vector<Candidate>& all, const RankingBounds& bounds) {
  return are_candidates(all, bounds) &&
         std::adjacent_find(all.begin(), all.end(), [](const Candidate& a, const Candidate& b) {
           return place_of(a) >= place_of(b);
         }) == all.end();
}

// Whether a sweep of so many candidates can have had these before.
bool were_candidates(const std::vector<std::int64_t>& earlier, std::int64_t candidates) {
  return std::adjacent_find(earlier.begin(), earlier.end(), std::greater_equal<>()) == earlier.end() &&
         (earlier.empty() || (earlier.front() >= 1 && earlier.back() < candidates));
}

bool is_sample(const MeanSample& sample, const RankingBounds& bounds) {
  return !sample.units.empty() && sample.units.size() <= bounds.paths && sample.draws >= 1 && sample.first_unit >= 0 &&
         sample.first_unit < sample.draws && std::ssize(sample.batches) <= kDrawBatches;
}

bool are_possible(const RunDecisions& decisions) {
  return decisions.step_error.block >= 1 && is_used(decisions.levers.antithetic) &&
         is_used(decisions.levers.exact_jumps) && decisions.levers.twin_block.value_or(1) >= 1;
}

bool is_possible(const Best& best, Stage stage, const RankingBounds& bounds) {
  if (stage != Stage::compare) return best.sample.units.empty() && best.values.empty() && best.best_of_draws.empty();
  return is_sample(best.sample, bounds) && best.values.size() == bounds.draws &&
         best.best_of_draws.size() == bounds.draws;
}

bool are_possible(const RecordedLosses& losses, std::size_t candidates, const RankingBounds& bounds) {
  return losses.steps.size() == candidates * bounds.times && losses.statistics.size() == losses.steps.size() &&
         have_status(losses.statistics);
}

}  // namespace

RankingBounds ranking_bounds(const SweepConfig& config, std::int64_t numbers, std::int64_t draws) {
  return {numbers,
          config.space.candidates,
          static_cast<std::size_t>(draws),
          static_cast<std::size_t>(config.paths),
          config.bands.candidates == BandsConfig::Candidates::all,
          static_cast<std::size_t>(config.bands.times)};
}

void require_possible(const Performance& of_part) { require_part(is_possible(of_part)); }

void require_possible(const RankingState& state, const RankingBounds& bounds) {
  require_state(state.stage <= Stage::over && (state.stage != Stage::record || bounds.records_all));
  require_state(state.candidates >= 1 && state.candidates <= bounds.numbers);
  require_state(are_possible(state.decisions) && is_possible(state.performance));
  require_state(is_time(state.seconds) && is_time(state.seconds_a_candidate));
  require_state(is_possible(state.best, state.stage, bounds));
  const bool is_ranked = state.stage == Stage::record || state.stage == Stage::over;
  require_state(state.records.size() == (is_ranked ? static_cast<std::size_t>(state.candidates) : 0));
  require_state(are_candidates(state.records, bounds) && were_candidates(state.earlier, bounds.points));
  const bool is_recorded = state.stage == Stage::over && bounds.records_all;
  require_state(are_possible(state.recorded, is_recorded ? state.records.size() : 0, bounds));
}

void require_possible(const SimulatedPart& all, const RankingState& state, const RankingBounds& bounds) {
  require_all(state.keeps_all ? all.records.size() : all.keys.size(), state.candidates);
  require_part(are_in_order(all.keys, bounds) && are_in_order(all.records, bounds));
  const std::size_t kept = state.keeps_all ? all.records.size() : 0;
  require_part(all.samples.size() == kept && all.values.size() == kept * bounds.draws);
  require_part(std::all_of(all.samples.begin(), all.samples.end(),
                           [&](const MeanSample& sample) { return is_sample(sample, bounds); }));
}

void require_possible(const ComparedPart& all, const RankingState& state, const RankingBounds& bounds) {
  require_all(all.records.size(), state.candidates);
  require_part(are_in_order(all.records, bounds));
}

void require_possible(const RecordedLosses& all, const RankingState& state, const RankingBounds& bounds) {
  require_part(are_possible(all, state.records.size(), bounds));
}

}  // namespace losscast
