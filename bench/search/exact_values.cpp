#include "bench/search/exact_values.hpp"

#include <algorithm>
#include <numeric>

namespace losscast::bench {

std::vector<double> exact_values(ConditionalMeans& means, std::span<const Schedule> schedules, std::int64_t draws,
                                 int blocks) {
  const auto count = static_cast<std::size_t>(draws);
  const std::size_t together =
      std::clamp<std::size_t>((std::size_t{1} << 22) / count, 1, ConditionalMeans::kMostSchedulesAtOnce);
  std::vector<double> out;
  std::vector<float> values;
  for (std::size_t first = 0; first < schedules.size(); first += together) {
    const auto part = schedules.subspan(first, std::min(together, schedules.size() - first));
    values.resize(part.size() * count);
    means.evaluate(part, blocks, 0, draws, values);
    for (auto row = values.cbegin(); row != values.cend(); row += draws)
      out.push_back(std::accumulate(row, row + draws, 0.0) / static_cast<double>(draws));
  }
  return out;
}

std::vector<Schedule> schedules_of(const CandidateList& list, std::span<const std::int64_t> numbers) {
  std::vector<Schedule> schedules;
  for (auto& one : list.make(numbers)) schedules.push_back(std::move(one->schedule));
  return schedules;
}

}  // namespace losscast::bench
