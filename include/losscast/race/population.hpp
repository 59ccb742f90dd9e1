// The candidates of a race, and what they are measured by.
#pragma once

#include <cstdint>
#include <span>

namespace losscast {

// What candidates are measured by: units, such as one parameter draw or one batch of paths, the same for all of them
// (common random numbers). A candidate's value is its mean over all units.
class Population {
 public:
  virtual ~Population() = default;
  virtual std::int64_t candidates() const = 0;
  virtual std::int64_t units() const = 0;  // that there are; over all of them a mean is no estimate but exact

  // Units first ... first + count - 1 of some candidates, out[candidate * count + unit] [nats]. NaN for a candidate
  // that does not exist, +infinity for a unit without a value.
  virtual void observe(std::span<const std::int64_t> numbers, std::int64_t first, std::int64_t count,
                       std::span<float> out) = 0;

  virtual double path_steps() const = 0;  // that all calls took
};

}  // namespace losscast
