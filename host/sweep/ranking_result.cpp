#include "sweep/ranking_result.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "sweep/known_differences.hpp"
#include "sweep/simulate_bands.hpp"

namespace losscast {
namespace {

constexpr std::size_t kFirstRows = kMostFinalists;  // that a result holds itself

// The places of those that cannot be told from the first.
std::vector<std::size_t> finalists(const std::vector<RankedRecord>& records) {
  std::vector<std::size_t> places = {0};
  for (std::size_t i = 1; i < records.size(); ++i)
    if (is_finalist(records[i].statistics, records[i].difference, records[0].statistics)) places.push_back(i);
  return places;
}

std::optional<SweepBands> bands(const RankingWork& work, RankingState& state, Performance& spent) {
  const BandsConfig& config = work.config().bands;
  if (config.candidates == BandsConfig::Candidates::none) return {};
  std::vector<std::size_t> places = finalists(state.records);
  const std::size_t finalist_count = places.size();
  if (config.candidates == BandsConfig::Candidates::all) {
    places.resize(state.records.size());
    std::iota(places.begin(), places.end(), std::size_t{0});
  } else {
    places.resize(std::min(places.size(), kMostFinalists));
    work.options().observer->before_bands(places.size());
    state.recorded = work.record_places(state, places, spent);
  }
  for (std::size_t& place : places) ++place;  // ranks begin with 1
  SweepBands bands = empty_bands(std::move(places), config.times);
  bands.finalists = finalist_count;
  bands.steps = std::move(state.recorded.steps);
  bands.statistics = std::move(state.recorded.statistics);
  return bands;
}

KnownRanking what_is_known(RankingWork& work, const std::vector<RankedRecord>& records) {
  KnownRanking ranking;
  ranking.delta = work.delta();
  ranking.draws = static_cast<std::int64_t>(work.draws());
  std::vector<Undecided> undecided;
  for (std::size_t i = 0; i < records.size(); ++i)
    if (count_known(records[i].known, true, ranking)) undecided.push_back({records[i].known.p_within, i});
  std::vector<std::int64_t> numbers;
  for (const std::size_t place : places_of_next_runs(std::move(undecided))) numbers.push_back(records[place].number);
  const int threads = work.options().execution.threads;
  const std::vector<Candidate> candidates = work.field()->existing(numbers, threads);
  std::vector<Recipe> recipes;
  for (const Candidate& one : candidates) recipes.push_back(one.recipe);
  const std::optional<BestObservation> best = worth_most(recipes, work.values(), threads);
  if (!best) return ranking;
  ranking.next_run = candidates[best->candidate].arguments;
  ranking.next_run_gain = best->regret_fall;
  return ranking;
}

}  // namespace

SweepResult ranking_result(RankingWork& work, RankingState& state) {
  SweepResult result;
  result.step_error = state.decisions.step_error;
  result.levers = state.decisions.levers;
  result.known = what_is_known(work, state.records);
  result.performance = state.performance;
  result.bands = bands(work, state, result.performance);
  const auto rows = rows_of_records(work.field(), std::move(state.records));
  result.ranked = rows->make(0, std::min(rows->size(), kFirstRows));
  result.rows = rows;
  return result;
}

}  // namespace losscast
