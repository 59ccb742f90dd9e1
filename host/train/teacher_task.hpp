// Examples whose targets a random network sets.
#pragma once

#include <cstdint>

#include "train/network.hpp"

namespace losscast {

struct Batch {
  Matrix inputs, targets;  // a column for each example
};

class TeacherTask {
 public:
  // The seed is that of the examples; the targets are always those of the same network.
  TeacherTask(int inputs, int outputs, std::uint64_t seed);

  // Examples first, first + 1, ... of those to train on.
  Batch training_batch(std::uint64_t first, int examples) { return batch(first, examples); }

  // Other ones.
  Batch held_out_batch(int examples) { return batch(kHeldOut, examples); }

 private:
  static constexpr std::uint64_t kHeldOut = std::uint64_t{1} << 62;

  Batch batch(std::uint64_t first, int examples);

  int inputs_;
  std::uint64_t seed_;
  Network teacher_;
  float scale_ = 1;  // of its outputs
};

}  // namespace losscast
