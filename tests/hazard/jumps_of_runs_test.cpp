#include "losscast/hazard/jumps_of_runs.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "losscast/random/uniform.hpp"
#include "tests/hazard/made_up_series.hpp"

namespace losscast {
namespace {

Schedule constant(double lr, Step steps) {
  return Schedule({{.begin = 0, .end = steps, .shape = Shape::constant, .from = lr}});
}

// Spikes of the SDE's law: a jump with probability rate in each step, of exponential size, which decays.
std::vector<LoggedValue> losses_with_jumps(std::uint64_t seed, Step steps, double rate, double mean, double decay) {
  std::vector<LoggedValue> values = falling_losses(seed, static_cast<int>(steps / 10), 10, 0.002);
  for (Step step = 0; step < steps; ++step) {
    const RandomBits bits = random_bits(seed, Stream::jumps, 0, static_cast<std::uint32_t>(step), 0);
    if (static_cast<double>(open_uniform(bits.word[0])) < rate)
      add_spike(values, step, -mean * std::log(static_cast<double>(open_uniform(bits.word[1]))), decay);
  }
  return values;
}

TEST(JumpsOfRuns, AreThoseThatLossesWereSimulatedWith) {
  constexpr Step kSteps = 100'000;
  constexpr double kLow = 2e-5, kHigh = 3.2e-4, kMean = 0.5, kDecay = 1.0 / 100;
  std::vector<WatchedRun> runs;
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    const double lr = seed < 2 ? 1e-3 : 2e-3;
    const auto losses = losses_with_jumps(seed, kSteps, seed < 2 ? kLow : kHigh, kMean, kDecay);
    runs.push_back({constant(lr, kSteps), 0, kSteps, find_spikes(losses, SeriesKind::loss)});
  }
  std::vector<RateEvidence> evidence;
  for (const WatchedRun& run : runs) evidence.push_back(rate_evidence(run));
  const SpikeRate rate(evidence);
  const Spikes jumps = jumps_of_runs(runs, rate);
  EXPECT_DOUBLE_EQ(jumps.critical_lr, rate.reference());
  // 4 and 64 jumps are expected; of those, small and overlapping ones are missed.
  EXPECT_NEAR(std::log(jumps.jump_rate), std::log(std::sqrt(kLow * kHigh)), 3 * rate.log_rate_deviation());
  EXPECT_NEAR(jumps.jump_exponent, 4, 3 * rate.exponent_deviation());
  EXPECT_NEAR(jumps.mean_jump, kMean, 3 * kMean / std::sqrt(60.0));
  EXPECT_NEAR(1 / jumps.jump_decay, 1 / kDecay, 25);
}

TEST(WithoutRises, LeavesOutWarmUpsAndBumpsAfterTheLrHasRisen) {
  const Schedule rewarmed = Schedule({{.begin = 0, .end = 1000, .shape = Shape::constant, .from = 1e-3},
                                      {.begin = 1000, .end = 2000, .shape = Shape::constant, .from = 2e-3}});
  const std::vector<SeriesSpike> spikes = {{.begin = 500, .peak = 510, .end = 540},
                                           {.begin = 1010, .peak = 1050, .end = 1200},
                                           {.begin = 1500, .peak = 1500, .end = 1510}};
  const std::vector<SeriesSpike> left = without_rises(rewarmed, spikes);
  ASSERT_EQ(left.size(), 2u);
  EXPECT_EQ(left[0].begin, 500);
  EXPECT_EQ(left[1].begin, 1500);
}

TEST(RateEvidence, HasTheStepsAtEachLrAndTheLrOfEachSpike) {
  const Schedule two = Schedule({{.begin = 0, .end = 100, .shape = Shape::constant, .from = 1e-3},
                                 {.begin = 100, .end = 300, .shape = Shape::constant, .from = 2e-3}});
  const RateEvidence evidence =
      rate_evidence({two, 50, 300, {{.begin = 60, .peak = 60, .end = 61}, {.begin = 250, .peak = 251, .end = 255}}});
  double low = 0, high = 0;
  for (const StrainedSteps& part : evidence.strained) (part.strain < 1.5e-3 ? low : high) += part.steps;
  EXPECT_DOUBLE_EQ(low, 50);
  EXPECT_DOUBLE_EQ(high, 200);
  EXPECT_EQ(evidence.strains_of_spikes, (std::vector<double>{1e-3, 2e-3}));
}

}  // namespace
}  // namespace losscast
