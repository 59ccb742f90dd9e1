/// \file
/// Sobol's low-discrepancy sequence, randomised by a digital shift.
#pragma once

#include <cstdint>

#include "losscast/random/streams.hpp"

namespace losscast {

inline constexpr int kSobolDimensions = 16;  ///< coordinates of a point

/// One of many independent randomisations of the sequence.
struct SobolRandomisation {
  std::uint64_t seed = 1;          ///< of its random words
  Stream stream = Stream::search;  ///< that they are from
  std::uint64_t number = 0;        ///< which one
};

/// Coordinate `dimension` (0 ... kSobolDimensions - 1) of point `index` in [0, 1), with 32 binary digits: direction
/// numbers of Joe & Kuo 2008, each dimension shifted by its own random word of the randomisation. The first 2^k
/// points fall one each into the 2^k equal intervals of every coordinate.
double sobol(const SobolRandomisation& randomisation, std::uint32_t index, int dimension);

}  // namespace losscast
