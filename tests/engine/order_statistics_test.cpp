// Extreme quantiles, the mean of the tail, and losses that no loss can be, against values computed by hand.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "losscast/engine/mean_sample.hpp"
#include "losscast/engine/statistics.hpp"
#include "losscast/engine/summarise.hpp"
#include "tests/engine/requests.hpp"

namespace losscast::test {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
const float kBeyond = std::nextafter(kLargestLoss, std::numeric_limits<float>::infinity());

// 1, 2, ..., count.
std::vector<float> numbers_to(int count) {
  std::vector<float> out(static_cast<std::size_t>(count));
  std::iota(out.begin(), out.end(), 1.0f);
  return out;
}

// A twentieth of 20 values is one; of 30 one and half of another; of 41 two and a twentieth.
TEST(TailMean, WeighsTheValueAtTheBorderByItsShare) {
  EXPECT_EQ(tail_mean(numbers_to(20)), 20);
  EXPECT_EQ(tail_mean(numbers_to(40)), (40 + 39) / 2.0);
  EXPECT_DOUBLE_EQ(tail_mean(numbers_to(30)), (30 + 0.5 * 29) / 1.5);
  EXPECT_DOUBLE_EQ(tail_mean(numbers_to(41)), (41 + 40 + 0.05 * 39) / 2.05);
  EXPECT_DOUBLE_EQ(tail_mean(numbers_to(100)), (100 + 99 + 98 + 97 + 96) / 5.0);
}

// Less than one whole value: the largest alone.
TEST(TailMean, OfFewValuesIsTheLargest) {
  for (int count = 1; count < 20; ++count) EXPECT_EQ(tail_mean(numbers_to(count)), count);
}

// A tail of 50 values that differ in their last place only: in doubles their sum would be rounded.
TEST(TailMean, IsExact) {
  std::vector<float> values(1000, 1.0f);
  const float low = std::nextafter(1048575.0f, 0.0f), high = 1048575.0f;  // 1/16 apart
  for (std::size_t i = 950; i < 1000; ++i) values[i] = i < 983 ? low : high;
  EXPECT_EQ(tail_mean(values), 1048575.0 - 33 * 0.0625 / 50);
}

TEST(TailMean, IsInfiniteIfAPathIsLost) {
  std::vector<float> values = numbers_to(1000);
  EXPECT_EQ(tail_mean(values), 975.5);  // control: of 951 ... 1000
  values.back() = std::numeric_limits<float>::infinity();
  EXPECT_EQ(tail_mean(values), kInfinity);
}

TEST(OrderStatistics, HoldTheExtremes) {
  std::vector<float> values = numbers_to(10'001);
  std::reverse(values.begin(), values.end());
  const Statistics statistics = summarise(values);
  EXPECT_EQ(statistics.q95, 9501);
  EXPECT_EQ(statistics.q99, 9901);
  EXPECT_EQ(statistics.q999, 9991);
  EXPECT_DOUBLE_EQ(statistics.tail_mean, (500 * (9502 + 10001) / 2.0 + 0.05 * 9501) / 500.05);
}

// A finite value beyond the limit counts as a diverged path, on either side; the limit itself does not.
TEST(Summarise, CountsWhatNoLossCanBeAsDiverged) {
  std::vector<float> values = {1, kBeyond, 2, -kBeyond, 3, 3e38f};
  const Statistics statistics = summarise(values);
  EXPECT_EQ(statistics.status, Status::diverged);
  EXPECT_EQ(statistics.diverged_share, 0.5);
  EXPECT_EQ(statistics.mean, 2);
  EXPECT_EQ(statistics.standard_deviation, 1);

  std::vector<float> control = {kLargestLoss, -kLargestLoss};
  const Statistics of_control = summarise(control);
  EXPECT_EQ(of_control.status, Status::ok);
  EXPECT_EQ(of_control.mean, 0);
  EXPECT_EQ(tail_mean(std::vector<float>{-kLargestLoss, kLargestLoss}), 1048576);
}

// The same through the engine: a draw whose floor is far above any loss. Its paths stay among the values, in order.
TEST(Run, CountsAPathFarAboveAnyLossAsDiverged) {
  Experiment request = example_request(find_model("power"));
  auto draws = example_draws(*request.model, 2);
  draws[1][0] = 3e6;
  request.draws = draws;
  request.recipes = {wsd(200)};
  request.paths = 40;
  request.block = 8;
  const EnsembleResult result = run(request);
  const Statistics& statistics = result.statistics[0][0];
  EXPECT_EQ(statistics.status, Status::diverged);
  EXPECT_EQ(statistics.diverged_share, 0.5);
  EXPECT_LT(statistics.mean, 10);
  EXPECT_LT(statistics.q25, 10);
  EXPECT_EQ(statistics.q75, kInfinity);
  for (std::size_t p = 0; p < 40; ++p) EXPECT_EQ(result.values[0][p] > 2e6f, p % 2 == 1) << p;
}

}  // namespace
}  // namespace losscast::test
