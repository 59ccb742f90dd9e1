/// \file
/// When a computation in rounds ends before it has reached its goal.
#pragma once

#include <cstdint>
#include <optional>

namespace losscast {

/// What a computation in rounds may spend. What is not set does not limit it.
struct StopRules {
  std::optional<std::int64_t> path_steps;  ///< what all rounds together may take
  std::optional<double> seconds;           ///< a round that is predicted to end later is not begun
  std::optional<int> rounds;               ///< the most rounds; repeats a computation that was stopped by its seconds

  /// Whether anything limits it.
  bool any() const { return path_steps || seconds || rounds; }
};

}  // namespace losscast
