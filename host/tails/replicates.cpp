#include "tails/replicates.hpp"

#include <cmath>
#include <vector>

namespace losscast {

MeanOfReplicates mean_of_replicates(std::span<const double> values, std::span<const double> weights) {
  const auto n = static_cast<double>(values.size());
  double mean = 0, squares = 0;
  for (std::size_t i = 0; i < values.size(); ++i) mean += weights[i] * values[i];
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double deviation = weights[i] * (values[i] - mean);
    squares += deviation * deviation;
  }
  return {mean, std::sqrt(squares * n / (n - 1))};
}

MeanOfReplicates mean_of_replicates(std::span<const double> values) {
  return mean_of_replicates(values, std::vector<double>(values.size(), 1 / static_cast<double>(values.size())));
}

}  // namespace losscast
