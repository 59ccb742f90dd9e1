#include "exact_means.hpp"

#include <algorithm>
#include <limits>

#include "losscast/engine/statistics.hpp"

namespace losscast {

void ExactMeans::observe(std::span<const std::int64_t> numbers, std::int64_t first, std::int64_t count,
                         std::span<float> out) {
  const auto draws = static_cast<std::size_t>(count);
  std::vector<Schedule> schedules;
  std::vector<float> values;
  for (std::size_t begin = 0; begin < numbers.size(); begin += ConditionalMeans::kMostSchedulesAtOnce) {
    const auto part = numbers.subspan(begin, std::min(numbers.size() - begin, ConditionalMeans::kMostSchedulesAtOnce));
    auto made = candidates_.make(part, threads_);
    schedules.clear();
    for (std::optional<Candidate>& one : made)
      if (one) schedules.push_back(std::move(one->schedule));
    values.resize(schedules.size() * draws);
    means_.evaluate(schedules, blocks_per_segment_, first, count, values);
    auto from = values.cbegin();
    auto to = out.begin() + static_cast<std::ptrdiff_t>(begin * draws);
    for (const std::optional<Candidate>& one : made) {
      if (one) {
        std::transform(from, from + count, to,
                       [](float v) { return is_lost(v) ? std::numeric_limits<float>::infinity() : v; });
        from += count;
      } else {
        std::fill_n(to, draws, std::numeric_limits<float>::quiet_NaN());
      }
      to += count;
    }
  }
}

}  // namespace losscast
