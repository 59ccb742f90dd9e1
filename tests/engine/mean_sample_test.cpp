// What is said of a mean: its two errors, from samples whose truth is known.
#include "losscast/engine/mean_sample.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "losscast/random/counter.hpp"
#include "losscast/random/normal.hpp"

namespace losscast::test {
namespace {

double normal(std::uint64_t seed, std::uint64_t number) {
  float four[4];
  normals4(random_bits(seed, Stream::noise, number, 0, 0), four);
  return static_cast<double>(four[0]);
}

// Units around 3 with a spread of `between` from draw to draw and `within` a draw.
MeanSample sample_of(std::uint64_t seed, std::size_t units, std::int64_t draws, double between, double within) {
  MeanSample sample;
  sample.centre = 3;
  sample.draws = draws;
  for (std::size_t i = 0; i < units; ++i) {
    const auto draw = static_cast<std::uint64_t>(i) % static_cast<std::uint64_t>(draws);
    sample.units.push_back(
        static_cast<float>(between * normal(1, draw) + within * normal(seed, static_cast<std::uint64_t>(i))));
  }
  return sample;
}

TEST(MeanSample, HasTheErrorOfItsUnits) {
  const MeanSample sample{2.5, {0.1f, 0.3f, 0.2f, 0.4f}, 1, {}};
  const MeanEstimate estimate = estimate_mean(sample);
  EXPECT_NEAR(estimate.mean, 2.75, 1e-8);
  // Three degrees of freedom, of which four units leave one: Student's 97.5% quantile is 12.706 there.
  EXPECT_EQ(estimate.freedom, 1);
  EXPECT_NEAR(estimate.simulation_error, std::sqrt((0.0225 + 0.0025) * 2 / 3 / 4) * 12.7062 / 1.959964, 1e-6);
  EXPECT_NEAR(half_width(estimate, 0.95), 1.959964 * estimate.simulation_error, 1e-7);
  EXPECT_NEAR(half_width(estimate, 0.9) / half_width(estimate, 0.95), 6.313752 / 12.70620, 1e-6);
  EXPECT_EQ(estimate.posterior_error, 0);
}

// Given the draws, what differs from draw to draw is no error of the mean over them.
TEST(MeanSample, WithSeveralUnitsADrawTheErrorIsThatWithinTheDraws) {
  const MeanSample sample = sample_of(7, 3 * 512, 512, 0.01, 1e-4);
  const double expected = 1e-4 / std::sqrt(3 * 512);
  EXPECT_NEAR(estimate_mean(sample).simulation_error / expected, 1, 4 / std::sqrt(2.0 * 1024));
  // Control: without the draws it would look a hundred times as large.
  MeanSample without = sample;
  without.draws = 1;
  EXPECT_GT(estimate_mean(without).simulation_error, 50 * expected);
}

TEST(MeanSample, WithOneUnitADrawTheErrorHoldsTheSpreadOfTheDraws) {
  const MeanSample sample = sample_of(7, 512, 512, 0.01, 1e-4);
  const MeanEstimate estimate = estimate_mean(sample);
  EXPECT_NEAR(estimate.freedom, 15, 0.3);
  constexpr double kStudent = 2.134 / 1.96;  // for so many batches
  EXPECT_NEAR(estimate.simulation_error * std::sqrt(512) / 0.01 / kStudent, 1, 4 / std::sqrt(2.0 * 15));
}

// Draws that are spread evenly within each batch: the spread of single units knows nothing of that, that of the batches
// does. Here the units of a batch have its own shift and nothing else in their mean.
TEST(MeanSample, DrawsThatAreSpreadEvenlyAreJudgedByTheirBatches) {
  MeanSample sample;
  sample.draws = 4096;
  sample.first_unit = 5;
  double shifts[16], mean = 0, squares = 0;
  for (std::size_t b = 0; b < 16; ++b) mean += (shifts[b] = 1e-3 * normal(9, b)) / 16;
  for (const double shift : shifts) squares += (shift - mean) * (shift - mean);
  for (std::size_t i = 0; i < 1024; ++i)
    sample.units.push_back(static_cast<float>(shifts[(i + 5) % 16] + (i / 16 % 2 == 0 ? 0.05 : -0.05)));
  constexpr double kStudent = 2.132 / 1.96;
  EXPECT_NEAR(estimate_mean(sample).simulation_error / kStudent, std::sqrt(squares / 15 / 16), 1e-6);
}

TEST(MeanSample, TheErrorOfThePosteriorComesFromBatchesOfTheDraws) {
  constexpr std::int64_t kDraws = 4096;
  std::vector<float> values;
  for (std::uint64_t d = 0; d < kDraws; ++d) values.push_back(static_cast<float>(3 + 0.01 * normal(3, d)));
  const MeanSample sample{0, values, kDraws, batch_means(values, kDraws)};
  EXPECT_EQ(sample.batches.size(), 16U);
  const double expected = 0.01 / std::sqrt(static_cast<double>(kDraws));
  EXPECT_NEAR(estimate_mean(sample).posterior_error / expected, 1, 4 / std::sqrt(2.0 * 15));
  // A quarter of the draws tells as much of how sure the mean over all of them will be.
  const std::vector<float> quarter(values.begin(), values.begin() + kDraws / 4);
  const MeanSample part{0, quarter, kDraws, batch_means(quarter, kDraws)};
  EXPECT_NEAR(estimate_mean(part).posterior_error / expected, 1, 4 / std::sqrt(2.0 * 15));
}

TEST(MeanSample, DifferencesArePairedUnitByUnit) {
  const MeanSample a{3.5, {0.1f, 0.2f, 0.3f}, 1, {3.6, 3.8}}, b{3.0, {0.0f, 0.1f, 0.2f, 9.0f}, 1, {3.1, 3.2}};
  const MeanEstimate difference = estimate_difference(a, b);
  EXPECT_NEAR(difference.mean, 0.6, 1e-7);
  EXPECT_NEAR(difference.simulation_error, 0, 1e-7);
  EXPECT_NEAR(difference.posterior_error, 0.05, 1e-9);
}

TEST(MeanSample, LeavesOutWhatWasLost) {
  const float lost = std::numeric_limits<float>::quiet_NaN();
  const MeanEstimate estimate = estimate_mean({1, {0.5f, lost, 1.5f}, 1, {}});
  EXPECT_NEAR(estimate.mean, 2, 1e-9);
  EXPECT_GT(estimate.simulation_error, std::sqrt(0.5 / 2));
  const MeanEstimate nothing = estimate_mean({1, {lost, lost}, 1, {}});
  EXPECT_TRUE(std::isinf(nothing.mean));
  EXPECT_TRUE(std::isnan(nothing.simulation_error));
  EXPECT_TRUE(std::isnan(estimate_mean({1, {0.5f}, 1, {}}).simulation_error));
}

}  // namespace
}  // namespace losscast::test
