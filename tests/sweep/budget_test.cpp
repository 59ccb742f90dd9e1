// Budgets: the number of steps that they give, and which size they are best spent on.
#include "losscast/sweep/budget.hpp"

#include <gtest/gtest.h>

#include "losscast/base/error.hpp"
#include "tests/sweep/problem.hpp"

namespace losscast::test {
namespace {

Fit fit_of(double params, double loss_more = 0) {
  Fit fit = example_fit(64);
  fit.params = params;
  for (std::vector<double>& draw : fit.draws) draw[0] += loss_more;
  return fit;
}

TEST(Budget, GivesEachSizeItsSteps) {
  const Budget compute{.flops = 6e15, .tokens = {}, .tokens_per_step = 1e4};
  EXPECT_EQ(steps_within(compute, fit_of(1e8)), 1000);
  EXPECT_EQ(steps_within(compute, fit_of(3e8)), 333);
  const Budget tokens{.flops = {}, .tokens = 1.5e7, .tokens_per_step = 1e4};
  EXPECT_EQ(steps_within(tokens, example_fit(8)), 1500);
  const auto refused = [](const Budget& budget, const Fit& fit, const std::string& reason) {
    try {
      steps_within(budget, fit);
      ADD_FAILURE() << "no error";
    } catch (const InputError& error) {
      EXPECT_NE(std::string(error.what()).find(reason), std::string::npos) << error.what();
    }
  };
  refused(compute, example_fit(8), "does not know the size");
  refused({.flops = {}, .tokens = 9e3, .tokens_per_step = 1e4}, fit_of(1e8), "not enough for one step");
  refused({.flops = {}, .tokens = 1e30, .tokens_per_step = 1}, fit_of(1e8), "at most 1e+08");
}

// The smaller of two sizes with the same law gets more steps, and is better; how much worse it must be in itself for
// the larger one to win follows from the means.
TEST(Budget, GoesToTheSizeThatIsBest) {
  const Budget budget{.flops = 9e15, .tokens = {}, .tokens_per_step = 1e4};
  const BudgetSize small{open_race_config(), fit_of(1e8)}, large{open_race_config(), fit_of(2e8)};
  const std::vector<BudgetUse> uses = use_budget(budget, std::vector{large, small}, options());
  ASSERT_EQ(uses.size(), 2u);
  EXPECT_EQ(uses[0].number, 1u);
  EXPECT_EQ(uses[0].steps, 1500);
  EXPECT_EQ(uses[1].steps, 750);
  EXPECT_EQ(uses[0].tokens, 1.5e7);
  EXPECT_LT(uses[0].mean, uses[1].mean);
  EXPECT_TRUE(uses[0].result.certificate->certified);
  EXPECT_EQ(uses[0].result.ranked.front().candidate.recipe.total_steps(), 1500);
  const double gap = uses[1].mean - uses[0].mean;
  for (const double more : {0.8 * gap, 1.2 * gap}) {
    const BudgetSize worse{open_race_config(), fit_of(1e8, more)};
    EXPECT_EQ(use_budget(budget, std::vector{large, worse}, options())[0].number, more < gap ? 1u : 0u);
  }
}

// Two independent fits that say the same: either may be the better, in half of the pairs of their draws.
TEST(Budget, SaysHowSureTheFitsAre) {
  const Budget budget{.flops = {}, .tokens = 1e7, .tokens_per_step = 1e4};
  const BudgetSize one{open_race_config(), fit_of(1e8)};
  const std::vector<BudgetUse> same = use_budget(budget, std::vector{one, one}, options());
  EXPECT_EQ(same[0].mean, same[1].mean);
  EXPECT_GT(same[0].deviation, 0);
  for (const BudgetUse& use : same) EXPECT_NEAR(use.p_best, 0.5, 0.01);
  const BudgetSize far{open_race_config(), fit_of(1e8, 10 * same[0].deviation)};
  const std::vector<BudgetUse> apart = use_budget(budget, std::vector{one, far, far}, options());
  EXPECT_EQ(apart[0].number, 0u);
  EXPECT_GT(apart[0].p_best, 0.999);
  EXPECT_LT(apart[1].p_best, 1e-3);
}

// Draws that belong together are compared one by one: what all have in common is no doubt.
TEST(Budget, ComparesDrawsThatBelongTogether) {
  const Budget budget{.flops = {}, .tokens = 1e7, .tokens_per_step = 1e4};
  const auto size = [](double loss_more, std::optional<std::size_t> paired) {
    return BudgetSize{open_race_config(), fit_of(1e8, loss_more), paired};
  };
  const auto p_best = [&](const std::vector<BudgetSize>& sizes) {
    std::vector<double> all(sizes.size());
    for (const BudgetUse& use : use_budget(budget, sizes, options())) all[use.number] = use.p_best;
    return all;
  };
  const std::vector<double> apart = p_best({size(0, {}), size(1e-3, {})});
  EXPECT_LT(apart[0], 0.9) << "control";
  const std::vector<double> together = p_best({size(0, 1), size(1e-3, 1)});
  EXPECT_EQ(together[0], 1);
  EXPECT_EQ(together[1], 0);
  // A third one that is independent: of the pair only the lower counts.
  const std::vector<double> three = p_best({size(0, 1), size(1e-3, 1), size(0, {})});
  EXPECT_NEAR(three[0], 0.5, 0.01);
  EXPECT_EQ(three[1], 0);
  EXPECT_NEAR(three[2], 0.5, 0.01);
}

}  // namespace
}  // namespace losscast::test
