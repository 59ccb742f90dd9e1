// Results of sweeps that must be the same to the last bit.
#pragma once

#include <gtest/gtest.h>

#include "format/packed.hpp"
#include "losscast/schedule/schedule_text.hpp"
#include "losscast/sweep/ranked_rows.hpp"
#include "sweep/packed_results.hpp"
#include "tests/race/same_search.hpp"

namespace losscast::test {

// The bytes of a candidate, of which some are NaN.
inline std::string bytes_of(const RankedCandidate& one) {
  return schedule_text(one.candidate.arguments) + packed(one.statistics) + packed(one.difference) + packed(one.known) +
         packed(one.paths) + packed(one.extrapolations) + packed(one.divergence);
}

inline std::string bytes_of(const KnownRanking& known) {
  return packed(known.delta) + packed(known.draws) + packed(known.undecided) + packed(known.others) +
         packed(known.undecided_others) + (known.next_run ? schedule_text(*known.next_run) : "") +
         packed(known.next_run_gain);
}

inline std::string bytes_of(const SweepBands& bands) {
  std::vector<std::uint64_t> ranks(bands.ranks.begin(), bands.ranks.end());
  return packed(ranks) + packed(std::uint64_t{bands.finalists}) + packed(bands.fractions) + packed(bands.steps) +
         packed(bands.statistics);
}

inline void expect_same(const StepsToLoss& a, const StepsToLoss& b) {
  EXPECT_EQ(a.loss, b.loss);
  EXPECT_EQ(a.steps, b.steps);
  EXPECT_EQ(a.above, b.above);
  EXPECT_EQ(a.is_stopped, b.is_stopped);
  EXPECT_EQ(a.low, b.low);
  EXPECT_EQ(a.high, b.high);
  ASSERT_EQ(a.probes.size(), b.probes.size());
  for (std::size_t i = 0; i < a.probes.size(); ++i) {
    EXPECT_EQ(a.probes[i].steps, b.probes[i].steps) << i;
    EXPECT_EQ(a.probes[i].mean, b.probes[i].mean) << i;
    EXPECT_EQ(a.probes[i].end, b.probes[i].end) << i;
  }
}

inline void expect_same(const SweepCertificate& a, const SweepCertificate& b) {
  EXPECT_EQ(a.certified, b.certified);
  expect_same(a.search, b.search);
  EXPECT_EQ(a.alternatives, b.alternatives);
  EXPECT_EQ(a.next_run, b.next_run);
  ASSERT_EQ(a.risks.size(), b.risks.size());
  for (std::size_t i = 0; i < a.risks.size(); ++i) EXPECT_EQ(a.risks[i].probability, b.risks[i].probability) << i;
  ASSERT_EQ(a.steps_to_loss.has_value(), b.steps_to_loss.has_value());
  if (a.steps_to_loss) expect_same(*a.steps_to_loss, *b.steps_to_loss);
}

// Expects that everything is the same but for times, and what a ranking took.
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
  ASSERT_EQ(a.certificate.has_value(), b.certificate.has_value());
  if (a.certificate) {
    expect_same(*a.certificate, *b.certificate);
    expect_same(a.performance, b.performance);
  }
}

}  // namespace losscast::test
