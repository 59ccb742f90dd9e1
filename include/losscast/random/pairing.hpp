/// \file
/// How the random numbers of paths depend on one another.
#pragma once

namespace losscast {

/// Which paths share random numbers.
enum class Pairing {
  independent,  ///< path p has the random numbers of number p
  /// Paths 2 i and 2 i + 1 have the same draw and the random numbers of number i, the second one mirrored: normal
  /// variates negated, uniform ones taken from 1 (Hammersley & Morton 1956).
  antithetic,
};

}  // namespace losscast
