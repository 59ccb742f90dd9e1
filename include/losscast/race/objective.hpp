// What a search minimises.
#pragma once

#include <string>

namespace losscast {

struct Objective {
  enum class Kind {
    mean,       // the expected final loss
    quantile,   // the loss that the final loss exceeds with probability 1 - level
    tail_mean,  // the mean of the worst 1 - level of the final losses (expected shortfall)
  };
  Kind kind = Kind::mean;
  double level = 0.95;  // 0 < level < 1; of quantile and tail_mean
};

// Such as "mean" or "tail mean (95%)".
std::string objective_name(const Objective& objective);

}  // namespace losscast
