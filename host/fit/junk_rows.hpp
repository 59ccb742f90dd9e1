// Rows of a log that say nothing of the run: found by comparison with their neighbours, before the law is believed.
//
// What is compared is the residual, measured - law, of which the neighbourhood is flat: the law takes out how the loss
// falls. Its own misfit hangs together over many rows, so it moves the neighbours as well and is never junk; nor is a
// step, after which the loss stays where it went.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "losscast/fit/disowned_rows.hpp"

namespace losscast {

// Consecutive rows of one curve, first ... last.
struct JunkRows {
  DisownedKind kind;
  std::size_t first, last;
  double size;  // the largest distance from the neighbours' level, with its sign [nats]
};

// How far a row lies from the run by itself: robust standard deviation of the residuals' fast part, from their third
// differences (1.4826 times the median size, over sqrt 20), which neither slow misfit nor a few odd rows move. 0 for
// fewer than four. [nats]
double fast_noise(std::span<const double> residuals);

// The junk among a curve's rows, in their order (docs/models.md, "Junk rows"); none of fewer than eight rows.
std::vector<JunkRows> find_junk(std::span<const double> losses, std::span<const double> residuals);

}  // namespace losscast
