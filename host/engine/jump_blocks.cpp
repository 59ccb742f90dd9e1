#include "engine/jump_blocks.hpp"

#include <algorithm>

namespace losscast {

std::vector<JumpBlock> jump_blocks(std::span<const SpikedBlockRow> rows) {
  std::vector<JumpBlock> blocks(rows.size());
  double left = 1;
  for (std::size_t b = blocks.size(); b-- > 0;) {
    blocks[b] = {static_cast<double>(rows[b].spikes.jump_probability),
                 static_cast<double>(rows[b].spikes.mean_jump) * left};
    left *= static_cast<double>(rows[b].spikes.jump_keep);
  }
  double expected = 0;
  const auto first = std::find_if(blocks.begin(), blocks.end(), [&](const JumpBlock& block) {
    return (expected += block.probability * block.mean) >= 0x1p-32;
  });
  blocks.erase(blocks.begin(), first);
  return blocks;
}

double expectation(const std::vector<JumpBlock>& blocks) {
  double sum = 0;
  for (const JumpBlock& block : blocks) sum += block.probability * block.mean;
  return sum;
}

double variance(const std::vector<JumpBlock>& blocks) {
  double sum = 0;
  for (const JumpBlock& block : blocks) sum += block.probability * (2 - block.probability) * block.mean * block.mean;
  return sum;
}

}  // namespace losscast
