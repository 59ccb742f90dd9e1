/// \file
/// What a search minimises.
#pragma once

#include <string>

namespace losscast {

/// A number that is made of the law of the final loss. [nats]
struct Objective {
  /// Which number.
  enum class Kind {
    mean,       ///< the expected final loss
    quantile,   ///< the loss that the final loss exceeds with probability 1 - level
    tail_mean,  ///< the mean of the worst 1 - level of the final losses (expected shortfall)
  };
  Kind kind = Kind::mean;  ///< which number
  double level = 0.95;     ///< 0 < level < 1; of quantile and tail_mean
};

/// Such as "mean" or "tail mean (95%)".
std::string objective_name(const Objective& objective);

}  // namespace losscast
