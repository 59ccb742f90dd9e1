// The barrier's mode by its density instead of by paths: what estimates of divergence are judged by. Shares no code
// with the engine's simulation.
#pragma once

#include <span>
#include <vector>

#include "bench/common/experiment.hpp"
#include "losscast/engine/ensemble.hpp"

namespace losscast::bench {

// What a block does to the mode: z' = z - kappa V z + V sqrt((s^2 + g^2 z^2) / m) N(0, 1).
struct ModeBlock {
  double strain;  // V, summed over the block's steps
  double steps;   // m
};

// Blocks of `block` steps of a schedule, for a path with these parameters.
std::vector<ModeBlock> mode_blocks(const Experiment& request, const Recipe& recipe, Step block,
                                   std::span<const double> parameters);

// P(|z| > limit at some time), from z = 0: backward in time by the Chapman-Kolmogorov equation, on `points` intervals
// of 0 <= z <= limit. By the trapezoidal rule, which is exact to rounding but at the limit, where its error is of the
// square of the interval over a block's standard deviation; a block whose deviation is below an interval is taken by
// Gauss-Hermite nodes and cubic interpolation.
double divergence_by_density(const Spikes& spikes, std::span<const ModeBlock> blocks, int points);

}  // namespace losscast::bench
