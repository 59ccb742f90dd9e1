#include "exact_means.hpp"

#include <algorithm>

#include "existing_schedules.hpp"

namespace losscast {

void ExactMeans::observe(std::span<const std::int64_t> numbers, std::int64_t first, std::int64_t count,
                         std::span<float> out) {
  const auto draws = static_cast<std::size_t>(count);
  std::vector<float> values;
  for (std::size_t begin = 0; begin < numbers.size(); begin += ConditionalMeans::kMostSchedulesAtOnce) {
    const auto part = numbers.subspan(begin, std::min(numbers.size() - begin, ConditionalMeans::kMostSchedulesAtOnce));
    const ExistingSchedules made(candidates_, part, threads_);
    values.resize(made.schedules().size() * draws);
    means_.evaluate(made.schedules(), blocks_per_segment_, first, count, values);
    made.spread(values, draws, out.subspan(begin * draws));
  }
}

}  // namespace losscast
