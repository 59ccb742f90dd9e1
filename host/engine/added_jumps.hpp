// The jumps of one recipe, where they are added to losses that were simulated without them.
#pragma once

#include <cstddef>
#include <vector>

#include "engine/jump_blocks.hpp"
#include "engine/tables.hpp"

namespace losscast {

class AddedJumps {
 public:
  AddedJumps() = default;  // no records

  // `sde` has the jumps; the grid is that of the paths.
  AddedJumps(const LossSde& sde, const Grid& grid, const Recipe& recipe);

  // The blocks whose jumps a loss at this record of the grid holds.
  std::vector<JumpBlock> until(std::size_t record) const;

 private:
  std::vector<SpikedBlockRow> rows_;
  std::vector<int> record_after_;
};

}  // namespace losscast
