#include "sweep/ranking_work.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <numeric>
#include <utility>

#include "format/packed.hpp"
#include "losscast/base/parallel.hpp"
#include "sweep/known_differences.hpp"
#include "sweep/paired_difference.hpp"
#include "sweep/possible_ranking.hpp"
#include "sweep/simulate_bands.hpp"
#include "sweep/sweep_request.hpp"
#include "sweep/weighed_divergence.hpp"

namespace losscast {
namespace {

constexpr std::size_t kAtOnce = 1024;  // candidates that are made and simulated together
static_assert(kAtOnce <= ValuesOfDraws::kMostAtOnce);

}  // namespace

RankingWork::RankingWork(const SweepConfig& config, const Fit& fit, const SweepOptions& options)
    : config_(config),
      options_(options),
      field_(std::make_shared<const RankingField>(
          RankingField{CandidateList(config.space, config.seed), fit, config.paths})),
      sde_(simulated_sde(config, fit)),
      divergence_cost_(divergence_cost(config, fit)),
      values_(sde_, divergence_cost_, config.seed, options.execution) {}

void RankingWork::set_order(const std::vector<std::int64_t>& earlier) {
  order_.emplace(field_->list, config_.seed, earlier);
}

std::size_t RankingWork::at_once() const {
  return std::clamp<std::size_t>(kKeptBytes / (static_cast<std::size_t>(config_.paths) * sizeof(float)), 1, kAtOnce);
}

RankingWork::Made RankingWork::make(std::int64_t first, std::int64_t count) const {
  std::vector<std::int64_t> numbers;
  for (std::int64_t place = first; place < first + count; ++place) numbers.push_back(number(place));
  Made made;
  std::vector<std::optional<Candidate>> all = field_->list.make(numbers, options_.execution.threads);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!all[i]) continue;
    made.places.push_back(first + static_cast<std::int64_t>(i));
    made.recipes.push_back(std::move(all[i]->recipe));
  }
  return made;
}

std::vector<float> RankingWork::values_of(const std::vector<Recipe>& recipes) {
  std::vector<float> values(recipes.size() * draws());
  values_.evaluate(recipes, values);
  return values;
}

std::vector<WeighedDivergence> RankingWork::divergence_of(std::span<const Recipe> recipes) const {
  return weighed_divergence(divergence_cost_, recipes, options_.execution.threads);
}

EnsembleResult RankingWork::run(const std::vector<Recipe>& recipes, EnsembleRequest::Keep keep,
                                const RunDecisions& decisions) const {
  EnsembleRequest request = sweep_request(config_, options_);
  request.recipes = recipes;
  request.keep = keep;
  return run_as_decided(sde_, request, decisions, options_.execution);
}

RoundPart RankingWork::simulate(const RankingState& state, std::int64_t first, std::int64_t count) {
  using Keep = EnsembleRequest::Keep;
  SimulatedPart part;
  part.best_of_draws.assign(draws(), std::numeric_limits<float>::infinity());
  RoundPart out;
  for_each_group(first, count, [&](const Made& made) {
    EnsembleResult result = run(made.recipes, state.keeps_all ? Keep::samples : Keep::statistics, state.decisions);
    add_work(part.performance, result.performance);
    const std::vector<float> values = values_of(made.recipes);
    const std::vector<WeighedDivergence> divergence = divergence_of(made.recipes);
    for (std::size_t i = 0; i < made.places.size(); ++i) {
      const Statistics& statistics = result.statistics[i].front();
      if (statistics.status == Status::ok)
        lower_to(std::span(values).subspan(i * draws(), draws()), part.best_of_draws);
      const auto [status, value] = standing(statistics, divergence[i]);
      if (status == Status::ok) out.best = std::fmin(out.best, value);
      if (state.keeps_all)
        part.records.push_back({made.places[i], statistics, {}, {}, divergence[i]});
      else
        part.keys.push_back({made.places[i], status, value});
    }
    if (!state.keeps_all) return;
    std::move(result.samples.begin(), result.samples.end(), std::back_inserter(part.samples));
    part.values.insert(part.values.end(), values.begin(), values.end());
  });
  out.bytes = packed(part);
  return out;
}

RoundPart RankingWork::compare(const RankingState& state, std::int64_t first, std::int64_t count) {
  ComparedPart part;
  RoundPart out;
  for_each_group(first, count, [&](const Made& made) {
    const EnsembleResult result = run(made.recipes, EnsembleRequest::Keep::samples, state.decisions);
    add_work(part.performance, result.performance);
    const std::vector<WeighedDivergence> divergence = divergence_of(made.recipes);
    const std::size_t before = part.records.size();
    for (std::size_t i = 0; i < made.places.size(); ++i)
      part.records.push_back({made.places[i], result.statistics[i].front(), {}, {}, divergence[i]});
    compare_with_best(std::span(part.records).subspan(before), result.samples, values_of(made.recipes), state.best);
  });
  out.bytes = packed(part);
  return out;
}

void RankingWork::compare_with_best(std::span<RankedRecord> records, std::span<const MeanSample> samples,
                                    std::span<const float> values, const Best& best) const {
  parallel_for(static_cast<std::int64_t>(records.size()), options_.execution.threads, [&](std::int64_t i) {
    const auto at = static_cast<std::size_t>(i);
    records[at].difference = paired_difference(samples[at], best.sample, config_.confidence,
                                               records[at].divergence.added - best.divergence.added);
    records[at].known =
        known_difference(values.subspan(at * draws(), draws()), best.values, best.best_of_draws, delta());
    if (records[at].statistics.status != Status::ok) records[at].known.p_within = 0;
  });
}

RoundPart RankingWork::record(const RankingState& state, std::int64_t first, std::int64_t count) const {
  std::vector<std::size_t> places(static_cast<std::size_t>(count));
  std::iota(places.begin(), places.end(), static_cast<std::size_t>(first));
  RecordedPart part;
  part.losses = record_places(state, places, part.performance);
  return {packed(part)};
}

RecordedLosses RankingWork::record_places(const RankingState& state, std::span<const std::size_t> places,
                                          Performance& spent) const {
  std::vector<std::int64_t> numbers;
  for (const std::size_t place : places) numbers.push_back(state.records[place].number);
  const std::vector<Candidate> made = field_->existing(numbers, options_.execution.threads);
  std::vector<RecordedCandidate> recorded;
  for (std::size_t i = 0; i < places.size(); ++i)
    recorded.push_back({&made[i].recipe, config_.paths, &state.records[places[i]].statistics});
  const EnsembleRequest request = sweep_request(config_, options_);
  return record_losses(config_.bands.times, {sde_, request, state.decisions, options_.execution}, recorded, spent);
}

void add_work(Performance& sum, const Performance& more) {
  require_possible(more);
  if (sum.backend.empty())
    sum = more;
  else
    add(sum, more);
  require_possible(sum);
}

}  // namespace losscast
