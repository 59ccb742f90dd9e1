/// \file
/// What is asked of the engine: which runs, how many paths of each, what to record.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "losscast/engine/levers.hpp"
#include "losscast/model/scheme.hpp"
#include "losscast/schedule/recipe.hpp"

namespace losscast {

/// The paths of some runs, and the random numbers and blocks that they are simulated with.
struct PathRequest {
  std::vector<Recipe> recipes;            ///< one for each run
  std::int64_t paths = 0;                 ///< of each schedule
  std::uint64_t first_path = 0;           ///< global number of the first of them; path p takes draw p mod their number
  std::uint64_t seed = 1;                 ///< of all random numbers
  Scheme scheme = Scheme::exact_moments;  ///< by which paths cross a block
  std::optional<Step> block;  ///< optimiser steps a block; by default chosen so that its bias is below kStepBiasLimit
};

/// Paths, what to record of them, and by which levers their means are sharpened.
struct EnsembleRequest : PathRequest {
  std::vector<Step> record_steps;  ///< ascending; empty: each schedule's last step only
  Levers levers;                   ///< by default none

  /// What is kept beside the statistics. `samples`: the units whose mean the last record's is, for differences between
  /// schedules. `values`: every recorded loss; the two paths of an antithetic pair are neighbours.
  enum class Keep { statistics, samples, values };
  Keep keep = Keep::statistics;  ///< what the result holds beside the statistics
};

/// The bias that blocks may have. [nats]
inline constexpr double kStepBiasLimit = 5e-4;

/// The longest block that the engine chooses. [optimiser steps]
inline constexpr Step kLongestBlock = 256;

}  // namespace losscast
