// P(diverge) by the density of the mode, against the chain of single updates by an independent method.
#include "losscast/tails/divergence_law.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "bench/common/barrier_law.hpp"
#include "losscast/base/error.hpp"
#include "losscast/tails/divergence.hpp"
#include "tests/engine/requests.hpp"

namespace losscast::test {
namespace {

Experiment request_of(double pull, double noise, double growth, double limit) {
  Experiment request = example_request(find_model("adamw"));
  request.spikes.barrier_pull = pull;
  request.spikes.barrier_noise = noise;
  request.spikes.barrier_growth = growth;
  request.spikes.barrier_limit = limit;
  return request;
}

double update_by_update(const Experiment& request, const Recipe& recipe, const std::vector<double>& draw) {
  constexpr int kPoints = 150;
  return bench::divergence_by_density(request.spikes, bench::mode_blocks(request, recipe, 1, draw), kPoints);
}

struct Mode {
  const char* name;
  double pull, noise, growth, limit;
  double least, most;  // between which the probabilities under all schedules lie
  double exponent = 1;
};
void PrintTo(const Mode& mode, std::ostream* out) { *out << mode.name; }

constexpr Mode kModes[] = {
    {"rare", 0.01, 0.04, 0.03, 6, 1e-7, 1e-3},
    {"often", 0.01, 0.04, 0.03, 1.5, 0.05, 0.9},
    {"additive_noise", 0.01, 0.04, 0, 2.2, 5e-6, 0.01},
    {"no_pull", 0, 0.01, 0.01, 1.5, 1e-3, 0.3},
    {"strong_pull", 0.2, 0.02, 0.01, 0.3, 1e-6, 1e-2},
    {"growing_and_pulled", 0.1, 0.02, 0.1, 1, 1e-8, 1e-1},
    {"pulled_beyond_zero", 0.5, 0.02, 0.007, 0.2, 1e-4, 0.9995},
    {"grows_without_bound", 1e-4, 0.01, 0.05, 4, 0.02, 0.3},
    {"steep", 0.02, 0.04, 0.03, 1.5, 1e-6, 0.9, 2},
    {"flat", 0.02, 0.04, 0, 1.5, 1e-7, 0.9, 0.6},
};

class DivergenceOf : public ::testing::TestWithParam<Mode> {};
INSTANTIATE_TEST_SUITE_P(Modes, DivergenceOf, ::testing::ValuesIn(kModes),
                         [](const auto& given) { return given.param.name; });

// The law agrees to 6%: the grid is coarse, and updates are right to the next order only.
TEST_P(DivergenceOf, IsThatOfSingleUpdates) {
  const Mode& mode = GetParam();
  Experiment request = request_of(mode.pull, mode.noise, mode.growth, mode.limit);
  request.spikes.barrier_exponent = mode.exponent;
  const DivergenceLaw law(request);
  double lowest = 1, highest = 0;
  for (const char* family : {"constant", "cosine", "wsd"})
    for (const double peak_lr : {2e-4, 3e-4}) {
      Arguments arguments{
          {{"family", std::string(family)}, {"peak_lr", peak_lr}, {"warmup_steps", 100.0}, {"total_steps", 800.0}}};
      if (family != std::string("constant")) arguments.values["final_lr_ratio"] = 0.1;
      if (family == std::string("wsd")) arguments.values["decay_fraction"] = 0.4;
      const Schedule schedule = make_schedule(arguments);
      const double truth = update_by_update(request, schedule, request.draws.front());
      EXPECT_NEAR(law.probability(schedule) / truth, 1, 0.06) << family << " " << peak_lr << " " << truth;
      lowest = std::min(lowest, truth);
      highest = std::max(highest, truth);
    }
  EXPECT_GT(lowest, mode.least);
  EXPECT_LT(highest, mode.most);
}

// Pulls from next to none to those that take the mode far beyond 0 in an update, and on to where it comes to rest no
// more (2), under noises with which some or few runs diverge. Particles are simulated as the engine moves its paths.
TEST(DivergenceLaw, HoldsForSimulationWhateverThePull) {
  constexpr double kPulls[] = {1e-3, 3e-3, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.4, 1.9};
  Experiment request = example_request(find_model("power"));
  request.recipes = {make_schedule(
      {{{"family", std::string("constant")}, {"peak_lr", kRefLr}, {"warmup_steps", 50.0}, {"total_steps", 500.0}}})};
  request.paths = 32;
  for (const double limit : {3.2, 4.5})  // in deviations of the mode at rest
    for (const double pull : kPulls) {
      SCOPED_TRACE(::testing::Message() << pull << " " << limit);
      const double at_rest = 1 / std::sqrt(pull * (2 - pull)), after_all = std::sqrt(500.0);
      request.spikes = {.barrier_pull = pull,
                        .barrier_noise = 0.1,
                        .barrier_growth = 0.01,
                        .barrier_limit = 0.1 * limit * std::min(at_rest, 0.6 * after_all)};
      const TailEstimate found = bench::divergence(request, {.particles = 16'384})[0].probability;
      const double law = DivergenceLaw(request).probability(request.recipes[0]);
      EXPECT_GT(found.value, 1e-5);
      EXPECT_LT(found.value, 0.6);
      EXPECT_NEAR(law, found.value, 4.5 * found.standard_error + 0.03 * found.value);
      EXPECT_LT(found.standard_error, 0.2 * found.value);
      EXPECT_LE(law, 1);
    }
  // Beyond 2 every run diverges, however little noise there is.
  request.spikes = {.barrier_pull = 2.5, .barrier_noise = 1e-4, .barrier_limit = 1};
  EXPECT_NEAR(DivergenceLaw(request).probability(request.recipes[0]), 1, 1e-9);
}

// Where all diverge soon the probability is 1, and not beyond.
TEST(DivergenceLaw, NeverExceedsOne) {
  for (const double pull : {0.0, 1e-3, 0.5, 1.0, 3.0})
    for (const double limit : {0.01, 0.05, 0.2, 1.0})
      for (const Step steps : {Step{100}, Step{1000}}) {
        const double law = DivergenceLaw(request_of(pull, 0.1, 0.02, limit)).probability(constant(steps));
        EXPECT_LE(law, 1) << pull << " " << limit;
        EXPECT_GE(law, 0) << pull << " " << limit;
      }
}

// At the beginning the effective LR is far above what it comes to within some 80 updates.
TEST(DivergenceLaw, FollowsWeightsThatFindTheirNormSoon) {
  Experiment request = request_of(0.01, 0.04, 0, 4);
  request.weight_decay = 20;
  const Schedule schedule = make_schedule(
      {{{"family", std::string("constant")}, {"peak_lr", 3e-4}, {"warmup_steps", 10.0}, {"total_steps", 6000.0}}});
  const double truth = update_by_update(request, schedule, request.draws.front());
  EXPECT_GT(truth, 1e-6);
  EXPECT_LT(truth, 0.5);
  EXPECT_NEAR(DivergenceLaw(request).probability(schedule) / truth, 1, 0.06) << truth;
}

TEST(DivergenceLaw, AveragesOverTheDraws) {
  Experiment request = request_of(0.01, 0.04, 0.03, 4);
  request.draws = example_draws(*request.model, 32, 0.2);
  const Schedule schedule = wsd(1000);
  double mean = 0;
  for (const std::vector<double>& draw : request.draws) {
    Experiment one = request;
    one.draws = {draw};
    mean += DivergenceLaw(one).probability(schedule) / static_cast<double>(request.draws.size());
  }
  EXPECT_NEAR(DivergenceLaw(request).probability(schedule) / mean, 1, 0.1);
}

// Splitting, in the blocks that the engine chooses: single updates.
TEST(DivergenceLaw, AgreesWithSplitting) {
  Experiment request = request_of(0.01, 0.04, 0.03, 4);
  request.draws = example_draws(*request.model, 64, 0.05);
  request.recipes = {wsd(1000)};
  request.paths = 64;
  double law = 0;
  for (const double exponent : {1.5, 1.0}) {
    request.spikes.barrier_exponent = exponent;
    const TailEstimate found = divergence(request)[0].probability;
    law = DivergenceLaw(request).probability(request.recipes[0]);
    EXPECT_LT(found.standard_error, 0.2 * found.value);
    EXPECT_NEAR(found.value, law, 4 * found.standard_error + 0.05 * law) << exponent;
  }
  request.block = 16;
  EXPECT_GT(std::abs(divergence(request)[0].probability.value / law - 1), 0.5) << "blocks matter";
}

Schedule at_reference_lr(Step steps) {
  return Schedule({{.end = steps, .span = static_cast<double>(steps), .from = 3e-4}});
}

// A run that is cut off has diverged as often as the whole one had by then.
TEST(DivergenceLaw, ByTimeIsThatOfRunsCutOff) {
  const Experiment request = request_of(0.01, 0.04, 0.03, 4);
  const DivergenceLaw law(request);
  const std::vector<DivergedBy> by_time = law.by_time(at_reference_lr(1000));
  ASSERT_GE(by_time.size(), 16u);
  EXPECT_EQ(by_time.back().step, 1000);
  EXPECT_DOUBLE_EQ(by_time.back().probability, law.probability(at_reference_lr(1000)));
  for (std::size_t i = 1; i < by_time.size(); ++i) {
    EXPECT_GE(by_time[i].probability, by_time[i - 1].probability);
    EXPECT_GT(by_time[i].step, by_time[i - 1].step);
  }
  for (const DivergedBy& at : by_time)
    if (at.step > 500) {
      EXPECT_NEAR(at.probability / law.probability(at_reference_lr(at.step)), 1, 0.06) << at.step;
    }
}

TEST(DivergenceLaw, KnowsWhatNeverDivergesAndRefusesWhatCannot) {
  for (const double noise : {0.0, 1e-200})
    EXPECT_EQ(DivergenceLaw(request_of(0.01, noise, 0.03, 1)).probability(wsd(1000)), 0);
  EXPECT_NEAR(DivergenceLaw(request_of(0.01, 0.04, 0.03, 1e-200)).probability(wsd(1000)), 1, 1e-9);
  EXPECT_NEAR(DivergenceLaw(request_of(3, 0.02, 0.01, 1)).probability(wsd(1000)), 1, 1e-6) << "each update overshoots";
  EXPECT_THROW(DivergenceLaw{request_of(0.01, 0.04, 0.03, 0)}, InputError);
}

}  // namespace
}  // namespace losscast::test
