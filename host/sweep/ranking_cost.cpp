#include "sweep/ranking_cost.hpp"

#include <algorithm>
#include <cstdint>

#include "base/stopwatch.hpp"
#include "format/packed.hpp"
#include "losscast/engine/ensemble.hpp"
#include "losscast/engine/mean_sample.hpp"
#include "sweep/rank_candidates.hpp"
#include "sweep/simulate_bands.hpp"

namespace losscast {
namespace {

// What a candidate takes beside its paths: to be made, and its values in the fit's draws.
double seconds_beside(RankingWork& work, const std::vector<Recipe>& examples) {
  const Stopwatch watch;
  work.values_of(examples);
  work.make(0, std::min<std::int64_t>(static_cast<std::int64_t>(examples.size()), work.field()->list.size()));
  return watch.seconds() / static_cast<double>(examples.size());
}

// Of candidates that are simulated together, were they all as long as the longest.
std::size_t group_bytes(const RankingWork& work, const EnsembleRequest& examples, std::size_t candidates, Step block) {
  EnsembleRequest group = examples;
  const auto longest =
      std::max_element(examples.recipes.begin(), examples.recipes.end(),
                       [](const Recipe& a, const Recipe& b) { return a.total_steps() < b.total_steps(); });
  group.recipes.assign(std::min(work.at_once(), candidates), *longest);
  return count_work(work.sde(), group, work.options().execution, block).host_bytes;
}

// What is held of a candidate: its record, in the parts and out of them, and what it is compared by.
std::size_t bytes_of_candidate(const RankingWork& work, const RankingState& state) {
  return 2 * sizeof(RankedRecord) + (state.keeps_all ? bytes_to_compare(work) : sizeof(RankingKey));
}

template <class T>
double packed_size(const T& value) {
  return static_cast<double>(packed(value).size());
}

// A sample of a candidate's mean, as the first round keeps it.
MeanSample sample_of(const RankingWork& work, const RankingState& state) {
  const auto draws = static_cast<std::int64_t>(work.sde().draws.size());
  const std::int64_t paths_of_unit = state.decisions.levers.antithetic == Lever::on ? 2 : 1;
  MeanSample sample;
  sample.units.resize(static_cast<std::size_t>(work.config().paths / paths_of_unit));
  if (draws > 1) sample.batches.resize(static_cast<std::size_t>(batch_count(draws)));
  return sample;
}

double bytes_simulated(const RankingWork& work, const RankingState& state) {
  if (!state.keeps_all) return packed_size(RankingKey());
  return packed_size(RankedRecord()) + packed_size(sample_of(work, state)) +
         static_cast<double>(work.draws() * sizeof(float));
}

// The losses over time of a candidate.
double bytes_recorded(const RankingWork& work) {
  return work.config().bands.times * (packed_size(Statistics()) + static_cast<double>(sizeof(Step)));
}

// The state in which all are recorded has a record of each.
double bytes_of_recording(const RankingWork& work) {
  if (work.config().bands.candidates != BandsConfig::Candidates::all) return 0;
  return packed_size(RankedRecord()) + bytes_recorded(work);
}

}  // namespace

RoundBytes ranking_disk(const RankingWork& work, const RankingState& state) {
  const auto candidates = static_cast<double>(state.candidates);
  const double later = candidates * bytes_of_recording(work);
  if (state.stage == Stage::compare)
    return {candidates * packed_size(RankedRecord()), packed_size(ComparedPart()), later};
  if (state.stage == Stage::record) return {candidates * bytes_recorded(work), packed_size(RecordedPart()), 0};
  SimulatedPart part;
  part.best_of_draws.resize(work.draws());
  const double of_comparison = state.keeps_all ? 0 : candidates * packed_size(RankedRecord());
  return {candidates * bytes_simulated(work, state), packed_size(part), of_comparison + later};
}

std::size_t bytes_to_compare(const RankingWork& work) {
  return static_cast<std::size_t>(work.config().paths) * sizeof(float) + work.draws() * sizeof(float);
}

double announce_ranking(RankingWork& work, const RankingState& state, EnsembleRequest examples) {
  const Execution& execution = work.options().execution;
  const Step block = state.decisions.step_error.block;
  const auto candidates = static_cast<std::size_t>(state.candidates);
  examples.block = block;
  examples.levers = as_used(state.decisions.levers);
  EnsembleWork all = count_work(work.sde(), examples, execution, block);
  const double times = static_cast<double>(candidates) / static_cast<double>(examples.recipes.size());
  all.block_steps = static_cast<std::int64_t>(static_cast<double>(all.block_steps) * times);
  all.path_steps = static_cast<std::int64_t>(static_cast<double>(all.path_steps) * times);
  all.host_bytes = group_bytes(work, examples, candidates, block) + candidates * bytes_of_candidate(work, state) +
                   bands_bytes(work.config().bands, work.sde(), examples, candidates, execution, block);
  require_memory(all.host_bytes);
  work.options().observer->before_run(all);
  const double seconds = seconds_ahead(work.sde(), examples, execution, all) +
                         static_cast<double>(candidates) * seconds_beside(work, examples.recipes);
  work.options().observer->expects(seconds);
  return seconds / static_cast<double>(candidates);
}

}  // namespace losscast
