/// \file
/// How many candidates of a sweep are of which kind.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace losscast {

/// Of all ranked candidates.
struct SweepCounts {
  std::size_t candidates = 0;     ///< all of them
  std::size_t ok = 0;             ///< have a loss on every path
  std::size_t diverged = 0;       ///< have lost paths
  std::size_t non_finite = 0;     ///< have values that are no numbers
  std::size_t extrapolating = 0;  ///< lie outside the training curves of the fit
  /// Rank of the first of these, from 1; 0 if there is none.
  std::size_t first_extrapolating = 0;
  std::vector<std::string> first_extrapolations;  ///< in what its schedule lies outside
  double median_reduction = 1;                    ///< of Statistics::reduction, the higher of the two in the middle
};

}  // namespace losscast
