#include "losscast/design/next_runs.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "losscast/fit/forecast.hpp"
#include "losscast/schedule/families.hpp"
#include "race/observation_gain.hpp"
#include "sweep/values_of_draws.hpp"
#include "tests/sweep/problem.hpp"

namespace losscast::test {
namespace {

constexpr int kDraws = 256;

Recipe recipe(double peak, double decay_fraction, double steps) {
  return make_recipe({{{"family", std::string("wsd")},
                       {"peak_lr", peak},
                       {"decay_fraction", decay_fraction},
                       {"total_steps", steps}}});
}

// Of some the expected losses are much alike.
std::vector<Recipe> candidates() {
  std::vector<Recipe> out;
  for (const double peak : {2e-4, 3e-4})
    for (const double decay : {0.1, 0.3, 0.5, 0.7, 0.9}) out.push_back(recipe(peak, decay, 1000));
  return out;
}

std::vector<PossibleRun> runs() {
  std::vector<PossibleRun> out;
  for (const double peak : {2e-4, 3e-4})
    for (const double steps : {250.0, 1000.0})
      for (const double decay : {0.1, 0.4, 0.8}) out.push_back({recipe(peak, decay, steps), 100 * steps});
  return out;
}

LossSde sde_with_offset(double run_offset, int draws = kDraws) {
  Fit fit = example_fit(draws);
  fit.noise.run_offset.value = run_offset;
  return with_draws_in_turn(make_sde(fit), 1);
}

DesignOptions options_for(int runs, double budget = std::numeric_limits<double>::infinity()) {
  DesignOptions options;
  options.runs = runs;
  options.budget = budget;
  options.draws = kDraws;
  options.execution = {Backend::cpu, MathMode::reproducible, 1};
  return options;
}

NextRuns judged(double run_offset, const DesignOptions& options) {
  return next_runs(sde_with_offset(run_offset), candidates(), runs(), options);
}

double total(const std::vector<RunValue>& plan) {
  double sum = 0;
  for (const RunValue& one : plan) sum += one.gain;
  return sum;
}

// The regret, over all draws and candidates, is that of the definition.
TEST(NextRuns, KnowTheRegretOfTheChoice) {
  const LossSde sde = sde_with_offset(0.01);
  const std::vector<Recipe> all = candidates();
  ValuesOfDraws values(sde, {}, 1, options_for(1).execution, kDraws);
  std::vector<float> losses(all.size() * kDraws);
  values.evaluate(all, losses);
  const OpenChoice choice(losses, kDraws);
  const NextRuns found = judged(0.01, options_for(1));
  EXPECT_EQ(found.draws, kDraws);
  EXPECT_EQ(found.chosen, choice.chosen());
  EXPECT_NEAR(found.regret, choice.regret(), 0.02 * choice.regret());  // few draws left candidates out that seldom win
  EXPECT_LE(found.regret, choice.regret());
  EXPECT_GT(found.regret, 1e-3);
}

TEST(NextRuns, GainNoMoreThanThereIsToGain) {
  for (const double run_offset : {0.0, 0.02, 0.05}) {
    const NextRuns found = judged(run_offset, options_for(4));
    ASSERT_EQ(found.single.size(), runs().size());
    double before = found.regret;
    for (const RunValue& one : found.single) {
      EXPECT_GE(one.gain, 0);
      EXPECT_LE(one.gain, before);
      before = one.gain;
    }
    EXPECT_LE(total(found.plan), found.regret);
    if (run_offset == 0) continue;  // there the draws agree on the best candidate
    EXPECT_GT(found.single.front().gain, kNothingToLearn);
    EXPECT_GT(total(found.plan), found.single.front().gain - kNothingToLearn);
  }
}

TEST(NextRuns, AreNoneWhereNothingIsOpen) {
  const LossSde known = sde_with_offset(0, 1);
  const NextRuns found = next_runs(known, candidates(), runs(), options_for(4));
  EXPECT_EQ(found.regret, 0);
  EXPECT_EQ(found.single.front().gain, 0);
  EXPECT_TRUE(found.plan.empty());
}

TEST(NextRuns, KeepToTheBudget) {
  const std::vector<PossibleRun> possible = runs();
  for (const double budget : {110000.0, 250000.0}) {
    const NextRuns found = judged(0.02, options_for(4, budget));
    double tokens = 0;
    for (const RunValue& one : found.plan) tokens += possible[one.run].tokens;
    EXPECT_LE(tokens, budget);
    EXPECT_FALSE(found.plan.empty());
  }
  EXPECT_EQ(judged(0.02, options_for(2)).plan.size(), 2u);
}

// Each run is offered twice, at two prices.
TEST(NextRuns, SpendNoMoreThanAnAlikeGainCosts) {
  std::vector<PossibleRun> possible = runs();
  for (const PossibleRun& one : runs()) possible.push_back({one.recipe, 3 * one.tokens});
  for (const double run_offset : {0.02, 0.03, 0.05})
    for (const int most : {1, 3}) {
      const NextRuns found = next_runs(sde_with_offset(run_offset), candidates(), possible, options_for(most));
      double tokens = 0;
      for (const RunValue& one : found.plan) {
        EXPECT_LT(one.run, runs().size()) << "the dear one of two that are the same";
        tokens += possible[one.run].tokens;
      }
      ASSERT_FALSE(found.plan.empty());
      EXPECT_GT(total(found.plan), found.single.front().gain - kNothingToLearn);
      for (const RunValue& one : found.single) {
        if (possible[one.run].tokens >= tokens) continue;
        EXPECT_LE(one.gain, total(found.plan)) << "cheaper, and gains more";
      }
    }
}

// Beside each run there is one that is nearly the same and takes a tenth of the tokens.
TEST(NextRuns, TakeTheCheapestOfRunsThatGainAlike) {
  std::vector<PossibleRun> possible;
  for (const double decay : {0.1, 0.4, 0.8})
    for (const double less : {0.0, 0.002}) possible.push_back({recipe(3e-4, decay - less, 1000), less > 0 ? 1e4 : 1e5});
  int cheaper_than_the_first = 0;
  for (const double run_offset : {0.02, 0.03, 0.05}) {
    const NextRuns found = next_runs(sde_with_offset(run_offset), candidates(), possible, options_for(1));
    double least = std::numeric_limits<double>::infinity();
    for (const RunValue& one : found.single)
      if (one.gain > found.single.front().gain - kNothingToLearn) least = std::min(least, possible[one.run].tokens);
    ASSERT_EQ(found.plan.size(), 1u);
    EXPECT_EQ(possible[found.plan.front().run].tokens, least);
    cheaper_than_the_first += least < possible[found.single.front().run].tokens ? 1 : 0;
  }
  EXPECT_GT(cheaper_than_the_first, 0);
}

// Where the law is known to hold at all candidates, its error leaves little open.
TEST(NextRuns, ExpectLittleOfWhatTheFitHasSeen) {
  DesignOptions options = options_for(1);
  const double open = judged(0.02, options).regret;
  options.trained = candidates();
  const double seen = judged(0.02, options).regret, without_error = judged(0, options_for(1)).regret;
  EXPECT_LT(seen, open);
  EXPECT_LT(seen - without_error, 0.5 * (open - without_error));
}

TEST(NextRuns, AreTheSameOnAnyNumberOfThreads) {
  DesignOptions options = options_for(3);
  const NextRuns one = judged(0.01, options);
  options.execution.threads = 3;
  const NextRuns three = judged(0.01, options);
  EXPECT_EQ(one.regret, three.regret);
  ASSERT_EQ(one.single.size(), three.single.size());
  for (std::size_t i = 0; i < one.single.size(); ++i) {
    EXPECT_EQ(one.single[i].run, three.single[i].run);
    EXPECT_EQ(one.single[i].gain, three.single[i].gain);
    EXPECT_EQ(one.single[i].rival, three.single[i].rival);
  }
  ASSERT_EQ(one.plan.size(), three.plan.size());
  for (std::size_t i = 0; i < one.plan.size(); ++i) EXPECT_EQ(one.plan[i].run, three.plan[i].run);
}

}  // namespace
}  // namespace losscast::test
