#include "engine/added_jumps.hpp"

#include <span>

namespace losscast {

AddedJumps::AddedJumps(const LossSde& sde, const Grid& grid, const Recipe& recipe)
    : rows_(spiked_rows(sde, grid, recipe)), record_after_(grid.record_after) {}

std::vector<JumpBlock> AddedJumps::until(std::size_t record) const {
  return jump_blocks(std::span(rows_).first(static_cast<std::size_t>(record_after_[record])));
}

}  // namespace losscast
