// Running to a goal: it is reached, or the result says by how much it was missed and why.
#include "losscast/precision/precision.hpp"

#include <gtest/gtest.h>

#include "losscast/base/error.hpp"
#include "tests/engine/requests.hpp"

namespace losscast::test {
namespace {

Experiment request() {
  Experiment out = example_request(find_model("adamw"));
  out.recipes = {wsd(2'000), cosine(2'000, 1e-4), constant(1'500)};
  out.block = 8;
  out.paths = 1 << 20;
  out.keep = Experiment::Keep::statistics;
  return out;
}

TEST(Precision, ReachesItsTargetWithTheStatisticsOfOneRequest) {
  PrecisionGoal goal;
  goal.target_error = 1e-3;
  goal.first_paths = 32;
  const PreciseResult result = run_to_precision(request(), goal);
  EXPECT_EQ(result.report.stopped_by, StoppedBy::target);
  EXPECT_GT(result.report.rounds, 1);
  EXPECT_TRUE(result.report.missed.empty());
  for (std::size_t s = 0; s < 3; ++s) {
    EXPECT_LE(result.result.statistics[s][0].standard_error, 1e-3);
    Experiment alone = request();
    alone.recipes = {alone.recipes[s]};
    alone.paths = result.paths[s];
    EXPECT_EQ(run(alone).statistics[0][0].mean, result.result.statistics[s][0].mean);
  }
  ASSERT_TRUE(result.report.next_digit);
  EXPECT_NEAR(result.report.next_digit->error, result.report.largest_error / 10, 1e-12);
}

TEST(Precision, LeversReachItWithFewerPaths) {
  PrecisionGoal goal;
  goal.target_error = 1e-3;
  goal.first_paths = 32;
  const PreciseResult plain = run_to_precision(request(), goal);
  Experiment with_levers = request();
  with_levers.levers = kAutomaticLevers;
  const PreciseResult sharp = run_to_precision(with_levers, goal);
  EXPECT_LE(sharp.report.largest_error, 1e-3);
  EXPECT_LT(10 * sharp.result.performance.path_steps, plain.result.performance.path_steps);
}

TEST(Precision, StopsAtItsBudget) {
  PrecisionGoal goal;
  goal.target_error = 1e-5;
  goal.first_paths = 64;
  goal.stop.path_steps = 4'000'000;
  const PreciseResult result = run_to_precision(request(), goal);
  EXPECT_EQ(result.report.stopped_by, StoppedBy::path_steps);
  EXPECT_LE(result.result.performance.path_steps, 4'000'000);
  EXPECT_GT(result.result.performance.path_steps, 1'000'000);
  EXPECT_EQ(result.report.missed.size(), 3U);
}

// The request has levers and several draws, whose twins cost the same in every round.
TEST(Precision, StopsAtItsBudgetWithTwinsToo) {
  Experiment with_draws = request();
  with_draws.draws = example_draws(*with_draws.model, 512, 0.01);
  with_draws.levers = kAutomaticLevers;
  PrecisionGoal goal;
  goal.target_error = 1e-5;
  goal.first_paths = 64;
  goal.stop.path_steps = 10'000'000;
  const PreciseResult result = run_to_precision(with_draws, goal);
  EXPECT_EQ(result.report.stopped_by, StoppedBy::path_steps);
  EXPECT_LE(result.result.performance.path_steps, 10'000'000);
  EXPECT_GT(result.report.rounds, 1);
}

TEST(Precision, RoundsRepeatWhatSecondsStopped) {
  PrecisionGoal goal;
  goal.target_error = 1e-5;
  goal.first_paths = 64;
  goal.stop.seconds = 1e-9;
  const PreciseResult stopped = run_to_precision(request(), goal);
  EXPECT_EQ(stopped.report.stopped_by, StoppedBy::seconds);
  EXPECT_EQ(stopped.report.rounds, 1);
  goal.stop.seconds.reset();
  goal.stop.rounds = stopped.report.rounds;
  const PreciseResult repeated = run_to_precision(request(), goal);
  EXPECT_EQ(repeated.report.stopped_by, StoppedBy::rounds);
  EXPECT_EQ(repeated.paths, stopped.paths);
  EXPECT_EQ(repeated.result.statistics[0][0].mean, stopped.result.statistics[0][0].mean);
}

TEST(Precision, RefusesWhatCannotBeHonestAndBudgetsThatReachNothing) {
  const auto message = [](const Experiment& request, const PrecisionGoal& goal) -> std::string {
    try {
      run_to_precision(request, goal);
    } catch (const InputError& error) {
      return error.what();
    }
    return "";
  };
  PrecisionGoal goal;
  goal.target_error = 1e-7;
  EXPECT_NE(message(request(), goal).find("FP32"), std::string::npos) << message(request(), goal);
  EXPECT_NE(message(request(), goal).find("1e-05"), std::string::npos);
  // Long blocks that were asked for bias the mean.
  Experiment coarse = request();
  coarse.block = 256;
  goal.target_error = 2e-5;
  EXPECT_NE(message(coarse, goal).find("blocks of 256 steps"), std::string::npos) << message(coarse, goal);
  goal.target_error = 1e-4;
  goal.stop.path_steps = 1000;
  EXPECT_NE(message(request(), goal).find("reach nothing"), std::string::npos) << message(request(), goal);
}

// Without a block of its own a request gets one whose bias is below the target.
TEST(Precision, ChoosesBlocksForItsTarget) {
  Experiment free = request();
  free.block.reset();
  free.levers = kAutomaticLevers;
  PrecisionGoal coarse, fine;
  coarse.target_error = 1e-3;
  fine.target_error = 3e-5;
  const Step long_blocks = run_to_precision(free, coarse).result.step_error.block;
  const StepError found = run_to_precision(free, fine).result.step_error;
  EXPECT_LE(found.block, long_blocks);
  EXPECT_LT(found.at_end, 1.5e-5);
}

}  // namespace
}  // namespace losscast::test
