/// \file
/// Statistical levers: ways to the same mean with fewer paths. None of them changes what is estimated.
#pragma once

#include <optional>

#include "losscast/schedule/schedule.hpp"

namespace losscast {

/// Whether a request uses a lever.
enum class Lever {
  off,        ///< never
  automatic,  ///< where it applies and helps
  on,         ///< InputError where it cannot apply
};

/// The levers that a request may use.
struct Levers {
  /// Paths come in pairs, of which the second has the random numbers of the first mirrored. In the mean of the two,
  /// whatever is odd in these numbers cancels, above all what is linear.
  Lever antithetic = Lever::off;
  /// Each path is compared with its twin, the noise-free path of the same parameter draw. The mean of the twins over
  /// all draws is known, so that the spread of the draws no longer adds to the error of the mean.
  Lever conditional_mean = Lever::off;
  /// Optimiser steps a block of the noise-free paths; by default about 32 blocks a run.
  std::optional<Step> twin_block = {};
  /// Jumps are not simulated: their part of the loss is independent of the rest of the path, and its law is known, so
  /// that it is added to that of the paths without jumps. Means and tails have no error of their jumps then.
  Lever exact_jumps = Lever::off;
};

/// Plain simulation.
inline constexpr Levers kNoLevers{};
/// Each lever where it applies and helps.
inline constexpr Levers kAutomaticLevers{Lever::automatic, Lever::automatic, {}, Lever::automatic};

/// What a request made of its levers.
struct LeversUsed {
  Lever antithetic = Lever::off;        ///< on or off
  std::optional<Step> twin_block = {};  ///< optimiser steps a block of the twins, if there were any
  Lever exact_jumps = Lever::off;       ///< on or off
};

/// The same levers for another request, so that samples of both can be compared. No pilot decides about them again.
inline Levers as_used(const LeversUsed& used) {
  return {used.antithetic, used.twin_block ? Lever::on : Lever::off, used.twin_block, used.exact_jumps};
}

}  // namespace losscast
