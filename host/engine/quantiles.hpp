// Quantiles of a loss over paths, how sure they are, and the mean beyond one of them.
#pragma once

#include <cstdint>
#include <span>

#include "engine/jump_sum.hpp"
#include "losscast/engine/statistics.hpp"
#include "losscast/random/pairing.hpp"

namespace losscast {

// One loss of each path from `first_path` on, whose pairs and draws are as `pairing` says.
struct PathLosses {
  std::span<const float> values;
  std::uint64_t first_path;
  Pairing pairing;
  std::int64_t draws;
};

// Adds quantiles, their intervals and the tail mean of the losses, which `ascending` holds again, a lost one as
// +infinity. With `jumps`, a loss is that of a path plus a sum of jumps which is independent of it.
//
// The q with F(q) = p lies where the estimated F is within its error of p. That error s comes from the shares of the
// losses below q that the units of the paths have, as that of a mean does (Woodruff 1952; Korn & Graubard 1998): hence
// it holds for pairs and for draws that are spread evenly. As a binomial share is skewed, the range of 1.96 s around p
// is shifted by (1 - 2 p) (1.96^2 - 1) / 6 of the number of paths p (1 - p) / s^2 that would have this error (Cornish &
// Fisher 1938).
void add_quantiles(const PathLosses& losses, std::span<const float> ascending, const JumpSum* jumps,
                   Statistics& statistics);

}  // namespace losscast
