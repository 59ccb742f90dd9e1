/// \file
/// Final losses of paths that cross a run in few blocks: for choosing among very many schedules.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "losscast/engine/execution.hpp"
#include "losscast/engine/performance.hpp"
#include "losscast/model/loss_sde.hpp"

namespace losscast {

/// Each schedule has blocks of its own, as make_coarse_table() lays them. The random numbers of a block are addressed
/// by its number, so that the schedules share them block by block. Hills and river move across a block by their exact
/// conditional moments, whatever its length. Its jumps count as one, of their probability and mean: what they add has
/// the right mean, but in blocks of many jumps too large a spread.
class CoarseEnsemble {
 public:
  /// Throws InputError for a barrier, which needs short blocks; DeviceError as run() does.
  CoarseEnsemble(const LossSde& sde, std::uint64_t seed, const Execution& execution);
  /// Frees the tables and whatever lies on the GPUs.
  ~CoarseEnsemble();
  /// Leaves nothing behind that may be used.
  CoarseEnsemble(CoarseEnsemble&&) noexcept;

  /// Draws of the parameters.
  std::int64_t draws() const;

  /// Final losses [nats] of each schedule on paths first ... first + count - 1, out[schedule * count + path]; path p
  /// has draw p mod draws(). Each segment of a schedule takes `blocks_per_segment` blocks. Precondition: recipes.size()
  /// <= kMostSchedulesAtOnce.
  void evaluate(std::span<const Recipe> recipes, int blocks_per_segment, std::int64_t first, std::int64_t count,
                std::span<float> out);
  /// Schedules that one call of evaluate() may take.
  static constexpr std::size_t kMostSchedulesAtOnce = 8192;

  /// What all calls took.
  const Performance& performance() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace losscast
