// Standard normals in sequence for tests of laws: addressed like the engine's, one path of its own each.
#pragma once

#include <cstdint>

#include "losscast/random/counter.hpp"
#include "losscast/random/normal.hpp"

namespace losscast::test {

// Normals 0, 1, 2, ... of one path of a seed.
class Normals {
 public:
  Normals(std::uint64_t seed, std::uint64_t path) : seed_(seed), path_(path) {}

  float operator()() {
    if (taken_ % 4 == 0) normals4(random_bits(seed_, Stream::noise, path_, taken_ / 4, 0), four_);
    return four_[taken_++ % 4];
  }

 private:
  std::uint64_t seed_, path_;
  std::uint32_t taken_ = 0;
  float four_[4] = {};
};

}  // namespace losscast::test
