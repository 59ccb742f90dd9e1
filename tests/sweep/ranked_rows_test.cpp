#include "losscast/sweep/ranked_rows.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "losscast/base/error.hpp"
#include "tests/sweep/made_rows.hpp"

namespace losscast::test {
namespace {

constexpr std::size_t kSize = 1000;

void expect_counts_of_all(const SweepCounts& counts) {
  EXPECT_EQ(counts.candidates, kSize);
  EXPECT_EQ(counts.ok, 990u);
  EXPECT_EQ(counts.diverged, 5u);
  EXPECT_EQ(counts.non_finite, 5u);
  EXPECT_EQ(counts.extrapolating, 10u);
  EXPECT_EQ(counts.first_extrapolating, 43u);
  EXPECT_EQ(counts.first_extrapolations, (std::vector<std::string>{"peak_lr 42", "total_steps, low"}));
  std::vector<double> reductions;
  for (std::size_t i = 0; i < kSize; ++i) reductions.push_back(made_row(i, kSize).statistics.reduction);
  std::sort(reductions.begin(), reductions.end());
  EXPECT_EQ(counts.median_reduction, reductions[kSize / 2]);
}

TEST(CountRanked, CountsTheSameInWhateverChunksRowsAreMade) {
  for (const int threads : {1, 2, 7})
    for (const std::size_t chunk : {1, 37, 1000, 5000}) {
      const MadeRows rows(kSize);
      expect_counts_of_all(count_ranked(rows, {threads, chunk}));
      EXPECT_EQ(rows.made(), kSize) << "each is made once";
    }
}

TEST(CountRanked, CountsWhatIsInMemory) {
  SweepResult result;
  result.ranked = MadeRows(kSize).make(0, kSize);
  expect_counts_of_all(count_ranked(result.ranked));
  expect_counts_of_all(count_ranked(*rows_of(result)));
}

TEST(CountRanked, HasNothingToCountInNoRows) {
  const SweepCounts counts = count_ranked(MadeRows(0));
  EXPECT_EQ(counts.candidates, 0u);
  EXPECT_EQ(counts.first_extrapolating, 0u);
}

TEST(CountRanked, ShowsEveryRowInOrder) {
  std::vector<double> means;  // not guarded: what visitors return is called one at a time
  count_ranked(MadeRows(kSize), {3, 37}, [&](std::size_t first, std::span<const RankedCandidate> rows) {
    EXPECT_EQ(rows.front().statistics.mean, made_row(first, kSize).statistics.mean);
    std::vector<double> some;
    for (const RankedCandidate& one : rows) some.push_back(one.statistics.mean);
    return [&means, some] { means.insert(means.end(), some.begin(), some.end()); };
  });
  ASSERT_EQ(means.size(), kSize);
  EXPECT_TRUE(std::is_sorted(means.begin(), means.end()));
}

TEST(CountRanked, ThrowsWhatRowsThrow) {
  EXPECT_THROW(count_ranked(MadeRows(kSize, 500), {2, 10}), std::runtime_error);
}

TEST(RowsOf, PrefersRowsToTheFirstOnes) {
  SweepResult result;
  result.ranked = MadeRows(kSize).make(0, 10);
  EXPECT_EQ(rows_of(result)->size(), 10u);
  EXPECT_EQ(rows_of(result)->make(3, 2)[1].statistics.mean, result.ranked[4].statistics.mean);
  result.rows = std::make_shared<MadeRows>(kSize);
  EXPECT_EQ(rows_of(result)->size(), kSize);
}

}  // namespace
}  // namespace losscast::test
