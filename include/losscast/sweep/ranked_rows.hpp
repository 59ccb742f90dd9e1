/// \file
/// The ranked candidates of a sweep, a few at a time.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "losscast/sweep/result.hpp"

namespace losscast {

/// The ranked candidates of a sweep, made when they are asked for, as there may be more than memory holds.
class RankedRows {
 public:
  /// Rows are deleted through their base.
  virtual ~RankedRows() = default;

  /// The number of candidates.
  virtual std::size_t size() const = 0;

  /// Makes the candidates of ranks first + 1 ... first + count. Called by several threads at once. Precondition: there
  /// are so many.
  virtual std::vector<RankedCandidate> make(std::size_t first, std::size_t count) const = 0;
};

/// All candidates of a result: its rows or, without such, a view of `ranked`, which must not change meanwhile.
std::shared_ptr<const RankedRows> rows_of(const SweepResult& result);

/// How rows are gone through.
struct RowChunks {
  int threads = 0;         ///< 0: as many as cores
  std::size_t rows = 256;  ///< that a thread makes at a time
};

/// Called with some consecutive rows and the number of the first, from 0, on whichever thread made them; what it
/// returns is called in the order of the ranks, one at a time.
using RowVisitor = std::function<std::function<void()>(std::size_t first, std::span<const RankedCandidate> rows)>;

/// Makes all rows, each once, shows them to `visit` if there is one, and counts them. No more of them are in memory
/// than the threads have in hand. Throws what make() or the visitor throws.
SweepCounts count_ranked(const RankedRows& rows, const RowChunks& chunks = {}, const RowVisitor& visit = {});

/// Counts candidates that are all in memory.
SweepCounts count_ranked(std::span<const RankedCandidate> ranked);

}  // namespace losscast
