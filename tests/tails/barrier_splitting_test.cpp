// The barrier's mode alone: that it is the engine's, and that splitting it gives the probability of divergence.
#include "tails/barrier_splitting.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "bench/common/barrier_law.hpp"
#include "losscast/tails/divergence.hpp"
#include "tails/replicates.hpp"
#include "tests/engine/repeated_estimates.hpp"
#include "tests/engine/requests.hpp"
#include "tests/kernels/isas.hpp"

namespace losscast::test {
namespace {

constexpr Step kBlock = 10;

// 40 blocks, the warm-up from a third of the peak so that every block moves the mode by more than the oracle's grid.
Schedule falling(double peak_lr = 3e-4) {
  return make_schedule({{{"family", "two-stage"},
                         {"peak_lr", peak_lr},
                         {"warmup_steps", 50.0},
                         {"warmup_start_lr", peak_lr / 3},
                         {"decay_start", 300.0},
                         {"final_lr", peak_lr / 3},
                         {"total_steps", 400.0}}});
}

Experiment rare() {
  Experiment request = example_request(find_model("power"));
  request.recipes = {falling()};
  request.block = kBlock;
  request.paths = 64;
  request.spikes.barrier_pull = 0.01;
  request.spikes.barrier_noise = 0.035;
  request.spikes.barrier_growth = 0.03;
  request.spikes.barrier_limit = 1;
  return request;
}

double truth(const Experiment& request, const std::vector<double>& draw, int points = 300) {
  return bench::divergence_by_density(request.spikes, bench::mode_blocks(request, request.recipes[0], kBlock, draw),
                                      points);
}

double truth(const Experiment& request) {
  double sum = 0;
  for (const auto& draw : request.draws) sum += truth(request, draw);
  return sum / static_cast<double>(request.draws.size());
}

// The oracle, judged by itself on two grids, and by the closed form of a single block.
TEST(BarrierLaw, ConvergesAndHasTheClosedFormOfOneBlock) {
  const Experiment request = rare();
  const double fine = truth(request, request.draws[0], 600), coarse = truth(request, request.draws[0], 300);
  EXPECT_GT(fine, 1e-4);
  EXPECT_LT(fine, 5e-3);
  EXPECT_NEAR(coarse / fine, 1, 1e-3);
  Spikes one = request.spikes;
  one.barrier_noise = 0.5;
  const bench::ModeBlock blocks[] = {{16, 16}};
  EXPECT_NEAR(bench::divergence_by_density(one, blocks, 100), std::erfc(0.5 / std::sqrt(2.0)), 1e-12);
}

std::vector<BarrierParticle> moved_on_the_engines_numbers(const TailChain& chain, const Experiment& request) {
  std::vector<BarrierParticle> particles(static_cast<std::size_t>(request.paths));
  for (std::size_t p = 0; p < particles.size(); ++p) particles[p].draw = static_cast<int>(p % request.draws.size());
  move_particles(chain, Stream::jumps, 0, 0, chain.spikes.barrier_limit, particles);
  return particles;
}

// On the engine's random numbers just those diverge that do in the engine, with every model and instruction set.
TEST(BarrierChain, IsTheEnginesOwn) {
  for (const SdeModel* model : models()) {
    Experiment request = example_request(*model);
    request.draws = example_draws(*model, 7, 0.3);
    request.recipes = {wsd(600)};
    request.block = kBlock;
    request.paths = 500;
    request.spikes = rare().spikes;
    request.spikes.barrier_noise = model->effective_lr().weight_norm == EffectiveLr::WeightNorm::none ? 0.06 : 0.02;
    const auto values = run(request).values[0];
    const TailChain chain = make_tail_chain(request, request, kBlock, 0);
    const std::vector<BarrierParticle> particles = moved_on_the_engines_numbers(chain, request);
    std::size_t diverged = 0;
    for (std::size_t p = 0; p < particles.size(); ++p) {
      EXPECT_EQ(std::isinf(particles[p].mode), std::isinf(values[p])) << model->name() << " path " << p;
      diverged += std::isinf(values[p]) ? 1 : 0;
    }
    EXPECT_GT(diverged, 20u) << model->name();
    EXPECT_LT(diverged, 480u) << model->name();
    for (const Isa isa : available_isas()) {
      const ForcedIsa forced(isa_name(isa));
      const std::vector<BarrierParticle> again = moved_on_the_engines_numbers(chain, request);
      for (std::size_t p = 0; p < particles.size(); ++p)
        ASSERT_EQ(again[p].mode, particles[p].mode) << isa_name(isa) << " path " << p;
    }
  }
}

// Those that enter late, beyond the level already, or not at all leave no trace on one another.
TEST(BarrierChain, MovesEachParticleFromItsOwnBlockToItsOwnLevel) {
  const TailChain chain = make_tail_chain(rare(), rare(), kBlock, 0);
  const auto end = static_cast<int>(chain.rows.size());
  std::vector<BarrierParticle> together(16);
  for (std::size_t i = 0; i < together.size(); ++i) together[i] = {static_cast<int>(2 * i), 0, 0, 0.05f, 0};
  together[3] = {6, 0, 0, -0.9f, 0};
  together[15] = {end, 0, 0, 0.1f, 0};
  std::vector<BarrierParticle> apart = together;
  const std::int64_t updates = move_particles(chain, Stream::splitting, 0, 0, 0.2f, together);
  EXPECT_EQ(together[3].block, 6);
  EXPECT_EQ(together[3].mode, -0.9f);
  EXPECT_EQ(together[15].block, end);
  std::int64_t counted = 0;
  for (std::size_t i = 0; i < apart.size(); ++i) {
    // The particle moves in its own place, with all others gone.
    std::vector<BarrierParticle> alone(16, {end, 0, 0, 0, 0});
    alone[i] = apart[i];
    counted += move_particles(chain, Stream::splitting, 0, 0, 0.2f, alone);
    EXPECT_EQ(alone[i].block, together[i].block) << i;
    EXPECT_EQ(alone[i].mode, together[i].mode) << i;
    EXPECT_TRUE(std::abs(alone[i].mode) > 0.2f || alone[i].block == end) << i;
  }
  EXPECT_EQ(updates, counted);
}

TEST(Resampling, TakesEachAsOftenAsAnyOtherOrOnceMore) {
  std::vector<BarrierParticle> from(7);
  for (std::size_t i = 0; i < from.size(); ++i) from[i].block = static_cast<int>(i);
  std::vector<double> expected(7, 0.0);
  for (int k = 0; k < 100; ++k) {
    std::vector<int> copies(7, 0);
    for (const BarrierParticle& one : resample(from, 20, (k + 0.5) / 100))
      ++copies[static_cast<std::size_t>(one.block)];
    for (std::size_t i = 0; i < copies.size(); ++i) {
      EXPECT_TRUE(copies[i] == 2 || copies[i] == 3);
      expected[i] += copies[i] / 100.0;
    }
  }
  for (const double copies : expected) EXPECT_NEAR(copies, 20.0 / 7, 0.0101);
}

TailEffort small_effort() { return {.particles = 4'096, .jump_samples = 1'024}; }

TEST(Divergence, IsUnbiasedAndKnowsItsError) {
  Experiment request = rare();
  double least = 1e300;
  const Judgement judged = judge(truth(request), [&](std::uint64_t seed) {
    request.seed = seed;
    const Divergence found = divergence(request, small_effort())[0];
    EXPECT_EQ(found.probability.method, TailMethod::splitting);
    least = std::min(least, found.reduction_of_mode);
    return ValueAndError{found.probability.value, found.probability.standard_error};
  });
  EXPECT_TRUE(judged.right()) << judged;
  EXPECT_GT(least, 1) << "of the mode alone, whatever the seed";
}

// The draws differ in what the same LR does to the mode by far: most divergence comes from one of them.
TEST(Divergence, IsTheAverageOverTheDraws) {
  Experiment request = rare();
  request.model = &find_model("adamw");
  auto draws = example_draws(*request.model, 5);
  for (std::size_t d = 0; d < 5; ++d) draws[d][5] = 0.5 * std::pow(1.3, static_cast<double>(d));
  request.draws = draws;
  const double lowest = truth(request, request.draws[4]), highest = truth(request, request.draws[0]);
  ASSERT_GT(highest, 10 * lowest);
  const Judgement judged = judge(truth(request), [&](std::uint64_t seed) {
    request.seed = seed;
    const TailEstimate found = divergence(request, small_effort())[0].probability;
    return ValueAndError{found.value, found.standard_error};
  });
  EXPECT_TRUE(judged.right()) << judged;
}

// The check above must be able to fail: the same estimates with an error that a wrong program could make.
using Replicate = std::function<double(const TailChain&, const std::vector<float>&, std::uint64_t)>;
Judgement judge_replicates(const Replicate& replicate) {
  Experiment request = rare();
  return judge(truth(request), [&](std::uint64_t seed) {
    request.seed = seed;
    const TailChain chain = make_tail_chain(request, request, kBlock, 0);
    const SplittingPlan plan = plan_splitting(chain, 128);
    std::vector<double> values;
    for (std::uint64_t r = 0; r < kTailReplicates; ++r) values.push_back(replicate(chain, plan.levels, r));
    const MeanOfReplicates mean = mean_of_replicates(values);
    return ValueAndError{mean.value, mean.standard_error};
  });
}

// Spread over (0, 1) by the golden ratio.
double offset_of(std::uint64_t replicate) {
  return std::fmod(0.6180339887498949 * static_cast<double>(replicate + 1), 1);
}

// Splitting put together from its parts; `choose` says where the next particles start.
template <class Choose>
double by_parts(const TailChain& chain, const std::vector<float>& levels, std::uint64_t replicate,
                const Choose& choose) {
  double product = 1;
  std::vector<BarrierParticle> moving = start_particles(chain, 128, replicate);
  for (std::uint32_t stage = 0; stage < levels.size(); ++stage) {
    move_particles(chain, Stream::splitting, replicate, stage, levels[stage], moving);
    const std::vector<BarrierParticle> entered = beyond(levels[stage], moving);
    product *= static_cast<double>(entered.size()) / 128;
    if (entered.empty()) break;
    moving = choose(entered);
  }
  return product;
}

TEST(DivergenceCheck, HoldsForSplittingByParts) {
  const Judgement judged = judge_replicates([](const TailChain& chain, const auto& levels, std::uint64_t r) {
    return by_parts(chain, levels, r, [&](const auto& entered) { return resample(entered, 128, offset_of(r)); });
  });
  EXPECT_TRUE(judged.right()) << judged;
}

TEST(DivergenceCheck, CatchesALevelThatIsCountedOnceTooOften) {
  const Judgement judged = judge_replicates([](const TailChain& chain, const auto& levels, std::uint64_t r) {
    const SplittingRun run = split(chain, levels, 128, r);
    return probability_of(run) * run.shares.back();
  });
  EXPECT_FALSE(judged.right()) << judged;
}

// The first half of those that came to a level: they have more time left.
TEST(DivergenceCheck, CatchesEntrancesThatAreChosenWithABias) {
  const Judgement judged = judge_replicates([](const TailChain& chain, const auto& levels, std::uint64_t r) {
    return by_parts(chain, levels, r, [&](std::vector<BarrierParticle> entered) {
      entered.resize((entered.size() + 1) / 2);
      return resample(entered, 128, offset_of(r));
    });
  });
  EXPECT_FALSE(judged.right()) << judged;
}

// Starting anew at the level instead of where the particle came beyond it.
TEST(DivergenceCheck, CatchesAForgottenOvershoot) {
  const Judgement judged = judge_replicates([](const TailChain& chain, const auto& levels, std::uint64_t r) {
    std::size_t stage = 0;
    return by_parts(chain, levels, r, [&](std::vector<BarrierParticle> entered) {
      for (BarrierParticle& one : entered) one.mode = levels[stage] * 1.0001f;
      ++stage;
      return resample(entered, 128, offset_of(r));
    });
  });
  EXPECT_FALSE(judged.right()) << judged;
}

TEST(Divergence, IsEstimatedPlainlyWhereItIsNotRare) {
  Experiment request = rare();
  request.spikes.barrier_noise = 0.2;
  ASSERT_GT(truth(request), 0.3);
  const Divergence found = divergence(request, small_effort())[0];
  EXPECT_EQ(found.probability.method, TailMethod::plain);
  EXPECT_EQ(found.levels, std::vector<double>{1.0});
  EXPECT_NEAR(found.probability.value, truth(request), 5 * found.probability.standard_error);
  EXPECT_LT(found.reduction_of_mode, 2);
}

// A mode that forgets itself within a block comes beyond the limit in one step or not at all.
TEST(Divergence, IsEstimatedPlainlyWhereSplittingDoesNotPay) {
  Experiment request = rare();
  request.spikes.barrier_pull = 0.1;
  request.spikes.barrier_noise = 0.1;
  request.spikes.barrier_growth = 0;
  ASSERT_GT(truth(request), 1e-3);
  ASSERT_LT(truth(request), 5e-2);
  const Divergence found = divergence(request, {.particles = 32'768})[0];
  EXPECT_EQ(found.probability.method, TailMethod::plain);
  EXPECT_NEAR(found.probability.value, truth(request), 5 * found.probability.standard_error);
}

TEST(Divergence, ThatCannotHappenHasProbabilityZero) {
  Experiment request = rare();
  request.spikes.barrier_noise = 0;
  const Divergence found = divergence(request, small_effort())[0];
  EXPECT_EQ(found.probability.value, 0);
  EXPECT_EQ(found.probability.standard_error, 0);
  EXPECT_EQ(found.probability.reduction, 0);
}

}  // namespace
}  // namespace losscast::test
