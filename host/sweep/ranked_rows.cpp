#include "losscast/sweep/ranked_rows.hpp"

#include <algorithm>

#include "losscast/base/contract.hpp"
#include "losscast/base/parallel_in_order.hpp"

namespace losscast {
namespace {

// Those of a result in memory.
class RowsInMemory final : public RankedRows {
 public:
  explicit RowsInMemory(std::span<const RankedCandidate> ranked) : ranked_(ranked) {}

  std::size_t size() const override { return ranked_.size(); }

  std::vector<RankedCandidate> make(std::size_t first, std::size_t count) const override {
    const auto rows = ranked_.subspan(first, count);
    return {rows.begin(), rows.end()};
  }

 private:
  std::span<const RankedCandidate> ranked_;
};

// The counts of candidates that come one after another.
class Counter {
 public:
  void add(std::span<const RankedCandidate> next) {
    for (const RankedCandidate& one : next) {
      ++counts_.candidates;
      ++count_of(one.statistics.status);
      reductions_.push_back(one.statistics.reduction);
      if (one.extrapolations.empty()) continue;
      if (counts_.extrapolating++ > 0) continue;
      counts_.first_extrapolating = counts_.candidates;
      counts_.first_extrapolations = one.extrapolations;
    }
  }

  // Those of the candidates after the ones that were added.
  void append(const Counter& next) {
    if (counts_.extrapolating == 0 && next.counts_.extrapolating > 0) {
      counts_.first_extrapolating = counts_.candidates + next.counts_.first_extrapolating;
      counts_.first_extrapolations = next.counts_.first_extrapolations;
    }
    counts_.candidates += next.counts_.candidates;
    counts_.ok += next.counts_.ok;
    counts_.diverged += next.counts_.diverged;
    counts_.non_finite += next.counts_.non_finite;
    counts_.extrapolating += next.counts_.extrapolating;
    reductions_.insert(reductions_.end(), next.reductions_.begin(), next.reductions_.end());
  }

  SweepCounts counts() && {
    if (!reductions_.empty()) {
      const auto middle = reductions_.begin() + static_cast<std::ptrdiff_t>(reductions_.size() / 2);
      std::nth_element(reductions_.begin(), middle, reductions_.end());
      counts_.median_reduction = *middle;
    }
    return std::move(counts_);
  }

 private:
  std::size_t& count_of(Status status) {
    if (status == Status::ok) return counts_.ok;
    return status == Status::diverged ? counts_.diverged : counts_.non_finite;
  }

  SweepCounts counts_;
  std::vector<double> reductions_;
};

}  // namespace

std::shared_ptr<const RankedRows> rows_of(const SweepResult& result) {
  return result.rows ? result.rows : std::make_shared<RowsInMemory>(result.ranked);
}

SweepCounts count_ranked(const RankedRows& rows, const RowChunks& chunks, const RowVisitor& visit) {
  LOSSCAST_EXPECTS(chunks.rows > 0);
  const std::size_t size = rows.size(), parts = (size + chunks.rows - 1) / chunks.rows;
  Counter all;
  parallel_for_in_order(static_cast<std::int64_t>(parts), chunks.threads, [&](std::int64_t part) {
    const std::size_t first = static_cast<std::size_t>(part) * chunks.rows;
    const std::vector<RankedCandidate> made = rows.make(first, std::min(chunks.rows, size - first));
    Counter of_part;
    of_part.add(made);
    auto rest = visit ? visit(first, made) : std::function<void()>();
    return [&all, of_part = std::move(of_part), rest = std::move(rest)] {
      if (rest) rest();
      all.append(of_part);
    };
  });
  return std::move(all).counts();
}

SweepCounts count_ranked(std::span<const RankedCandidate> ranked) {
  Counter all;
  all.add(ranked);
  return std::move(all).counts();
}

}  // namespace losscast
