// Logs with junk among their rows, as real ones have it.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "bench/common/normals.hpp"
#include "losscast/fit/curve.hpp"

namespace losscast::bench {

enum class Junk {
  spikes,   // 2 nats at once, which fall by 40% a row, until 5e-3 nats are left
  zeros,    // scattered rows of loss 0
  repeats,  // stretches of 8 rows that hold the loss of the row before them
  up,       // scattered rows 1 nat above
  down,     // 1 nat below
  tail,     // the last rows, which leave the curve at a growing speed, by 2 nats at the end
};
inline constexpr Junk kAllJunk[] = {Junk::spikes, Junk::zeros, Junk::repeats, Junk::up, Junk::down, Junk::tail};

const char* junk_name(Junk junk);

// Replaces this share of the points by junk, and returns which they are, ascending.
std::vector<std::size_t> add_junk(std::vector<CurvePoint>& points, Junk junk, double share, Normals& normal);

}  // namespace losscast::bench
