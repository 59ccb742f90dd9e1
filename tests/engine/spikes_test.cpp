// Spikes in whole runs: what they add to a path's loss, and how divergence is reported.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "tests/engine/requests.hpp"
#include "tests/engine/sample_moments.hpp"
#include "tests/format/expect_error.hpp"
#include "tests/kernels/bytes.hpp"

namespace losscast::test {
namespace {

constexpr double kSigmas = 4;

Experiment request() {
  Experiment request = example_request(find_model("adamw"));
  request.noise = {};
  request.recipes = {wsd(1'000)};
  request.record_steps = {250, 500, 1'000};
  request.paths = 8'192;
  request.block = 10;
  return request;
}

Spikes jumps() {
  Spikes spikes;
  spikes.jump_rate = 2e-3;
  spikes.critical_lr = 3e-4;
  spikes.jump_exponent = 2;
  spikes.mean_jump = 0.5;
  spikes.jump_decay = 5e-3;
  return spikes;
}

// What the jumps add to each path at each record: the difference to the same run without.
std::vector<std::vector<float>> added(const Experiment& with) {
  Experiment without = with;
  without.spikes = {};
  const auto jumped = run(with).values[0], plain = run(without).values[0];
  const auto paths = static_cast<std::size_t>(with.paths);
  std::vector<std::vector<float>> out(with.record_steps.size());
  for (std::size_t i = 0; i < jumped.size(); ++i) out[i / paths].push_back(jumped[i] - plain[i]);
  return out;
}

// Jumps of size zero, and a barrier that is never reached, leave every bit as it is: spikes have streams of their own.
TEST(Spikes, OffOrWithoutEffectGiveTheValuesOfARequestWithoutThem) {
  Experiment plain = request();
  plain.noise = example_noise();
  plain.paths = 100;
  const auto expected = run(plain).values;
  Experiment with = plain;
  with.spikes.mean_jump = 0.5;  // but no rate
  ASSERT_FALSE(with.spikes.any());
  EXPECT_TRUE(same_bytes(run(with).values, expected));
  with.spikes = jumps();
  with.spikes.mean_jump = 0;
  with.spikes.barrier_limit = 10;
  ASSERT_TRUE(with.spikes.any());
  EXPECT_TRUE(same_bytes(run(with).values, expected));
  with.spikes.mean_jump = 0.5;  // control
  EXPECT_FALSE(same_bytes(run(with).values, expected));
}

// A block of a jumps on average, of which each leaves c of E J, has E Z' = keep E Z + c a E J, as in single updates,
// and, as its jumps are drawn as one, Var Z' = keep^2 Var Z + (c a E J)^2 (2 / p - 1), with p = 1 - exp(-a).
TEST(Spikes, HaveTheExactMeanAndVarianceUnderASchedule) {
  for (const double rate : {2e-3, 0.1}) {  // 0.02 to 1 jump a block
    SCOPED_TRACE(rate);
    Experiment with = request();
    with.spikes = jumps();
    with.spikes.jump_rate = rate;
    const auto lrs = lrs_of(with.recipes[0]);
    const double decay = with.spikes.jump_decay;
    const std::vector<std::vector<float>> values = added(with);
    double mean = 0, variance = 0, most = 0;
    std::size_t record = 0;
    for (std::size_t begin = 0; begin < 1'000; begin += 10) {
      double count = 0, left = 0;
      for (std::size_t s = begin; s < begin + 10; ++s) {
        const double of_update = rate * (lrs[s] / 3e-4) * (lrs[s] / 3e-4);
        count += of_update;
        left += of_update * with.spikes.mean_jump * std::exp(-decay * static_cast<double>(begin + 9 - s));
      }
      mean = std::exp(-decay * 10) * mean + left;
      variance = std::exp(-2 * decay * 10) * variance + left * left * (2 / -std::expm1(-count) - 1);
      most = std::max(most, count);
      if (static_cast<Step>(begin + 10) != with.record_steps[record]) continue;
      const SampleMoments z = sample_moments(values[record]);
      EXPECT_NEAR(z.mean, mean, kSigmas * z.mean_error) << begin;
      EXPECT_NEAR(z.variance, variance, kSigmas * z.variance_error) << begin;
      ++record;
    }
    EXPECT_EQ(record, 3u);
    EXPECT_GT(most, 5 * rate);
  }
}

// Blocks that the engine chooses have so few jumps that drawing them as one does not show: mean and variance are those
// of the law in single updates, in which jumps are independent from update to update.
TEST(Spikes, BlocksAreShortEnoughForTheirJumps) {
  Experiment with = request();
  with.block.reset();
  with.recipes = {constant(1'000)};
  with.record_steps = {1'000};
  with.spikes = jumps();
  with.spikes.jump_exponent = 1;
  for (const auto& [rate, longest] : {std::pair(2e-3, Step{64}), std::pair(0.1, Step{2}), std::pair(3.0, Step{1})}) {
    with.spikes.jump_rate = rate;
    EXPECT_LE(run(with).step_error.block, longest) << rate;
  }
  with.spikes.jump_rate = 0.06;
  EXPECT_EQ(run(with).step_error.block, 4);
  const SampleMoments z = sample_moments(added(with)[0]);
  const double keep = std::exp(-with.spikes.jump_decay), size = with.spikes.mean_jump;
  const double mean = 0.06 * size * (1 - std::pow(keep, 1'000)) / (1 - keep);
  const double variance = 2 * 0.06 * size * size * (1 - std::pow(keep, 2'000)) / (1 - keep * keep);
  EXPECT_NEAR(z.mean, mean, kSigmas * z.mean_error);
  EXPECT_NEAR(z.variance, variance, kSigmas * z.variance_error);
}

// The law of docs/models.md in continuous time, under a schedule: Z(K) is shot noise of the rate Lambda_s of update s,
//   E Z(K) = E J sum Lambda_s c_1(s),   Var Z(K) = E J^2 sum Lambda_s c_2(s),   P(no jump by K) = exp(-sum Lambda_s),
// where c_n(s) is the integral of e^(-n k_z (K - k)) over the update, and E J^2 = 2 (E J)^2.
struct ShotNoise {
  double mean = 0, variance = 0, none = 0;
};
ShotNoise shot_noise(const Spikes& spikes, const std::vector<double>& lrs, Step end) {
  ShotNoise law;
  double rates = 0;
  for (Step s = 0; s < end; ++s) {
    const double rate =
        spikes.jump_rate * std::pow(lrs[static_cast<std::size_t>(s)] / spikes.critical_lr, spikes.jump_exponent);
    const auto kept = [&](double decay) {
      return (std::exp(-decay * static_cast<double>(end - s - 1)) - std::exp(-decay * static_cast<double>(end - s))) /
             decay;
    };
    law.mean += rate * spikes.mean_jump * kept(spikes.jump_decay);
    law.variance += rate * 2 * spikes.mean_jump * spikes.mean_jump * kept(2 * spikes.jump_decay);
    rates += rate;
  }
  law.none = std::exp(-rates);
  return law;
}

// In blocks of one update, where jumps come at the end of their update: the means and variances of that are the law's
// but for k_z / 2 of them, 0.1% here, a seventh of a standard error.
TEST(Spikes, HaveTheLawOfShotNoiseInBlocksOfOneUpdate) {
  Experiment with = request();
  with.block = 1;
  with.paths = 16'384;
  with.spikes = jumps();
  with.spikes.jump_rate = 1e-3;
  with.spikes.jump_decay = 2e-3;
  const auto lrs = lrs_of(with.recipes[0]);
  const std::vector<std::vector<float>> all = added(with);
  for (std::size_t record = 0; record < with.record_steps.size(); ++record) {
    const std::vector<float>& values = all[record];
    const SampleMoments z = sample_moments(values);
    const ShotNoise law = shot_noise(with.spikes, lrs, with.record_steps[record]);
    EXPECT_NEAR(z.mean, law.mean, kSigmas * z.mean_error) << record;
    EXPECT_NEAR(z.variance, law.variance, kSigmas * z.variance_error) << record;
    const double n = static_cast<double>(with.paths), none_error = std::sqrt(law.none * (1 - law.none) / n);
    EXPECT_NEAR(static_cast<double>(std::ranges::count(values, 0.0f)) / n, law.none, kSigmas * none_error) << record;
    // Controls: a jump without its spread, one that does not fade, and one that always happens where it may.
    EXPECT_GT(std::abs(z.variance - law.variance / 2), kSigmas * z.variance_error);
    EXPECT_GT(std::abs(z.mean + with.spikes.mean_jump * std::log(law.none)), kSigmas * z.mean_error);
    EXPECT_GT(std::abs(law.none - (1 + std::log(law.none))), kSigmas * none_error);
  }
  with.record_steps.clear();
  EXPECT_NEAR(1 - spike_probability(with)[0], shot_noise(with.spikes, lrs, 1'000).none, 1e-6);
}

// P(no jump) = exp(-integral of the rate).
TEST(Spikes, NoneHappenWithTheProbabilityOfThePoissonLaw) {
  Experiment with = request();
  with.spikes = jumps();
  with.spikes.jump_rate = 1e-3;
  with.spikes.jump_decay = 0;  // so that a jump never fades from sight
  double rate = 0;
  for (const double lr : lrs_of(with.recipes[0])) rate += 1e-3 * (lr / 3e-4) * (lr / 3e-4);
  const auto jumped = added(with);
  double none = 0;
  for (const float z : jumped.back()) none += z == 0 ? 1 : 0;
  const double expected = std::exp(-rate), n = static_cast<double>(with.paths);
  EXPECT_NEAR(none / n, expected, kSigmas * std::sqrt(expected * (1 - expected) / n));
}

TEST(Spikes, RefuseJumpsOfNoNumber) {
  Experiment with = request();
  with.paths = 2;
  with.spikes = jumps();
  with.spikes.critical_lr = 3e-5;
  with.spikes.jump_exponent = 8;  // 2e5 a step
  EXPECT_NO_THROW(run(with));
  for (const double exponent : {9.0, 1e6}) {
    with.spikes.jump_exponent = exponent;
    expect_error(ExitCode::usage_or_input, {"peak_lr 3e-4 jumps would come", "jump_exponent"}, [&] { run(with); });
  }
}

constexpr Spikes kBarrier{.barrier_pull = 0.1, .barrier_noise = 0.1, .barrier_growth = 0.05, .barrier_limit = 20};

// The mode's threshold in the block's scheme is x = 2 kappa / (g^2 + m kappa^2) = 19.5 with m = 1. The effective LR is
// at most 3.5 at the published peak; at a peak 30 times higher it is far beyond.
TEST(Spikes, PathsDivergeFarBeyondTheThresholdAndNotBelow) {
  Experiment with = request();
  with.block = 1;
  with.paths = 200;
  with.spikes = kBarrier;
  const EnsembleResult below = run(with);
  EXPECT_EQ(below.statistics[0][2].diverged_share, 0);
  EXPECT_EQ(below.statistics[0][2].status, Status::ok);
  with.recipes = {wsd(1'000, 1e-2)};
  const EnsembleResult beyond = run(with);
  EXPECT_GT(beyond.statistics[0][2].diverged_share, 0.99);
  EXPECT_EQ(beyond.statistics[0][2].status, Status::diverged);
  EXPECT_EQ(beyond.statistics[0][2].q50, std::numeric_limits<double>::infinity());
  // Paths diverge for good: none comes back as the LR falls.
  EXPECT_GE(beyond.statistics[0][2].diverged_share, beyond.statistics[0][1].diverged_share);
}

// With an exponent r the mode feels x (eta / ref)^(r - 1): without pull and growth a block of m steps at the LR 2 ref,
// where x = 2^0.75, moves it by a normal of the deviation s 2^(r - 0.25) sqrt(m).
TEST(Spikes, TheStrainRisesAsItsExponentSays) {
  constexpr int kSteps = 16;
  Experiment with = example_request(find_model("power"));
  with.recipes = {constant(kSteps, 2 * kRefLr)};
  with.block = kSteps;
  with.paths = 8'192;
  with.spikes.barrier_noise = 0.3;
  with.spikes.barrier_limit = 2;
  double last = 0;
  for (const double exponent : {0.5, 1.0, 1.5}) {
    with.spikes.barrier_exponent = exponent;
    const double deviation = 0.3 * std::pow(2, exponent - 0.25) * std::sqrt(static_cast<double>(kSteps));
    const double expected = std::erfc(2 / deviation / std::sqrt(2.0));
    const double error = std::sqrt(expected * (1 - expected) / static_cast<double>(with.paths));
    const double share = run(with).statistics[0][0].diverged_share;
    EXPECT_NEAR(share, expected, kSigmas * error) << exponent;
    EXPECT_GT(share, last + 10 * error) << exponent;
    last = share;
  }
}

// At the reference LR it says nothing, to the last bit.
TEST(Spikes, TheExponentDoesNotMatterAtTheReference) {
  Experiment with = request();
  with.block = 1;
  with.paths = 500;
  with.spikes = kBarrier;
  with.spikes.barrier_limit = 1.3;
  const auto at = [&](double lr, double exponent) {
    with.recipes = {constant(1'000, lr * with.reference.lr)};
    with.spikes.barrier_exponent = exponent;
    return run(with);
  };
  const EnsembleResult one = at(1, 1), two = at(1, 2);
  EXPECT_GT(one.statistics[0][2].diverged_share, 0);
  EXPECT_LT(one.statistics[0][2].diverged_share, 1);
  EXPECT_TRUE(same_bytes(two.values, one.values));
  EXPECT_LT(at(0.8, 2).statistics[0][2].diverged_share, at(0.8, 1).statistics[0][2].diverged_share);  // control
}

// Without pull and growth one block of m steps at x = 1 moves the mode by a normal of variance m s^2.
TEST(Spikes, ABlockMovesTheModeByTheVarianceOfItsSteps) {
  constexpr int kSteps = 16;
  Experiment with = example_request(find_model("power"));
  with.recipes = {constant(kSteps, kRefLr)};
  with.block = kSteps;
  with.paths = 8'192;
  with.spikes.barrier_noise = 0.5;
  with.spikes.barrier_limit = 2;
  const double expected = std::erfc(2 / (0.5 * std::sqrt(static_cast<double>(kSteps))) / std::sqrt(2.0));
  const double error = std::sqrt(expected * (1 - expected) / static_cast<double>(with.paths));
  EXPECT_NEAR(run(with).statistics[0][0].diverged_share, expected, kSigmas * error);
}

}  // namespace
}  // namespace losscast::test
