// Final losses of paths that cross a run in few blocks: for choosing among very many schedules.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "losscast/engine/execution.hpp"
#include "losscast/engine/performance.hpp"
#include "losscast/model/loss_sde.hpp"

namespace losscast {

// Blocks lie as make_coarse_table() lays them, each schedule with blocks of its own, and a block's number is the step
// under which its random numbers are found: schedules share them, block by block. A block's hills and river move by
// their exact conditional moments, whatever its length; one jump at most falls into a block, at its end.
class CoarseEnsemble {
 public:
  // Throws InputError for a barrier, which needs short blocks; DeviceError as run() does.
  CoarseEnsemble(const LossSde& sde, std::uint64_t seed, const Execution& execution);
  ~CoarseEnsemble();
  CoarseEnsemble(CoarseEnsemble&&) noexcept;

  std::int64_t draws() const;

  // Final losses [nats] of each schedule on paths first ... first + count - 1, out[schedule * count + path]; path p has
  // draw p mod draws(). Each segment of a schedule takes `blocks_per_segment` blocks. Precondition: recipes.size() <=
  // kMostSchedulesAtOnce.
  void evaluate(std::span<const Recipe> recipes, int blocks_per_segment, std::int64_t first, std::int64_t count,
                std::span<float> out);
  static constexpr std::size_t kMostSchedulesAtOnce = 8192;

  // What all calls took.
  const Performance& performance() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace losscast
