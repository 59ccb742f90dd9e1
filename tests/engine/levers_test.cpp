// Statistical levers: each estimates the same mean as plain simulation, with the error that it claims, and with less of
// it. Noise is far stronger here than in real runs, so that FP32 rounding is small beside what is left of it.
#include "losscast/engine/levers.hpp"

#include <gtest/gtest.h>

#include "engine/controlled_mean.hpp"
#include "losscast/base/error.hpp"
#include "losscast/random/counter.hpp"
#include "losscast/random/normal.hpp"
#include "tests/engine/exact_mean.hpp"
#include "tests/engine/repetitions.hpp"
#include "tests/engine/requests.hpp"

namespace losscast::test {
namespace {

constexpr std::size_t kUnits = 128, kRepetitions = 2000;
constexpr int kDraws = 512;
constexpr Step kBlock = 64;

// Independent draws around the example's parameters.
std::vector<std::vector<double>> random_draws(const SdeModel& model, int count, double spread) {
  std::vector<std::vector<double>> draws;
  for (int d = 0; d < count; ++d) {
    draws.push_back(example_parameters(model));
    for (std::size_t p = 0; p < draws.back().size(); ++p) {
      float four[4];
      normals4(random_bits(1, Stream::parameters, static_cast<std::uint64_t>(d), static_cast<std::uint32_t>(p), 0),
               four);
      draws.back()[p] *= 1 + spread * static_cast<double>(four[0]);
    }
  }
  return draws;
}

Experiment noisy_request(const SdeModel& model, int draws, const Levers& levers) {
  Experiment request = example_request(model);
  request.recipes = {wsd(6'000), cosine(6'000)};
  request.draws = draws > 1 ? random_draws(model, draws, 0.01) : request.draws;
  request.noise.four_over_d = 4.0f / 50;
  request.noise.startup_shift = 0.02f;
  request.noise.river = 0.02f;
  request.block = kBlock;
  request.levers = levers;
  request.threads = 0;
  request.paths = static_cast<std::int64_t>(kUnits * kRepetitions * (levers.antithetic == Lever::on ? 2 : 1));
  request.keep = Experiment::Keep::samples;
  return request;
}

struct LeverCase {
  const char* name;
  int draws;
  Levers levers;
  double least_reduction;  // that must be seen
};

class EachLever : public ::testing::TestWithParam<LeverCase> {};
INSTANTIATE_TEST_SUITE_P(Levers, EachLever,
                         ::testing::Values(LeverCase{"Plain", 1, kNoLevers, 0.9},

                                           LeverCase{"Antithetic", 1, {Lever::on, Lever::off}, 10},
                                           LeverCase{"ConditionalMean", kDraws, {Lever::off, Lever::on}, 0.9},
                                           LeverCase{"Together", kDraws, {Lever::on, Lever::on}, 20}),
                         [](const auto& one) { return one.param.name; });

TEST_P(EachLever, IsUnbiasedAndHonest) {
  const Experiment request = noisy_request(find_model("adamw"), GetParam().draws, GetParam().levers);
  const EnsembleResult result = run(request);
  for (std::size_t s = 0; s < request.recipes.size(); ++s) {
    const Verdict verdict = judge(repetitions_of(result.samples[s], kUnits), exact_mean(request, s, kBlock));
    EXPECT_TRUE(verdict.unbiased()) << verdict.mean_z;
    EXPECT_TRUE(verdict.honest()) << verdict.ratio;
    EXPECT_TRUE(verdict.covers()) << verdict.coverage;
    EXPECT_GT(result.statistics[s][0].reduction, GetParam().least_reduction);
  }
  // So is the difference of two schedules on the same random numbers.
  MeanSample difference = result.samples[0];
  difference.centre -= result.samples[1].centre;
  for (std::size_t i = 0; i < difference.units.size(); ++i) difference.units[i] -= result.samples[1].units[i];
  const Verdict verdict =
      judge(repetitions_of(difference, kUnits), exact_mean(request, 0, kBlock) - exact_mean(request, 1, kBlock));
  EXPECT_TRUE(verdict.unbiased()) << verdict.mean_z;
  EXPECT_TRUE(verdict.honest()) << verdict.ratio;
  EXPECT_TRUE(verdict.covers()) << verdict.coverage;
}

// The same judgement on estimators with a mistake in them.
class PlantedMistake : public ::testing::Test {
 protected:
  static const Experiment& request() {
    static const Experiment request = [] {
      Experiment out = noisy_request(find_model("adamw"), kDraws, {Lever::on, Lever::on});
      out.recipes = {wsd(6'000)};
      out.keep = Experiment::Keep::values;
      return out;
    }();
    return request;
  }
  static const std::vector<float>& values() {
    static const std::vector<float> values = run(request()).values[0];
    return values;
  }
  // Twins as the engine makes them: each draw's path without noise.
  static std::vector<float> twins() {
    Experiment calm = request();
    calm.levers = kNoLevers;
    calm.noise = {};
    calm.paths = kDraws;
    return run(calm).values[0];
  }
  static Verdict judged(const MeanSample& sample) {
    return judge(repetitions_of(sample, kUnits), exact_mean(request(), 0, kBlock));
  }
};

TEST_F(PlantedMistake, NoneIsFoundWhereThereIsNone) {
  const Verdict verdict = judged(controlled_sample(values(), 0, Pairing::antithetic, kDraws, twins()));
  EXPECT_TRUE(verdict.unbiased() && verdict.honest() && verdict.covers()) << verdict.mean_z;
}

TEST_F(PlantedMistake, PairsTakenForIndependentPathsOverstateTheError) {
  EXPECT_FALSE(judged(controlled_sample(values(), 0, Pairing::independent, 2 * kDraws, {})).honest());
}

TEST_F(PlantedMistake, ATwinMeanOverTheWrongDrawsIsBiased) {
  MeanSample sample = controlled_sample(values(), 0, Pairing::antithetic, kDraws, twins());
  const std::vector<float> calm = twins();
  ExactMoments half;
  for (int d = 0; d < kDraws / 2; ++d) half.add(calm[static_cast<std::size_t>(d)]);
  sample.centre = half.mean();
  EXPECT_FALSE(judged(sample).unbiased());
}

TEST_F(PlantedMistake, MirroringTheStartButNotTheBrownianMotionIsSeenInTheError) {
  // Pairs of paths that share the sign of their noise instead: units as spread as single paths, and not less.
  std::vector<float> same = values();
  for (std::size_t i = 0; i + 1 < same.size(); i += 2) same[i + 1] = same[i];
  const MeanSample sample = controlled_sample(same, 0, Pairing::antithetic, kDraws, twins());
  const MeanSample right = controlled_sample(values(), 0, Pairing::antithetic, kDraws, twins());
  EXPECT_GT(estimate_mean(sample).simulation_error, 3 * estimate_mean(right).simulation_error);
}

TEST_F(PlantedMistake, DroppingWhatTheTwinsMissIsBiased) {
  // The mean of the twins alone: the river's curvature over the uncertainty of the clock is not in it.
  MeanSample sample = controlled_sample(values(), 0, Pairing::antithetic, kDraws, twins());
  const double left = estimate_mean(sample).mean - sample.centre;
  for (float& unit : sample.units) unit -= static_cast<float>(left);
  EXPECT_FALSE(judged(sample).unbiased());
}

// A pair's second path is the first one's mirror image: around a linear law they cancel.
TEST(Antithetic, PairsMirrorEverySourceOfNoise) {
  for (const SdeModel* model : models()) {
    Experiment request = example_request(*model);
    request.recipes = {wsd(2'000)};
    request.block = kBlock;
    request.paths = 64;
    request.levers.antithetic = Lever::on;
    request.noise = {};
    const float calm = run(request).values[0][0];
    // The noise is so small that nothing but its linear part is left, and large beside FP32 rounding.
    request.noise.run_offset = request.noise.observation = 1e-2f;
    request.noise.startup_shift = request.noise.river = 1e-3f;
    request.noise.four_over_d = 4.0f / 1e5f;
    const EnsembleResult result = run(request);
    for (std::size_t i = 0; i < 64; i += 2) {
      const float first = result.values[0][i] - calm, second = result.values[0][i + 1] - calm;
      EXPECT_NEAR(first + second, 0, 5e-5) << model->name();
    }
    EXPECT_GT(result.statistics[0][0].standard_deviation, 5e-3);
  }
}

// Wherever a request begins, each path is compared with the twin of its own draw.
TEST(ConditionalMean, GoesWithTheDrawsOfAnyFirstPath) {
  Experiment request = noisy_request(find_model("adamw"), kDraws, {Lever::on, Lever::on});
  request.paths = 64;
  const double expected = run(request).statistics[0][0].standard_error;
  request.first_path = 2 * 77;
  const EnsembleResult moved = run(request);
  EXPECT_LT(moved.statistics[0][0].standard_error, 2 * expected);
  EXPECT_NEAR(moved.statistics[0][0].mean, exact_mean(request, 0, kBlock), 5 * expected);
}

// The first path of pair i is path i of plain simulation.
TEST(Antithetic, FirstPathsAreThoseOfPlainSimulation) {
  Experiment request = example_request(find_model("adamw"));
  request.recipes = {wsd(2'000), cosine(3'000)};
  request.draws = example_draws(*request.model, 7);
  request.block = kBlock;
  request.paths = 40;
  const EnsembleResult plain = run(request);
  request.levers.antithetic = Lever::on;
  request.paths = 80;
  const EnsembleResult pairs = run(request);
  for (std::size_t s = 0; s < 2; ++s)
    for (std::size_t i = 0; i < 40; ++i) EXPECT_EQ(pairs.values[s][2 * i], plain.values[s][i]);
}

TEST(Antithetic, MirrorsSpikesToo) {
  Experiment request = example_request(find_model("adamw"));
  request.recipes = {wsd(2'000)};
  request.block = kBlock;
  request.paths = 20'000;
  request.noise = {};
  request.spikes.jump_rate = 2e-4;
  request.spikes.critical_lr = 3e-4;
  request.spikes.mean_jump = 0.1;
  request.spikes.jump_decay = 1e-3;
  const EnsembleResult plain = run(request);
  request.levers.antithetic = Lever::on;
  const EnsembleResult pairs = run(request);
  const Statistics &a = plain.statistics[0][0], &b = pairs.statistics[0][0];
  EXPECT_LT(std::abs(a.mean - b.mean), 4 * std::hypot(a.standard_error, b.standard_error));
  EXPECT_GT(b.reduction, 0.9);  // rare jumps have hardly anything to cancel
}

TEST(Levers, ThatCannotApplyAreRefusedWhereAskedForAndLeftOutWhereNot) {
  Experiment request = example_request(find_model("adamw"));
  request.recipes = {wsd(500)};
  request.paths = 33;
  request.levers = kAutomaticLevers;
  const EnsembleResult result = run(request);
  EXPECT_EQ(result.levers.antithetic, Lever::off);
  EXPECT_FALSE(result.levers.twin_block);
  request.levers.antithetic = Lever::on;
  EXPECT_THROW(run(request), InputError);
  request.levers = {Lever::off, Lever::on, {}};
  EXPECT_THROW(run(request), InputError);
  // Noise-free paths would be unstable in long blocks of Euler-Maruyama.
  request.draws = example_draws(*request.model, 3);
  EXPECT_NO_THROW(run(request));
  request.scheme = Scheme::euler;
  EXPECT_THROW(run(request), InputError);
  request.levers = kAutomaticLevers;
  EXPECT_FALSE(run(request).levers.twin_block);
}

// What a part of a request gives, the whole gives.
TEST(Levers, AsUsedGiveTheSameBitsInAnotherRequest) {
  Experiment request = noisy_request(find_model("adamw"), 64, kAutomaticLevers);
  request.recipes = {wsd(2'000), cosine(5'000)};
  request.paths = 48;
  const EnsembleResult both = run(request);
  request.recipes = {wsd(2'000)};
  request.levers = as_used(both.levers);
  const EnsembleResult one = run(request);
  EXPECT_EQ(one.statistics[0][0].mean, both.statistics[0][0].mean);
  EXPECT_EQ(one.samples[0].units, both.samples[0].units);
}

// A pilot before a long request drops the twins where all draws are alike, and keeps them where they differ.
TEST(Levers, ThatSaveNothingAreSwitchedOff) {
  Experiment request = noisy_request(find_model("adamw"), 4096, kAutomaticLevers);
  request.recipes = {wsd(2'000)};
  request.paths = 8'192;
  const LeversUsed useful = run(request).levers;
  EXPECT_TRUE(useful.twin_block);
  EXPECT_EQ(useful.antithetic, Lever::on);
  request.draws = std::vector(4096, example_parameters(*request.model));
  const LeversUsed idle = run(request).levers;
  EXPECT_FALSE(idle.twin_block);
  EXPECT_EQ(idle.antithetic, Lever::on);
}

TEST(Levers, LostPathsSwitchTheConditionalMeanOff) {
  const float lost = std::numeric_limits<float>::infinity();
  const std::vector<float> values = {3, 5, 4, lost}, twins = {3, 4};
  const MeanSample sample = controlled_sample(values, 0, Pairing::antithetic, 2, twins);
  EXPECT_EQ(sample.centre, 0);
  EXPECT_EQ(sample.units, (std::vector<float>{4, 4}));
}

}  // namespace
}  // namespace losscast::test
