// Where a run is cut into blocks.
#pragma once

#include <span>
#include <vector>

#include "losscast/model/model.hpp"

namespace losscast {

// What decides on the blocks of a run.
struct BlockPlan {
  const Recipe& recipe;
  double weight_decay;  // of a recipe that does not say its own
  bool has_norm;        // whether the law depends on the weight norm
  Step longest;         // of a block, where the law is anything but smooth
};

// Edges of nearly equal blocks of at most `longest` updates between the borders of the schedule's segments, the changes
// of weight decay and batch size, and the steps (ascending); to the last of those. In a run of more than 32,000 updates
// blocks are longer in proportion to it, as far as the LR hardly moves in them, the norm hardly relaxes, and they are
// short against what came before: no less exact, and hardly more of them in a longer run.
std::vector<Step> block_edges(const BlockPlan& plan, std::span<const Step> steps);

}  // namespace losscast
