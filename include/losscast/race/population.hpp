/// \file
/// The candidates of a race, and what they are measured by.
#pragma once

#include <cstdint>
#include <span>

namespace losscast {

/// What candidates are measured on: units, each of which is, say, one parameter draw or the mean over a few paths. All
/// candidates are measured on the same units (common random numbers). A candidate's value is its mean over all units.
class Population {
 public:
  /// Populations are deleted through their base.
  virtual ~Population() = default;
  /// Number of candidates, 0 ... candidates() - 1.
  virtual std::int64_t candidates() const = 0;
  virtual std::int64_t units() const = 0;  ///< how many there are; a mean over all of them is exact

  /// Writes the units first ... first + count - 1 of the candidates `numbers` to out[candidate * count + unit] [nats]:
  /// NaN for a candidate that does not exist, +infinity for a unit that has no value.
  virtual void observe(std::span<const std::int64_t> numbers, std::int64_t first, std::int64_t count,
                       std::span<float> out) = 0;

  virtual double path_steps() const = 0;  ///< what all calls so far took
};

}  // namespace losscast
