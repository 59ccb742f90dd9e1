// The random numbers of one walker in one sweep.
#pragma once

#include <cstdint>

#include "losscast/random/counter.hpp"
#include "losscast/random/normal.hpp"

namespace losscast {

// Gives the numbers at the addresses (seed, Stream::posterior, walker, sweep, group), group after group.
class WalkerRandom {
 public:
  WalkerRandom(std::uint64_t seed, std::uint64_t walker, std::uint32_t sweep)
      : seed_(seed), walker_(walker), sweep_(sweep) {}

  // In the open interval (0, 1).
  double uniform() { return static_cast<double>(open_uniform(next_bits().word[0])); }

  double normal() {
    if (left_ == 0) {
      normals4(next_bits(), normals_);
      left_ = 4;
    }
    return static_cast<double>(normals_[--left_]);
  }

 private:
  RandomBits next_bits() { return random_bits(seed_, Stream::posterior, walker_, sweep_, group_++); }

  std::uint64_t seed_, walker_;
  std::uint32_t sweep_, group_ = 0;
  float normals_[4];
  int left_ = 0;
};

}  // namespace losscast
