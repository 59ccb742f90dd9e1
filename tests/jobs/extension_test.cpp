#include <gtest/gtest.h>

#include "jobs/round_folder.hpp"
#include "losscast/base/error.hpp"
#include "losscast/format/atomic_file.hpp"
#include "losscast/format/text_file.hpp"
#include "tests/jobs/planned.hpp"
#include "tests/sweep/same_results.hpp"

namespace losscast::test {
namespace {

namespace fs = std::filesystem;

Settings points(int candidates) {
  return {"search.method=\"sobol\"", "search.candidates=" + std::to_string(candidates), "paths=32"};
}

SweepResult finished(const PlannedSweep& sweep, Listener& listener) {
  const SweepPlan plan = read_plan(sweep.folder());
  EXPECT_EQ(run_shards(sweep.folder(), plan, {}, on_one_thread(), listener), ShardsEnd::finished);
  Merged merged = merge_rounds(sweep.folder(), plan, merging(), listener);
  EXPECT_TRUE(merged.missing.empty());
  return std::move(merged.result.value());
}

// The result of a sweep that has all candidates from the beginning.
SweepResult planned_at_once(const Settings& settings) {
  const PlannedSweep sweep(settings);
  sweep.freeze(1);
  Listener listener;
  return finished(sweep, listener);
}

TEST(Extension, KeepsWhatWasComputed) {
  const PlannedSweep sweep(points(11));
  const SweepPlan few = sweep.freeze(2);
  Listener of_few;
  run_shards(sweep.folder(), few, 1, on_one_thread(), of_few);
  EXPECT_EQ(extend_plan(sweep.plan(points(30)), 3, sweep.folder(), {}), 3);
  EXPECT_EQ(planned_shards(sweep.folder()), 5);
  Listener of_all;
  const SweepResult result = finished(sweep, of_all);
  EXPECT_EQ(of_all.at_the_beginning, 6) << "of the 30, those of shard 1 were done";
  expect_same(result, planned_at_once(points(30)));
}

TEST(Extension, GoesOnFromAFinishedSweep) {
  const PlannedSweep sweep(points(11));
  sweep.freeze(2);
  Listener of_few, of_all;
  finished(sweep, of_few);
  EXPECT_EQ(extend_plan(sweep.plan(points(20)), {}, sweep.folder(), {}), 1);
  EXPECT_EQ(extend_plan(sweep.plan(points(20)), {}, sweep.folder(), {}), 0) << "it is extended already";
  EXPECT_EQ(extend_plan(sweep.plan(points(25)), {}, sweep.folder(), {}), 1);
  const SweepResult result = finished(sweep, of_all);
  EXPECT_EQ(of_all.at_the_beginning, 11);
  expect_same(result, planned_at_once(points(25)));
}

// As if the program had been killed between its files.
TEST(Extension, GoesOnAfterAnInterruption) {
  const PlannedSweep sweep(points(11));
  sweep.freeze(2);
  Listener of_few, of_all;
  finished(sweep, of_few);
  const std::string plan_before = read_text_file(sweep.folder() / "plan.json");
  extend_plan(sweep.plan(points(20)), {}, sweep.folder(), {});
  write_atomically(sweep.folder() / "plan.json", plan_before);
  EXPECT_THROW(read_plan(sweep.folder()), InputError);
  EXPECT_EQ(extend_plan(sweep.plan(points(20)), {}, sweep.folder(), {}), 1);
  expect_same(finished(sweep, of_all), planned_at_once(points(20)));
}

// The message with which an extension is refused.
std::string refusal(const SweepPlan& plan, const PlannedSweep& sweep) {
  try {
    extend_plan(plan, {}, sweep.folder(), {});
    return "";
  } catch (const InputError& error) {
    return error.what();
  }
}

TEST(Extension, IsNotForRacesAndPrecisionGoals) {
  const PlannedSweep none(points(11));
  EXPECT_NE(refusal(none.plan(points(20)), none).find("there is no plan that could be extended"), std::string::npos);

  Settings race = points(11);
  race.insert(race.end(), {"search.method=\"race\"", "search.points=\"sobol\""});
  const PlannedSweep raced(race);
  raced.freeze(2);
  EXPECT_NE(refusal(raced.plan({"search.candidates=20"}), raced).find("added to a race (its first round"),
            std::string::npos);

  const PlannedSweep sweep(points(11));
  const auto precise = [](SweepPlan plan) {
    plan.options.goal.target_error = 1e-3;
    return make_plan(plan.file, plan.config, plan.fit, plan.options);
  };
  const SweepPlan plan = precise(sweep.plan());
  freeze_plan(plan, *begin_rounds(plan.config, plan.fit, plan.options), 1, sweep.folder(), {});
  EXPECT_NE(refusal(precise(sweep.plan(points(20))), sweep).find("with a precision goal (how many paths"),
            std::string::npos);
}

TEST(Extension, HasNoMoreShardsThanCandidates) {
  const PlannedSweep sweep(points(11));
  sweep.freeze(1);
  EXPECT_EQ(extend_plan(sweep.plan(points(14)), 9, sweep.folder(), {}), 3);
  EXPECT_EQ(planned_shards(sweep.folder()), 4);
}

TEST(Extension, IsOfCandidatesAlone) {
  const PlannedSweep sweep(points(11));
  sweep.freeze(2);
  Settings other = points(20);
  other.back() = "paths=64";
  EXPECT_THROW(extend_plan(sweep.plan(other), {}, sweep.folder(), {}), InputError);
  EXPECT_THROW(extend_plan(sweep.plan(points(10)), {}, sweep.folder(), {}), InputError);
  EXPECT_EQ(extend_plan(sweep.plan(points(20)), {}, sweep.folder(), {}), 1);
}

}  // namespace
}  // namespace losscast::test
