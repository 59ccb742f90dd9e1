// Candidates compared with one of them, unit by unit.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "losscast/race/population.hpp"

namespace losscast {

// Moments of a candidate's units minus those of another one.
struct PairedMoments {
  double mean = 0;       // [nats]; +infinity where a unit has no value, NaN for a candidate that does not exist
  double deviation = 0;  // standard deviation of a unit, with n - 1 [nats]
};

struct PairedPart {
  std::vector<PairedMoments> moments;
  std::vector<float> values;  // [candidate][unit], as they were observed
};

// The first units of one candidate, with which others are compared.
class PairedSample {
 public:
  PairedSample(Population& population, std::int64_t number, std::int64_t units);
  explicit PairedSample(std::vector<float> values) : reference_(std::move(values)) {}
  PairedPart compare(Population& population, std::span<const std::int64_t> numbers) const;

  // Whether the candidate has a value in every unit. If not, nothing can be compared with it.
  bool is_whole() const;

  std::vector<float> values() && { return std::move(reference_); }

 private:
  std::vector<float> reference_;
};

// Calls visit(number, mean over its first units), in the order of the numbers.
void for_each_mean(Population& population, std::span<const std::int64_t> numbers, std::int64_t units,
                   const std::function<void(std::int64_t, double)>& visit);

// How many candidates to observe together, so that their values take some megabytes.
inline std::int64_t candidates_at_once(std::int64_t units) {
  return std::clamp<std::int64_t>((std::int64_t{1} << 20) / units, 64, 4096);
}

// Factor from the standard deviation of a unit to the standard error of a mean over `units` units, drawn without
// replacement from `all` of them.
inline double error_factor(std::int64_t units, std::int64_t all) {
  return units >= all ? 0 : std::sqrt(1.0 / static_cast<double>(units) - 1.0 / static_cast<double>(all));
}

}  // namespace losscast
