#include "io/results_bands.hpp"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <vector>

#include "format/npy_file.hpp"
#include "io/results_columns.hpp"

namespace losscast {

std::string bands_npy(const SweepBands& bands) {
  const std::size_t shape[] = {bands.ranks.size(), bands.fractions.size(), 1 + std::size(kStatisticColumns)};
  std::vector<double> numbers;
  numbers.reserve(shape[0] * shape[1] * shape[2]);
  for (std::size_t i = 0; i < bands.steps.size(); ++i) {
    numbers.push_back(static_cast<double>(bands.steps[i]));
    for (const StatisticColumn& column : kStatisticColumns) numbers.push_back(bands.statistics[i].*column.member);
  }
  return npy_bytes(shape, numbers);
}

double bytes_of_band() { return sizeof(double) * (1 + std::size(kStatisticColumns)); }

nlohmann::ordered_json bands_json(const SweepBands& bands) {
  std::vector<std::string> statistics = {"step"};
  for (const StatisticColumn& column : kStatisticColumns) statistics.emplace_back(column.name);
  return {{"file", kBandsFile},
          {"finalists", bands.finalists},
          {"finalists_left_out", bands.finalists - std::min(bands.finalists, bands.ranks.size())},
          {"candidates", bands.ranks},
          {"fractions", bands.fractions},
          {"statistics", statistics}};
}

}  // namespace losscast
