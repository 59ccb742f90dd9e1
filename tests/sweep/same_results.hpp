// Results of sweeps that must be the same to the last bit.
#pragma once

#include <gtest/gtest.h>

#include "format/packed.hpp"
#include "losscast/schedule/schedule_text.hpp"
#include "losscast/sweep/ranked_rows.hpp"
#include "sweep/packed_results.hpp"

namespace losscast::test {

// The bytes of a candidate, of which some are NaN.
inline std::string bytes_of(const RankedCandidate& one) {
  return schedule_text(one.candidate.arguments) + packed(one.statistics) + packed(one.difference) + packed(one.known) +
         packed(one.paths) + packed(one.extrapolations);
}

inline std::string bytes_of(const KnownRanking& known) {
  return packed(known.delta) + packed(known.draws) + packed(known.undecided) + packed(known.others) +
         packed(known.undecided_others) + (known.next_run ? schedule_text(*known.next_run) : "") +
         packed(known.next_run_deviation);
}

inline std::string bytes_of(const SweepBands& bands) {
  std::vector<std::uint64_t> ranks(bands.ranks.begin(), bands.ranks.end());
  return packed(ranks) + packed(std::uint64_t{bands.finalists}) + packed(bands.fractions) + packed(bands.steps) +
         packed(bands.statistics);
}

// Expects that everything is the same but for times, and what a computation took.
inline void expect_same(const SweepResult& a, const SweepResult& b) {
  const auto rows_a = rows_of(a), rows_b = rows_of(b);
  ASSERT_EQ(rows_a->size(), rows_b->size());
  const std::vector<RankedCandidate> all_a = rows_a->make(0, rows_a->size()), all_b = rows_b->make(0, rows_b->size());
  for (std::size_t i = 0; i < all_a.size(); ++i) EXPECT_EQ(bytes_of(all_a[i]), bytes_of(all_b[i])) << i;
  EXPECT_EQ(bytes_of(a.known), bytes_of(b.known));
  EXPECT_EQ(packed(a.step_error.block), packed(b.step_error.block));
  EXPECT_EQ(packed(a.levers), packed(b.levers));
  ASSERT_EQ(a.bands.has_value(), b.bands.has_value());
  if (a.bands) {
    EXPECT_EQ(bytes_of(*a.bands), bytes_of(*b.bands));
  }
}

}  // namespace losscast::test
