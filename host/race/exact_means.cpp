#include "race/exact_means.hpp"

#include <algorithm>

#include "losscast/base/parallel.hpp"
#include "model/jumps_at_end.hpp"
#include "space/existing_schedules.hpp"

namespace losscast {

void ExactMeans::observe(std::span<const std::int64_t> numbers, std::int64_t first, std::int64_t count,
                         std::span<float> out) {
  const std::size_t horizons = candidates_.space().horizons.size();
  if (horizons == 0) return observe_horizon(numbers, {}, first, count, out);
  std::fill(out.begin(), out.end(), 0.0f);
  std::vector<float> one(out.size());
  for (std::size_t horizon = 0; horizon < horizons; ++horizon) {
    observe_horizon(numbers, horizon, first, count, one);
    for (std::size_t i = 0; i < one.size(); ++i) out[i] += one[i] / static_cast<float>(horizons);
  }
}

void ExactMeans::evaluate(std::span<const Recipe> recipes, std::int64_t first, std::int64_t count,
                          std::span<float> out) {
  means_.evaluate(recipes, blocks_per_segment_, first, count, out);
  divergence_cost_.add_to(recipes, out, threads_);
  if (!(spikes_.jump_rate > 0)) return;
  const auto draws = static_cast<std::size_t>(count);
  parallel_for(static_cast<std::int64_t>(recipes.size()), threads_, [&](std::int64_t s) {
    const auto at = static_cast<std::size_t>(s);
    const auto jumps = static_cast<float>(spikes_.mean_jump * jumps_at_end(recipes[at], spikes_, blocks_per_segment_));
    for (float& value : out.subspan(at * draws, draws)) value += jumps;
  });
}

void ExactMeans::observe_horizon(std::span<const std::int64_t> numbers, std::optional<std::size_t> horizon,
                                 std::int64_t first, std::int64_t count, std::span<float> out) {
  const auto draws = static_cast<std::size_t>(count);
  std::vector<float> values;
  for (std::size_t begin = 0; begin < numbers.size(); begin += ConditionalMeans::kMostSchedulesAtOnce) {
    const auto part = numbers.subspan(begin, std::min(numbers.size() - begin, ConditionalMeans::kMostSchedulesAtOnce));
    const ExistingSchedules made(candidates_, part, threads_, horizon);
    values.resize(made.recipes().size() * draws);
    evaluate(made.recipes(), first, count, values);
    made.spread(values, draws, out.subspan(begin * draws));
  }
}

}  // namespace losscast
