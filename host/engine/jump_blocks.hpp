// Where the jumps' part Z of a loss comes from. Z is a sum of independent parts, one a block, whatever the draw and the
// rest of the path: in block b some jumps happen with probability p_b, and leave an exponential of mean mu_b, their
// mean at the block's end times how it fades until the loss is read.
#pragma once

#include <span>
#include <vector>

#include "kernels/ensemble.hpp"

namespace losscast {

struct JumpBlock {
  double probability;  // p_b
  double mean;         // mu_b [nats]
};

// The blocks whose jumps matter for a loss after the last of these rows. The first blocks are left out as long as their
// jumps are expected to leave less than 2^-32 nats, the unit of the engine's sums.
std::vector<JumpBlock> jump_blocks(std::span<const SpikedBlockRow> rows);

double expectation(const std::vector<JumpBlock>& blocks);  // of Z [nats]
double variance(const std::vector<JumpBlock>& blocks);

}  // namespace losscast
