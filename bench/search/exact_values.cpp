#include "bench/search/exact_values.hpp"

#include <algorithm>
#include <numeric>

namespace losscast::bench {

std::vector<double> exact_values(ConditionalMeans& means, std::span<const Recipe> recipes, std::int64_t draws,
                                 int blocks) {
  const auto count = static_cast<std::size_t>(draws);
  const std::size_t together =
      std::clamp<std::size_t>((std::size_t{1} << 22) / count, 1, ConditionalMeans::kMostSchedulesAtOnce);
  std::vector<double> out;
  std::vector<float> values;
  for (std::size_t first = 0; first < recipes.size(); first += together) {
    const auto part = recipes.subspan(first, std::min(together, recipes.size() - first));
    values.resize(part.size() * count);
    means.evaluate(part, blocks, 0, draws, values);
    for (auto row = values.cbegin(); row != values.cend(); row += draws)
      out.push_back(std::accumulate(row, row + draws, 0.0) / static_cast<double>(draws));
  }
  return out;
}

std::vector<Recipe> recipes_of(const CandidateList& list, std::span<const std::int64_t> numbers) {
  std::vector<Recipe> recipes;
  for (auto& one : list.make(numbers)) recipes.push_back(std::move(one->recipe));
  return recipes;
}

}  // namespace losscast::bench
