// Numbers in place of statistics, where writing and merging is measured.
#pragma once

#include <cstdint>

#include "losscast/random/counter.hpp"
#include "losscast/random/uniform.hpp"

namespace losscast::bench {

// Those of a row, from 0 to 1, as FP32 gives losses: all their digits are written.
class MadeUpNumbers {
 public:
  explicit MadeUpNumbers(std::uint64_t row) : row_(row) {}

  double next() {
    if (used_ == 4) {
      bits_ = random_bits(1, Stream::noise, row_, ++block_, 0);
      used_ = 0;
    }
    return static_cast<double>(open_uniform(bits_.word[used_++]));
  }

 private:
  std::uint64_t row_;
  std::uint32_t block_ = 0;
  int used_ = 4;
  RandomBits bits_ = {};
};

}  // namespace losscast::bench
