#include "losscast/sweep/best_at_border.hpp"

#include <gtest/gtest.h>

#include "tests/sweep/problem.hpp"

namespace losscast::test {
namespace {

// What is said of a weight decay that is the best of an axis, where runs were trained with 0.05 to 0.2.
std::vector<std::string> said(const Axis& axis, double best, double trained_min = 0.05, double trained_max = 0.2) {
  const SearchSpace space = space_of(SearchMethod::grid, {wsd_space({axis})});
  Fit fit;
  fit.seen.weight_decay_min = fit.seen.batch_min = trained_min;
  fit.seen.weight_decay_max = fit.seen.batch_max = trained_max;
  const Recipe recipe = Schedule({{.end = 300, .from = 3e-4}});
  return best_at_border(space, fit, {0, {{{axis.argument, best}}}, recipe});
}

using Phrases = std::vector<std::string>;

TEST(BestAtBorder, IsNothingBetweenOthers) {
  const Axis axis = range("weight_decay", Axis::Kind::log, 0.01, 1, 5);
  EXPECT_EQ(said(axis, 0.1), Phrases{});
  EXPECT_EQ(said(range("peak_lr", Axis::Kind::log, 0.01, 1, 5), 0.01), Phrases{}) << "the LR is not asked for";
}

TEST(BestAtBorder, IsSaidOfWhatWasSearched) {
  const Axis axis = range("weight_decay", Axis::Kind::log, 0.08, 0.15, 5);
  const Phrases smallest = {"the best weight_decay, 0.0802, is the smallest searched: a smaller one may be better"};
  EXPECT_EQ(said(axis, 0.0802), smallest);
  Axis choices{.argument = "batch", .kind = Axis::Kind::choice, .choices = {0.06, 0.1, 0.15}, .grid_points = {}};
  EXPECT_EQ(said(choices, 0.15), Phrases{"the best batch, 0.15, is the largest searched: a larger one may be better"});
  EXPECT_EQ(said(choices, 0.1), Phrases{});
  choices.choices.emplace_back(Stairs{{0, 50}, {0.1, 0}});
  EXPECT_EQ(said(choices, 0.1), Phrases{});
}

TEST(BestAtBorder, IsSaidOfWhatWasTrained) {
  const Axis axis = range("weight_decay", Axis::Kind::log, 0.01, 1, 5);
  EXPECT_EQ(said(axis, 0.03),
            Phrases{"the best weight_decay, 0.03, is not above the smallest trained: a smaller one may be better"});
  EXPECT_EQ(said(axis, 1), Phrases{"the best weight_decay, 1, is the largest searched and not below the largest "
                                   "trained: a larger one may be better"});
  EXPECT_EQ(
      said(axis, 0.1, 0.1, 0.1),
      Phrases{"weight_decay was searched, but all training runs have 0.1: what it does rests on the model alone"});
  EXPECT_EQ(said(range("batch", Axis::Kind::log, 100, 1000, 5), 300, 0, 0),
            Phrases{"batch was searched, but no training run says its own"});
}

}  // namespace
}  // namespace losscast::test
