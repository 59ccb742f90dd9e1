// What is left out together, and that nothing of it is among what is fitted.
#include "losscast/fit/folds.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "losscast/schedule/families.hpp"
#include "losscast/schedule/warmup.hpp"

namespace losscast::test {
namespace {

constexpr Step kWarmup = 100;
using Names = std::vector<std::string>;

Schedule schedule(const std::string& family, double peak, Step steps, std::map<std::string, Value> more = {}) {
  std::map<std::string, Value> values = {{"family", family},
                                         {"peak_lr", peak},
                                         {"warmup_steps", static_cast<double>(kWarmup)},
                                         {"total_steps", static_cast<double>(steps)}};
  more.merge(values);
  return make_schedule(Arguments{std::move(more)});
}
Schedule wsd(double peak, Step steps, double fraction) {
  return schedule("wsd", peak, steps, {{"decay_fraction", fraction}});
}

// A point every 100 steps from `first` on. No two runs have a loss in common.
Curve run(const std::string& name, const std::string& family, Schedule lr, Step first = 0) {
  static int runs = 0;
  Curve curve{.name = name, .file = {}, .recipe = std::move(lr), .points = {}, .params = {}, .branch_of = {}};
  curve.family = family;
  ++runs;
  for (Step s = first; s <= curve.recipe.total_steps(); s += 100)
    curve.points.push_back({s, 4 - 1e-5 * static_cast<double>(s) + 1e-7 * runs});
  return curve;
}

std::vector<Curve> mixed_runs() {
  return {run("constant", "constant", schedule("constant", 3e-3, 2000)),
          run("wsd", "wsd", wsd(3e-3, 2000, 0.2)),
          run("wsd_again", "wsd", wsd(3e-3, 2000, 0.2)),
          run("long_wsd", "wsd", wsd(3e-3, 4000, 0.1)),
          run("low", "cosine", schedule("cosine", 1e-3, 2000, {{"final_lr", 1e-4}})),
          run("high", "cosine", schedule("cosine", 6e-3, 4000, {{"final_lr", 1e-4}})),
          run("long_low", "linear", schedule("linear", 1e-3, 4000))};
}

Folds folds_by(const std::vector<Curve>& curves, Grouping grouping) { return make_folds(curves, {{grouping}}); }

Names groups(const Folds& folds) {
  Names names;
  for (const Fold& fold : folds.folds) names.push_back(fold.group);
  return names;
}

Names judged(const Fold& fold, const std::vector<Curve>& curves) {
  Names names;
  for (const LeftOutRun& one : fold.left_out) names.push_back(curves[one.curve].name);
  return names;
}

Names fitted(const Fold& fold, const std::vector<Curve>& curves) {
  Names names;
  for (const std::size_t c : fold.training) names.push_back(curves[c].name);
  return names;
}

TEST(Folds, LeaveARecipeOutWithItsRepeats) {
  const std::vector<Curve> curves = mixed_runs();
  const Folds folds = folds_by(curves, Grouping::curve);
  ASSERT_EQ(groups(folds), (Names{"constant", "wsd and 1 repeat", "long_wsd", "low", "high", "long_low"}));
  EXPECT_TRUE(folds.skipped.empty());
  EXPECT_EQ(judged(folds.folds[1], curves), (Names{"wsd", "wsd_again"}));
  EXPECT_EQ(fitted(folds.folds[1], curves), (Names{"constant", "long_wsd", "low", "high", "long_low"}));
}

TEST(Folds, TakeAFamilyForOneWhateverItsArguments) {
  const std::vector<Curve> curves = mixed_runs();
  const Folds folds = folds_by(curves, Grouping::family);
  ASSERT_EQ(groups(folds), (Names{"constant", "wsd", "cosine", "linear"}));
  EXPECT_EQ(judged(folds.folds[1], curves), (Names{"wsd", "wsd_again", "long_wsd"}));
  EXPECT_EQ(fitted(folds.folds[1], curves), (Names{"constant", "low", "high", "long_low"}));
}

TEST(Folds, LeavePeaksAndHorizonsOut) {
  const std::vector<Curve> curves = mixed_runs();
  const Folds peaks = folds_by(curves, Grouping::peak);
  ASSERT_EQ(groups(peaks), (Names{"peak_lr 0.003", "peak_lr 0.001", "peak_lr 0.006"}));
  EXPECT_EQ(fitted(peaks.folds[0], curves), (Names{"low", "high", "long_low"}));
  const Folds horizons = folds_by(curves, Grouping::horizon);
  ASSERT_EQ(groups(horizons), (Names{"2000 steps", "4000 steps"}));
  // long_wsd passes through all of the constant run, so it is not fitted without it.
  EXPECT_EQ(fitted(horizons.folds[0], curves), (Names{"high", "long_low"}));
  EXPECT_EQ(judged(horizons.folds[1], curves), (Names{"long_wsd", "high", "long_low"}));
}

// What the two have in common, update by update.
bool same_until(const Curve& a, const Curve& b, Step step) {
  if (step > std::min(a.recipe.total_steps(), b.recipe.total_steps())) return false;
  for (Step s = 0; s < step; ++s)
    if (a.recipe.schedule.lr(s) != b.recipe.schedule.lr(s)) return false;
  return true;
}

TEST(Folds, JudgeByNoPointThatATrainingRunKnows) {
  std::vector<Curve> curves = mixed_runs();
  curves.push_back(run("branch", "wsd", wsd(3e-3, 2000, 0.4), 1200));
  curves.back().branch_of = "constant";
  int known = 0, own = 0;
  for (const Fold& fold : make_folds(curves, kGroupings).folds)
    for (const LeftOutRun& one : fold.left_out)
      for (const CurvePoint& point : curves[one.curve].points) {
        const bool is_known = std::any_of(fold.training.begin(), fold.training.end(), [&](std::size_t t) {
          return point.step <= curves[t].points.back().step && same_until(curves[one.curve], curves[t], point.step);
        });
        const auto judging = judging_points(curves[one.curve], one.known_until);
        const bool judges = std::any_of(judging.begin(), judging.end(),
                                        [&](const CurvePoint& other) { return other.step == point.step; });
        EXPECT_FALSE(is_known && judges) << fold.group << ": " << curves[one.curve].name << " at " << point.step;
        EXPECT_EQ(judges, !is_known && point.step >= kWarmup)
            << fold.group << ": " << curves[one.curve].name << " at " << point.step;
        ++(is_known ? known : own);
      }
  EXPECT_GT(known, 50);
  EXPECT_GT(own, 50);
}

// A branch logged from step 1200 on: the run that it branched off knows its past, and is known by it until then. The
// LR is the peak for the last time in update 1200, after which the step is 1201.
TEST(Folds, JudgeABranchAndItsTrunkByWhatComesAfterTheBranch) {
  const Curve trunk = run("trunk", "constant", schedule("constant", 3e-3, 2000));
  Curve branch = run("branch", "wsd", wsd(3e-3, 2000, 0.4), 1200);
  EXPECT_EQ(known_until(branch, trunk), 1201);
  EXPECT_EQ(known_until(trunk, branch), 1201);
  // Its past is written down with another warm-up: then what the manifest says of the branch is what is left.
  branch.recipe = schedule("wsd", 3e-3, 2000, {{"warmup_steps", 50.0}, {"decay_fraction", 0.4}});
  EXPECT_LT(known_until(trunk, branch), kWarmup);
  branch.branch_of = "trunk";
  EXPECT_EQ(known_until(trunk, branch), 1200);
  EXPECT_EQ(known_until(branch, trunk), 1200);
}

TEST(Folds, SeeTheSameLossesInTwoLogs) {
  Curve one = run("one", "cosine", schedule("cosine", 3e-3, 2000));
  Curve other = run("other", "linear", schedule("linear", 3e-3, 3000));
  const Step warmup = known_until(one, other);
  EXPECT_LE(warmup, kWarmup + 1);
  for (std::size_t i = 0; i < 2; ++i) other.points[i].loss = one.points[i].loss;
  EXPECT_EQ(known_until(one, other), warmup) << "two may be alike by chance";
  for (std::size_t i = 0; i < 6; ++i) other.points[i].loss = one.points[i].loss;
  EXPECT_EQ(known_until(one, other), 500);
  EXPECT_EQ(known_until(other, one), 500);
}

// A longer run of the same recipe passes through all of the shorter one.
TEST(Folds, DoNotFitARunThatGoesOnWhereTheLeftOutOneEnds) {
  std::vector<Curve> curves = mixed_runs();
  curves.push_back(run("long_constant", "constant", schedule("constant", 3e-3, 5000)));
  const Folds folds = folds_by(curves, Grouping::curve);
  EXPECT_EQ(judged(folds.folds[0], curves), (Names{"constant"}));
  // long_wsd is constant until then, too.
  EXPECT_EQ(fitted(folds.folds[0], curves), (Names{"wsd", "wsd_again", "low", "high", "long_low"}));
  // The other way round the longer one is judged by what it has beyond the others: long_wsd is constant until 3600.
  const Fold& last = folds.folds.back();
  EXPECT_EQ(last.group, "long_constant");
  EXPECT_EQ(last.left_out.front().known_until, 3601);
  EXPECT_EQ(fitted(last, curves).front(), "constant");
}

// Repeats that were logged differently far are repeats.
TEST(Folds, LeaveRepeatsOutHoweverFarTheyWereLogged) {
  std::vector<Curve> curves = mixed_runs();
  curves[1].points.resize(10);
  for (const Fold& fold : folds_by(curves, Grouping::curve).folds)
    EXPECT_NE(std::count(fold.training.begin(), fold.training.end(), 1u), fold.group == "wsd and 1 repeat" ? 1 : 0)
        << fold.group;
  EXPECT_EQ(recipes_of(curves), (std::vector<std::size_t>{0, 1, 1, 3, 4, 5, 6}));
}

TEST(Folds, TakeAnotherDecayBatchOrSizeForAnotherRun) {
  const Curve one = run("one", "constant", schedule("constant", 3e-3, 2000));
  Curve same = one, decay = one, stairs = one, size = one, batch = one, other_batch = one;
  EXPECT_EQ(known_until(one, same), 2000);
  decay.weight_decay = 0.2;
  EXPECT_EQ(recipes_of(std::vector{one, decay}), (std::vector<std::size_t>{0, 1}));
  const Step steps[] = {0, 700};
  const double values[] = {0.1, 0.2};
  stairs.recipe.weight_decay = StepValues(steps, values);
  stairs.points = run("", "", schedule("constant", 3e-3, 2000)).points;
  EXPECT_EQ(known_until(one, stairs), 700);
  size.params = 1e8;
  EXPECT_EQ(recipes_of(std::vector{one, size}), (std::vector<std::size_t>{0, 1}));
  batch.recipe.batch = StepValues(1000.0);
  other_batch.recipe.batch = StepValues(2000.0);
  EXPECT_EQ(recipes_of(std::vector{batch, other_batch, one}), (std::vector<std::size_t>{0, 1, 0}))
      << "a batch that is not said may be any";
}

TEST(Folds, SayWhatCannotBeLeftOut) {
  std::vector<Curve> curves = mixed_runs();
  curves.erase(curves.begin() + 3, curves.end());
  const Folds peaks = folds_by(curves, Grouping::peak);
  EXPECT_TRUE(peaks.folds.empty());
  ASSERT_EQ(peaks.skipped.size(), 1u);
  EXPECT_EQ(peaks.skipped[0].group, "");
  EXPECT_EQ(peaks.skipped[0].reason, "there is one only: peak_lr 0.003");
  // Without the constant run the two repeats are left, without these the constant run alone.
  const Folds recipes = folds_by(curves, Grouping::curve);
  EXPECT_EQ(groups(recipes), (Names{"constant"}));
  ASSERT_EQ(recipes.skipped.size(), 1u);
  EXPECT_EQ(recipes.skipped[0].group, "wsd and 1 repeat");
  EXPECT_EQ(recipes.skipped[0].reason, "one curve is left to fit, and it takes 2");
  curves = mixed_runs();
  curves[4].points = {{50, 4.0}};
  const Folds warmup = folds_by(curves, Grouping::curve);
  ASSERT_EQ(warmup.skipped.size(), 1u);
  EXPECT_EQ(warmup.skipped[0].group, "low");
  EXPECT_EQ(warmup.skipped[0].reason, "no point after the warm-up is its own");
}

}  // namespace
}  // namespace losscast::test
