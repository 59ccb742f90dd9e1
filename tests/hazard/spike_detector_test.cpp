#include "losscast/hazard/spike_detector.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "tests/hazard/made_up_series.hpp"

namespace losscast {
namespace {

TEST(SpikeDetector, FindsNothingInNoiseOnAFall) {
  for (std::uint64_t seed = 0; seed < 20; ++seed)
    EXPECT_TRUE(find_spikes(falling_losses(seed, 1000, 10, 0.05), SeriesKind::loss).empty()) << seed;
}

TEST(SpikeDetector, FindsASpikeWithItsPlaceHeightAndArea) {
  std::vector<LoggedValue> values = falling_losses(1, 1000, 10, 0.01);
  add_spike(values, 5000, 0.5, 1.0 / 60);
  const std::vector<SeriesSpike> spikes = find_spikes(values, SeriesKind::loss);
  ASSERT_EQ(spikes.size(), 1u);
  EXPECT_EQ(spikes.front().peak, 5000);
  EXPECT_NEAR(spikes.front().height, 0.5, 0.04);
  // 30 nats x steps, of which 3 lie below 5 standard deviations and may be lost.
  EXPECT_NEAR(spikes.front().area, 0.5 * 60, 0.05 * 60 + 1);
  EXPECT_GE(spikes.front().begin, 4980);
  EXPECT_GE(spikes.front().end, 5100);
}

// Spikes of 8 standard deviations and more, some 60 points apart, in series of 1000 points.
TEST(SpikeDetector, FindsNearlyAllSpikesThatStandOutAndNothingElse) {
  int put_in = 0, found = 0, right = 0;
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    std::vector<LoggedValue> values = falling_losses(seed, 1000, 10, 0.05);
    std::vector<Step> places;
    for (Step place = 600; place < 9500; place += 600) {
      places.push_back(place);
      add_spike(values, place, 0.4 + 0.01 * static_cast<double>(seed), 1.0 / 40);
    }
    put_in += static_cast<int>(places.size());
    for (const SeriesSpike& spike : find_spikes(values, SeriesKind::loss)) {
      ++found;
      for (const Step place : places) right += spike.begin <= place && place <= spike.end ? 1 : 0;
    }
  }
  EXPECT_EQ(right, found);
  EXPECT_GT(right, 0.95 * put_in);
}

TEST(SpikeDetector, LeavesOutWhatIsNoNumber) {
  std::vector<LoggedValue> values = falling_losses(1, 300, 10, 0.01);
  values[50].value = std::numeric_limits<double>::infinity();
  values[51].value = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(find_spikes(values, SeriesKind::loss).empty());
  EXPECT_TRUE(find_spikes({}, SeriesKind::loss).empty());
}

TEST(SpikeDetector, ComparesGradientNormsByRatios) {
  std::vector<LoggedValue> norms = falling_losses(1, 500, 10, 0);
  for (LoggedValue& one : norms) one.value = std::exp(0.02 * made_up_normal(2, static_cast<std::uint32_t>(one.step)));
  norms[200].value *= 1.8;
  EXPECT_TRUE(find_spikes(norms, SeriesKind::gradient_norm).empty());  // stands out, but not twice as large
  norms[200].value *= 2;
  const std::vector<SeriesSpike> spikes = find_spikes(norms, SeriesKind::gradient_norm);
  ASSERT_EQ(spikes.size(), 1u);
  EXPECT_NEAR(spikes.front().height, std::log(3.6), 0.1);
}

}  // namespace
}  // namespace losscast
