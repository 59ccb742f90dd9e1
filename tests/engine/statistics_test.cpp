#include "losscast/engine/statistics.hpp"
#include "losscast/engine/summarise.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace losscast::test {
namespace {

// Student's 97.5% quantile for one degree of freedom, over the normal one.
constexpr double kOneDegree = 12.7062047 / 1.9599640;

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

ExactMoments moments_of(const std::vector<float>& values) {
  ExactMoments out;
  for (const float v : values) out.add(v);
  return out;
}

struct Exact {
  long double mean = 0, variance = 0;
};

Exact exact(const std::vector<float>& values) {
  const auto n = static_cast<long double>(values.size());
  Exact out;
  for (const float v : values) out.mean += static_cast<long double>(v) / n;
  for (const float v : values) out.variance += (v - out.mean) * (v - out.mean) / (n - 1);
  return out;
}

// Values off the grid of 2^-32 nats are moved by at most half a unit; above 2^-8 nats all FP32 values are on it.
void expect_exact(const std::vector<float>& values) {
  const ExactMoments moments = moments_of(values);
  const Exact expected = exact(values);
  EXPECT_NEAR(moments.mean(), static_cast<double>(expected.mean), std::abs(static_cast<double>(expected.mean)) * 3e-16);
  EXPECT_NEAR(moments.variance(), static_cast<double>(expected.variance),
              static_cast<double>(expected.variance) * 1e-14);
  EXPECT_EQ(moments.count(), static_cast<std::int64_t>(values.size()));
}

std::vector<float> random_values(int count, double mean, double deviation) {
  std::mt19937 generator(3);
  std::normal_distribution<double> normal(mean, deviation);
  std::vector<float> out;
  for (int i = 0; i < count; ++i) out.push_back(static_cast<float>(normal(generator)));
  return out;
}

TEST(ExactMoments, OfOrdinaryLosses) { expect_exact(random_values(4096, 3.0, 1e-3)); }

// A spread of one unit in the last place around a large mean: sums of squares in doubles would lose it all.
TEST(ExactMoments, OfATinySpreadAroundALargeMean) {
  std::vector<float> values;
  for (int i = 0; i < 1001; ++i) values.push_back(i % 3 == 0 ? 1048575.0f : std::nextafter(1048575.0f, 0.0f));
  expect_exact(values);
}

TEST(ExactMoments, OfValuesOfEverySize) {
  std::vector<float> values;
  for (int i = -8; i <= 20; ++i) values.push_back(std::ldexp(1.0f, i));
  for (int i = -8; i <= 19; ++i) values.push_back(-1.5f * std::ldexp(1.0f, i));
  expect_exact(values);
}

TEST(ExactMoments, OfEqualValuesHaveNoVariance) {
  EXPECT_EQ(moments_of(std::vector<float>(777, 2.7182817f)).variance(), 0);
  EXPECT_EQ(moments_of(std::vector<float>(777, 2.7182817f)).mean(), static_cast<double>(2.7182817f));
}

TEST(ExactMoments, RoundSmallValuesToTheirUnit) {
  const ExactMoments moments = moments_of({0x1p-32f, 0x1p-40f, 0.0f});
  EXPECT_EQ(moments.mean(), 0x1p-32 / 3);
}

TEST(ExactMoments, ClampWhatIsTooLarge) {
  EXPECT_EQ(moments_of({3e30f}).mean(), 1048576.0);
  EXPECT_EQ(moments_of({-3e30f}).mean(), -1048576.0);
}

// The documented limits, attained together: 2^22 values of 2^20.
TEST(ExactMoments, HoldTheLargestSums) {
  ExactMoments one;
  one.add(1048576.0f);
  ExactMoments all = one;
  for (int doubling = 0; doubling < 22; ++doubling) all.merge(ExactMoments(all));
  EXPECT_EQ(all.count(), 1 << 22);
  EXPECT_EQ(all.mean(), 1048576.0);
  EXPECT_EQ(all.variance(), 0);
}

TEST(ExactMoments, OfNoneAndOfOneAreZeroOrTheValue) {
  EXPECT_EQ(ExactMoments().mean(), 0);
  EXPECT_EQ(ExactMoments().variance(), 0);
  EXPECT_EQ(moments_of({3.5f}).mean(), 3.5);
  EXPECT_EQ(moments_of({3.5f}).variance(), 0);
  EXPECT_EQ(moments_of({3.0f, 4.0f}).variance(), 0.5);
}

// Parts of any size merged in any order give the bits of the whole.
TEST(ExactMoments, MergeToTheSameBitsInAnyOrder) {
  std::vector<float> values = random_values(3000, 3.0, 0.5);
  for (std::size_t i = 0; i < values.size(); i += 7) values[i] *= 1e5f;
  const ExactMoments whole = moments_of(values);
  std::mt19937 generator(4);
  for (int round = 0; round < 20; ++round) {
    std::shuffle(values.begin(), values.end(), generator);
    std::vector<ExactMoments> parts;
    for (std::size_t begin = 0; begin < values.size();) {
      const std::size_t size = std::min<std::size_t>(1 + generator() % 400, values.size() - begin);
      parts.push_back(moments_of({values.begin() + static_cast<std::ptrdiff_t>(begin),
                                  values.begin() + static_cast<std::ptrdiff_t>(begin + size)}));
      begin += size;
    }
    ExactMoments merged;
    for (const ExactMoments& part : parts) merged.merge(part);
    ASSERT_EQ(merged.mean(), whole.mean());
    ASSERT_EQ(merged.variance(), whole.variance());
    ASSERT_EQ(merged.count(), whole.count());
  }
}

// Type 7 of Hyndman & Fan: at 1 + (n - 1) p among the order statistics.
TEST(Quantile, InterpolatesBetweenOrderStatistics) {
  const std::vector<float> values = {1, 2, 4, 8, 16};
  EXPECT_EQ(quantile(values, 0.0), 1);
  EXPECT_EQ(quantile(values, 0.25), 2);
  EXPECT_EQ(quantile(values, 0.5), 4);
  EXPECT_EQ(quantile(values, 1.0), 16);
  EXPECT_DOUBLE_EQ(quantile(values, 0.375), 3);
  EXPECT_NEAR(quantile(values, 0.95), 8 + 0.8 * 8, 1e-12);
}

TEST(Quantile, OfOneAndOfTwoValues) {
  const std::vector<float> one = {3}, two = {3, 5};
  for (const double p : {0.0, 0.05, 0.5, 1.0}) EXPECT_EQ(quantile(one, p), 3);
  EXPECT_DOUBLE_EQ(quantile(two, 0.25), 3.5);
  EXPECT_EQ(quantile(two, 1.0), 5);
}

TEST(Quantile, TowardsInfinityIsInfinite) {
  const std::vector<float> values = {1, 2, kInfinity, kInfinity};
  EXPECT_EQ(quantile(values, 1.0 / 3), 2);
  EXPECT_EQ(quantile(values, 0.5), std::numeric_limits<double>::infinity());
  EXPECT_EQ(quantile(values, 0.95), std::numeric_limits<double>::infinity());
}

TEST(Summarise, OfOrdinaryValues) {
  std::vector<float> values = random_values(5000, 3.0, 1e-3);
  const Exact expected = exact(values);
  const Statistics statistics = summarise(values);
  EXPECT_EQ(statistics.status, Status::ok);
  EXPECT_EQ(statistics.diverged_share, 0);
  EXPECT_NEAR(statistics.mean, static_cast<double>(expected.mean), 1e-15);
  EXPECT_NEAR(statistics.standard_deviation, std::sqrt(static_cast<double>(expected.variance)), 1e-15);
  EXPECT_NEAR(statistics.standard_error / statistics.standard_deviation * std::sqrt(5000.0), 1, 5e-4);
  EXPECT_TRUE(std::is_sorted(values.begin(), values.end()));
  EXPECT_EQ(statistics.q05, quantile(values, 0.05));
  EXPECT_EQ(statistics.q25, quantile(values, 0.25));
  EXPECT_EQ(statistics.q50, quantile(values, 0.50));
  EXPECT_EQ(statistics.q75, quantile(values, 0.75));
  EXPECT_EQ(statistics.q95, quantile(values, 0.95));
}

TEST(Summarise, OfOneValueAndOfTwo) {
  std::vector<float> one = {3}, two = {5, 3};
  const Statistics of_one = summarise(one), of_two = summarise(two);
  EXPECT_EQ(of_one.mean, 3);
  EXPECT_TRUE(std::isnan(of_one.standard_error));  // one value says nothing of its error
  EXPECT_TRUE(std::isnan(of_one.q50));
  EXPECT_EQ(of_two.mean, 4);
  EXPECT_DOUBLE_EQ(of_two.standard_deviation, std::sqrt(2.0));
  EXPECT_NEAR(of_two.standard_error, kOneDegree, 1e-5);
}

// Diverged paths leave the mean and count as the worst in quantiles.
TEST(Summarise, OfSomeDivergedPaths) {
  std::vector<float> values = {kInfinity, 1, 2, 3, kInfinity};
  const Statistics statistics = summarise(values);
  EXPECT_EQ(statistics.status, Status::diverged);
  EXPECT_DOUBLE_EQ(statistics.diverged_share, 0.4);
  EXPECT_EQ(statistics.mean, 2);
  EXPECT_EQ(statistics.standard_deviation, 1);
  EXPECT_NEAR(statistics.standard_error, kOneDegree / std::sqrt(3.0), 1e-5);
  EXPECT_EQ(statistics.q95, std::numeric_limits<double>::infinity());
}

TEST(Summarise, OfDivergedPathsOnly) {
  std::vector<float> values = {kInfinity, kInfinity};
  const Statistics statistics = summarise(values);
  EXPECT_EQ(statistics.status, Status::diverged);
  EXPECT_EQ(statistics.diverged_share, 1);
  EXPECT_EQ(statistics.mean, std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(statistics.standard_error));
  EXPECT_EQ(statistics.q05, std::numeric_limits<double>::infinity());
}

TEST(Summarise, ANaNIsSaidAndCountsAsTheWorst) {
  std::vector<float> values = {1, kNaN, 3, kInfinity};
  const Statistics statistics = summarise(values);
  EXPECT_EQ(statistics.status, Status::non_finite);
  EXPECT_EQ(statistics.mean, 2);
  EXPECT_DOUBLE_EQ(statistics.diverged_share, 0.5);
  EXPECT_EQ(statistics.q95, std::numeric_limits<double>::infinity());
  std::vector<float> control = {1, 2, 3};
  EXPECT_EQ(summarise(control).status, Status::ok);
}

TEST(Status, HasNames) {
  EXPECT_STREQ(status_name(Status::ok), "ok");
  EXPECT_STREQ(status_name(Status::diverged), "diverged");
  EXPECT_STREQ(status_name(Status::non_finite), "non-finite");
}

}  // namespace
}  // namespace losscast::test
