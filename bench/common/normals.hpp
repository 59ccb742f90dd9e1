// Standard normals in a row, the same everywhere.
#pragma once

#include <cstdint>

#include "losscast/random/counter.hpp"
#include "losscast/random/normal.hpp"

namespace losscast::bench {

class Normals {
 public:
  explicit Normals(std::uint64_t seed) : seed_(seed) {}
  double operator()() {
    float four[4];
    normals4(random_bits(seed_, Stream::noise, count_++, 0, 0), four);
    return static_cast<double>(four[0]);
  }

 private:
  std::uint64_t seed_, count_ = 0;
};

}  // namespace losscast::bench
