#pragma once

#include <atomic>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "losscast/schedule/families.hpp"
#include "losscast/sweep/ranked_rows.hpp"

namespace losscast::test {

// A candidate that depends on its place alone: the last hundredth has lost paths, and some lie outside the training
// curves.
inline RankedCandidate made_row(std::size_t place, std::size_t size) {
  const double number = std::sqrt(static_cast<double>(place) + 2);
  const Arguments arguments = {{{"family", std::string("linear")}, {"peak_lr", 1e-3 / number}, {"total_steps", 100.0}}};
  RankedCandidate row = {.candidate = {0, arguments, make_schedule(arguments)},
                         .statistics = {.mean = number, .reduction = 1 + std::fmod(7 * number, 5.0), .q05 = -number},
                         .difference = {.mean = number - std::sqrt(2.0)},
                         .paths = 64,
                         .extrapolations = {},
                         .known = {.p_within = 1 / number}};
  if (place >= size - size / 100) row.statistics.status = place % 2 == 0 ? Status::diverged : Status::non_finite;
  if (place % 100 == 42) row.extrapolations = {"peak_lr " + std::to_string(place), "total_steps, low"};
  return row;
}

// Makes them when they are asked for.
class MadeRows final : public RankedRows {
 public:
  explicit MadeRows(std::size_t size, std::size_t fails_at = std::numeric_limits<std::size_t>::max())
      : size_(size), fails_at_(fails_at) {}

  std::size_t size() const override { return size_; }

  std::vector<RankedCandidate> make(std::size_t first, std::size_t count) const override {
    if (first <= fails_at_ && fails_at_ < first + count) throw std::runtime_error("no such row");
    made_ += count;
    std::vector<RankedCandidate> rows;
    for (std::size_t i = 0; i < count; ++i) rows.push_back(made_row(first + i, size_));
    return rows;
  }

  std::size_t made() const { return made_; }  // so far

 private:
  std::size_t size_, fails_at_;
  mutable std::atomic<std::size_t> made_ = 0;
};

}  // namespace losscast::test
