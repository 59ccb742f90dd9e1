// The fewest steps to a loss, against races for known numbers of steps.
#include <gtest/gtest.h>

#include "losscast/base/error.hpp"
#include "tests/sweep/problem.hpp"

namespace losscast::test {
namespace {

SweepConfig config_between(Step fewest, Step most) {
  SweepConfig config = open_race_config();
  config.space.horizons = {fewest, most};
  return config;
}

double best_after(Step steps) {
  return run_sweep(config_between(steps, steps), example_fit(64), options()).certificate->search.horizons[0].mean;
}

StepsToLoss steps_to(double loss, Step fewest = 400, Step most = 8000) {
  SweepConfig config = config_between(fewest, most);
  config.race->target_loss = loss;
  const SweepResult result = run_sweep(config, example_fit(64), options());
  EXPECT_EQ(result.ranked.front().candidate.recipe.total_steps(), result.certificate->steps_to_loss->steps);
  EXPECT_TRUE(result.certificate->certified);
  return *result.certificate->steps_to_loss;
}

TEST(StepsToLoss, AreThoseAfterWhichTheBestComesToIt) {
  for (const Step steps : {700, 1500, 6000}) {
    const double loss = best_after(steps);
    const StepsToLoss found = steps_to(loss);
    EXPECT_GE(found.steps, steps - 2);
    EXPECT_LE(static_cast<double>(found.steps), 1.006 * static_cast<double>(steps) + 1);
    EXPECT_LE(best_after(found.steps), loss);
    EXPECT_LE(found.probes.size(), 9u);
    for (std::size_t i = 1; i < found.probes.size(); ++i) {
      EXPECT_GT(found.probes[i].steps, found.probes[i - 1].steps);
      EXPECT_EQ(found.probes[i].mean <= loss, found.probes[i].steps >= found.steps);
    }
    ASSERT_TRUE(found.low);
    EXPECT_LT(*found.low, found.steps);
    ASSERT_TRUE(found.high);
    EXPECT_GT(*found.high, found.steps);
  }
}

TEST(StepsToLoss, AreTheFewestWhereThoseDo) {
  const StepsToLoss found = steps_to(best_after(400) + 0.01);
  EXPECT_EQ(found.steps, 400);
  EXPECT_EQ(found.probes.size(), 1u);
  EXPECT_FALSE(found.low);
}

TEST(StepsToLoss, SayWhatTheMostComeTo) {
  try {
    steps_to(best_after(8000) - 0.01);
    FAIL() << "no error";
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("after 8000 steps the best has"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace losscast::test
