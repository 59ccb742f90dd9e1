// The jumps' part of a final loss: weighted samples of it against its law.
#include "tails/jump_sampling.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "losscast/tails/expected_jumps.hpp"
#include "losscast/tails/loss_tail.hpp"
#include "losscast/tails/spike_probability.hpp"
#include "tails/loss_law.hpp"
#include "tails/replicates.hpp"
#include "tails/tail_chain.hpp"
#include "tests/engine/repeated_estimates.hpp"
#include "tests/engine/requests.hpp"
#include "tests/reference/reference_jumps.hpp"
#include "tests/tails/jumps.hpp"

namespace losscast::test {
namespace {

constexpr Step kBlock = 10;
constexpr reference::JumpLaw::Hazard kHazard{5e-4, 3e-4, 1.5, 0.05, 5e-3};

Experiment jumping() {
  Experiment request = example_request(find_model("power"));
  request.recipes = {two_stage(600)};
  request.block = kBlock;
  request.paths = 64;
  request.spikes = jumps_of(kHazard);
  return request;
}

reference::JumpLaw law(const Experiment& request) {
  return {kHazard, lrs_of(request.recipes[0]), static_cast<std::size_t>(kBlock)};
}

std::vector<JumpBlock> blocks(const Experiment& request) {
  const TailChain chain = make_tail_chain(request, request, kBlock, 0);
  return jump_blocks(chain.rows);
}

// One block's jumps: P(Z > y) = p exp(-y / mu); two equal ones that both have some: the tail of a gamma law.
TEST(ReferenceJumps, HaveTheClosedFormsOfOneAndTwoBlocks) {
  const reference::JumpLaw one({1e-3, 1, 0, 0.5, 0}, std::vector<double>(10, 1.0), 10);
  const double p = -std::expm1(-0.01), mean = 0.5 * 0.01 / p;
  EXPECT_NEAR(one.exceedance(1), p * std::exp(-1 / mean), 1e-8);
  EXPECT_NEAR(one.excess(1), p * mean * std::exp(-1 / mean), 1e-8);
  EXPECT_NEAR(one.some_jump(), p, 1e-15);
  EXPECT_NEAR(one.expectation(), 0.5 * 0.01, 1e-15);
  const reference::JumpLaw two({10, 1, 0, 0.005, 0}, std::vector<double>(20, 1.0), 10);
  EXPECT_NEAR(two.exceedance(1), 3 * std::exp(-2), 1e-7);
}

// FP32 probabilities and factors: to a few units in their last place.
TEST(JumpBlocks, AreTheEnginesAndHaveTheirMoments) {
  const Experiment request = jumping();
  const auto all = blocks(request);
  EXPECT_NEAR(expectation(all), law(request).expectation(), 1e-6 * expectation(all));
  EXPECT_NEAR(tilted_mean(all, 0), expectation(all), 1e-14);
  // Var Z, by the variance's recursion.
  double z = 0;
  for (const JumpBlock& one : all) z += one.mean * one.mean * (2 * one.probability - one.probability * one.probability);
  EXPECT_NEAR(variance(all), z, 1e-15);
  // The cumulant's derivative.
  const double theta = 0.5 / 0.05, h = 1e-4;
  EXPECT_NEAR((cumulant(all, theta + h) - cumulant(all, theta - h)) / (2 * h), tilted_mean(all, theta), 1e-8);
}

// At a fast decay the first blocks leave nothing.
TEST(JumpBlocks, LeaveOutWhatIsForgottenAtTheEnd) {
  Experiment request = jumping();
  request.spikes.jump_decay = 0.1;
  const auto few = blocks(request);
  EXPECT_LT(few.size(), 30u);
  const reference::JumpLaw all({kHazard.rate, kHazard.critical_lr, kHazard.exponent, kHazard.mean, 0.1},
                               lrs_of(request.recipes[0]), kBlock);
  EXPECT_NEAR(expectation(few), all.expectation(), 0x1p-32 + 1e-6 * all.expectation());
}

TEST(Tilt, PutsTheMeanWhereItIsWanted) {
  const auto all = blocks(jumping());
  EXPECT_EQ(tilt_to_mean(all, expectation(all) / 2), 0);
  for (const double size : {0.05, 0.2, 1.0})
    EXPECT_NEAR(tilted_mean(all, tilt_to_mean(all, size)), size, 1e-9 + 1e-6 * size);
  const double theta = tilt_to_probability(all, 1e-3);
  EXPECT_NEAR(cumulant(all, theta) - theta * tilted_mean(all, theta), std::log(1e-3), 1e-9);
}

TEST(SpikeProbability, IsThatOfThePoissonLaw) {
  Experiment request = jumping();
  const double expected = law(request).some_jump();
  EXPECT_NEAR(spike_probability(request)[0], expected, 2e-7 * expected);
  // Nothing depends on the block's length: P(no jump) = exp(-integral of the rate).
  request.block = 7;
  EXPECT_NEAR(spike_probability(request)[0], expected, 2e-7 * expected);
  // Jumps so rare that 1 - P(none) in FP32 would be lost.
  request.spikes.jump_rate = 1e-12;
  double rate = 0;
  for (const double lr : lrs_of(request.recipes[0])) rate += 1e-12 * std::pow(lr / 3e-4, kHazard.exponent);
  EXPECT_NEAR(spike_probability(request)[0] / rate, 1, 1e-6);
}

constexpr double kLevel = 0.15;  // nats
constexpr std::int64_t kSamples = 128;

// P(Z > kLevel) by 32 replicates of samples; `weigh` may change them first.
Judgement judge_samples(double theta, const std::function<void(std::vector<JumpSample>&)>& weigh) {
  const Experiment request = jumping();
  const auto all = blocks(request);
  return judge(law(request).exceedance(kLevel), [&](std::uint64_t seed) {
    std::vector<double> values;
    for (std::int64_t r = 0; r < kTailReplicates; ++r) {
      std::vector<JumpSample> samples = sample_jumps(all, theta, seed, 0, r * kSamples, kSamples).samples;
      weigh(samples);
      values.push_back(JumpTail(all, samples).exceedance(kLevel));
    }
    const MeanOfReplicates mean = mean_of_replicates(values);
    return ValueAndError{mean.value, mean.standard_error};
  });
}

double tilt() { return tilt_to_mean(blocks(jumping()), kLevel); }

TEST(JumpSamples, AreUnbiasedAndKnowTheirError) {
  const double exact = law(jumping()).exceedance(kLevel);
  EXPECT_GT(exact, 1e-4);
  EXPECT_LT(exact, 5e-3);
  const Judgement judged = judge_samples(tilt(), [](auto&) {});
  EXPECT_TRUE(judged.right()) << judged;
}

TEST(JumpSamples, HaveBoundedWeightsOfMeanOne) {
  const auto all = blocks(jumping());
  double sum = 0, squares = 0;
  constexpr std::int64_t kMany = 40'000;
  for (const JumpSample& one : sample_jumps(all, tilt(), 1, 0, 0, kMany).samples) {
    EXPECT_LE(one.weight, kMostWeight);
    EXPECT_GT(one.weight, 0);
    sum += one.weight;
    squares += one.weight * one.weight;
  }
  const double mean = sum / kMany, error = std::sqrt((squares / kMany - mean * mean) / kMany);
  EXPECT_NEAR(mean, 1, 5 * error);
}

// A quarter of the samples, from Z's own law, would need 1 / (sum of weights' share) more for the same error.
TEST(JumpSamples, HaveASmallerVarianceThanPlainOnes) {
  const auto all = blocks(jumping());
  double first = 0, second = 0;
  constexpr std::int64_t kMany = 40'000;
  for (const JumpSample& one : sample_jumps(all, tilt(), 1, 0, 0, kMany).samples) {
    first += one.size > kLevel ? one.weight / kMany : 0;
    second += one.size > kLevel ? one.weight * one.weight / kMany : 0;
  }
  EXPECT_GT((first - first * first) / (second - first * first), 20);
}

TEST(JumpSamplesCheck, CatchesAForgottenWeight) {
  const Judgement judged = judge_samples(tilt(), [](std::vector<JumpSample>& samples) {
    for (JumpSample& one : samples) one.weight = 1;
  });
  EXPECT_FALSE(judged.right()) << judged;
}

// The weight of the tilted law alone, as if no sample came from Z's own.
TEST(JumpSamplesCheck, CatchesAWeightThatForgetsTheMixture) {
  const auto all = blocks(jumping());
  const double theta = tilt(), log_mean = cumulant(all, theta);
  const Judgement judged = judge_samples(theta, [&](std::vector<JumpSample>& samples) {
    for (JumpSample& one : samples) one.weight = std::exp(log_mean - theta * one.size);
  });
  EXPECT_FALSE(judged.right()) << judged;
}

TEST(AffordableSamples, AreThoseWantedUnlessJumpsAreMany) {
  const auto all = blocks(jumping());
  double jumps = 0;
  for (const JumpBlock& one : all) jumps += one.probability;
  EXPECT_NEAR(expected_jumps(all, 0), jumps, 1e-12);
  EXPECT_GT(expected_jumps(all, tilt()), jumps);
  constexpr std::int64_t kMany = 40'000;
  const JumpSamples found = sample_jumps(all, 0, 1, 0, 0, kMany);
  const double of_a_sample = 1 + jumps;
  EXPECT_NEAR(static_cast<double>(found.updates) / kMany, of_a_sample, 5 * std::sqrt(jumps / kMany));
  EXPECT_EQ(affordable_samples(all, 0, 1000, std::int64_t(1001 * of_a_sample)), 1000);
  EXPECT_EQ(affordable_samples(all, 0, 1000, std::int64_t(500 * of_a_sample)), 499);
}

TEST(ExpectedJumps, AreThoseOfTheExactLaw) {
  const Experiment request = jumping();
  const ExpectedJumps jumps = expected_jumps(request)[0];
  EXPECT_NEAR(jumps.final_loss, law(request).expectation(), 1e-12 * jumps.final_loss);
  double count = 0;
  for (const double lr : lrs_of(request.recipes[0]))
    count += kHazard.rate * std::pow(lr / kHazard.critical_lr, kHazard.exponent);
  EXPECT_NEAR(jumps.count, count, 1e-12 * count);
}

}  // namespace
}  // namespace losscast::test
