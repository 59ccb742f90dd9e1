// Jumps that are added exactly to the losses of paths without them, beside jumps that are simulated.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/requests.hpp"
#include "tests/format/expect_error.hpp"

namespace losscast::test {
namespace {

Experiment jumping() {
  Experiment request = example_request(find_model("adamw"));
  request.noise.startup_shift = request.noise.river = 0;
  request.recipes = {wsd(1'000), constant(1'000)};
  request.record_steps = {500, 1'000};
  request.block = 10;
  request.paths = 65'536;
  request.keep = Experiment::Keep::samples;
  request.spikes.jump_rate = 1e-3;
  request.spikes.critical_lr = 3e-4;
  request.spikes.mean_jump = 0.1;
  request.spikes.jump_decay = 5e-3;
  return request;
}

Experiment with_lever(Experiment request, Lever lever) {
  request.levers.exact_jumps = lever;
  return request;
}

TEST(ExactJumps, GiveWhatSimulatedJumpsGiveUpToTheirNoise) {
  const EnsembleResult simulated = run(with_lever(jumping(), Lever::off));
  const EnsembleResult exact = run(with_lever(jumping(), Lever::on));
  EXPECT_EQ(simulated.levers.exact_jumps, Lever::off);
  EXPECT_EQ(exact.levers.exact_jumps, Lever::on);
  for (std::size_t s = 0; s < 2; ++s)
    for (std::size_t r = 0; r < 2; ++r) {
      const Statistics &one = simulated.statistics[s][r], &other = exact.statistics[s][r];
      EXPECT_NEAR(other.mean, one.mean, 5 * one.standard_error) << s << r;
      EXPECT_NEAR(other.standard_deviation / one.standard_deviation, 1, 0.05) << s << r;
      EXPECT_LT(other.standard_error, one.standard_error / 5) << s << r;
      EXPECT_GT(other.reduction, 25) << s << r;
      // A quantile lies in the interval of the simulated one, made 2.5 times as wide: 5 standard deviations.
      const std::pair<double, double> quantiles[] = {{one.q25, other.q25}, {one.q50, other.q50},
                                                     {one.q75, other.q75}, {one.q95, other.q95},
                                                     {one.q99, other.q99}, {one.q999, other.q999}};
      for (std::size_t q = 0; q < std::size(quantiles); ++q) {
        const auto [of_simulated, of_exact] = quantiles[q];
        const Interval& interval = one.intervals[q + 1];
        EXPECT_GT(of_exact, of_simulated - 2.5 * (of_simulated - interval.low)) << s << r << " " << q;
        EXPECT_LT(of_exact, of_simulated + 2.5 * (interval.high - of_simulated)) << s << r << " " << q;
      }
      EXPECT_NEAR(other.tail_mean / one.tail_mean, 1, 0.002) << s << r;
    }
  const MeanEstimate noisy = estimate_difference(simulated.samples[1], simulated.samples[0]);
  const MeanEstimate sharp = estimate_difference(exact.samples[1], exact.samples[0]);
  EXPECT_NEAR(sharp.mean, noisy.mean, 5 * noisy.simulation_error);
  EXPECT_LT(sharp.simulation_error, noisy.simulation_error / 5);
}

// The paths are those of a request without jumps: their statistics less the jumps' part are the same.
TEST(ExactJumps, LeaveTheRestOfThePathsAsItIs) {
  Experiment calm = jumping();
  calm.spikes = {};
  calm.paths = 512;
  Experiment with = with_lever(jumping(), Lever::on);
  with.paths = 512;
  const EnsembleResult without = run(calm), exact = run(with);
  EXPECT_EQ(without.samples[0].units, exact.samples[0].units);
  EXPECT_EQ(without.statistics[0][1].standard_error, exact.statistics[0][1].standard_error);
  EXPECT_GT(exact.statistics[0][1].mean, without.statistics[0][1].mean);
}

// With draws that differ the noise-free twins sharpen the mean as they do without jumps.
TEST(ExactJumps, GoTogetherWithTheConditionalMean) {
  Experiment request = jumping();
  request.draws = example_draws(*request.model, 64);
  request.paths = 256;
  request.levers = kAutomaticLevers;
  Experiment calm = request;
  calm.spikes = {};
  const EnsembleResult exact = run(request), without = run(calm);
  ASSERT_TRUE(exact.levers.twin_block);
  EXPECT_EQ(exact.statistics[0][1].standard_error, without.statistics[0][1].standard_error);
}

TEST(ExactJumps, AreLeftToThePathsThatAreKept) {
  Experiment request = jumping();
  request.paths = 64;
  request.keep = Experiment::Keep::values;
  EXPECT_EQ(run(with_lever(request, Lever::automatic)).levers.exact_jumps, Lever::off);
  expect_error(ExitCode::usage_or_input, {"every path is kept"}, [&] { run(with_lever(request, Lever::on)); });
  request.keep = Experiment::Keep::samples;
  EXPECT_EQ(run(with_lever(request, Lever::automatic)).levers.exact_jumps, Lever::on);  // control
  request.spikes = {};
  EXPECT_EQ(run(with_lever(request, Lever::automatic)).levers.exact_jumps, Lever::off);
  expect_error(ExitCode::usage_or_input, {"there are none"}, [&] { run(with_lever(request, Lever::on)); });
}

// A barrier is still simulated: its lost paths leave the mean, and count as the worst in quantiles.
TEST(ExactJumps, StandBesideABarrier) {
  Experiment request = with_lever(jumping(), Lever::on);
  request.paths = 4'096;
  request.spikes.barrier_pull = 0.01;
  request.spikes.barrier_noise = 0.011;
  request.spikes.barrier_limit = 0.5;
  const EnsembleResult exact = run(request), simulated = run(with_lever(request, Lever::off));
  const Statistics &one = simulated.statistics[0][1], &other = exact.statistics[0][1];
  ASSERT_GT(one.diverged_share, 0.01);
  ASSERT_LT(one.diverged_share, 0.9);
  EXPECT_EQ(other.diverged_share, one.diverged_share);
  EXPECT_NEAR(other.mean, one.mean, 5 * one.standard_error);
  EXPECT_EQ(other.q999, std::numeric_limits<double>::infinity());
}

}  // namespace
}  // namespace losscast::test
