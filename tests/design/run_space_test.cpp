#include "losscast/design/run_space.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "losscast/base/error.hpp"
#include "losscast/fit/forecast.hpp"
#include "tests/sweep/problem.hpp"

namespace losscast::test {
namespace {

// Whose warm-up leaves room for the decay of the shortest runs.
SweepConfig config_of_seven() {
  SweepConfig config = example_config();
  for (FamilySpace& family : config.space.families) family.fixed.values["warmup_steps"] = 2.0;
  return config;
}

RunSpace space_for(const SweepConfig& config, double tokens, double tokens_per_step = 100) {
  return run_space(config, example_fit(4), {tokens, tokens_per_step}, 1);
}

double number(const Candidate& candidate, const std::string& name) {
  return std::get<double>(candidate.arguments.values.at(name));
}

TEST(RunSpace, HasRunsOfFourLengths) {
  const RunSpace space = space_for(config_of_seven(), 1e9);
  EXPECT_EQ(space.candidates.size(), 7u);
  EXPECT_EQ(space.runs.size(), 28u);
  std::set<Step> lengths;
  for (std::size_t r = 0; r < space.runs.size(); ++r) {
    lengths.insert(space.runs[r].recipe.total_steps());
    EXPECT_EQ(space.tokens[r], 100.0 * static_cast<double>(space.runs[r].recipe.total_steps()));
  }
  EXPECT_EQ(lengths, (std::set<Step>{38, 75, 150, 300}));
}

TEST(RunSpace, ShortensWhatIsCountedInStepsButTheWarmUp) {
  FamilySpace space = wsd_space({range("peak_lr", Axis::Kind::log, 1e-4, 6e-4, 2)});
  space.fixed.values.erase("decay_fraction");
  space.fixed.values["decay_start"] = 800.0;
  space.fixed.values["total_steps"] = 1000.0;
  space.fixed.values["warmup_steps"] = 50.0;
  const RunSpace found = space_for(config_of(SearchMethod::grid, {space}), 1e9);
  bool half = false;
  for (const Candidate& run : found.runs) {
    EXPECT_EQ(number(run, "warmup_steps"), 50);
    EXPECT_EQ(number(run, "decay_start"), 0.8 * number(run, "total_steps"));
    half = half || number(run, "total_steps") == 500;
  }
  EXPECT_TRUE(half);
}

// The warm-up of 20 steps leaves none for half of 38.
TEST(RunSpace, LeavesOutWhatIsNoSchedule) { EXPECT_EQ(space_for(example_config(), 1e9).runs.size(), 20u); }

TEST(RunSpace, KeepsToTheBudget) {
  const RunSpace cheap = space_for(config_of_seven(), 15000);
  EXPECT_EQ(cheap.runs.size(), 21u);
  for (const double tokens : cheap.tokens) EXPECT_LE(tokens, 15000);
  EXPECT_EQ(space_for(config_of_seven(), 3800).runs.size(), 7u);
  EXPECT_THROW(space_for(config_of_seven(), 3799), InputError);
}

TEST(RunSpace, CountsTheTokensOfARecipesOwnBatches) {
  FamilySpace space = wsd_space({range("peak_lr", Axis::Kind::log, 1e-4, 6e-4, 2)});
  space.fixed.values["total_steps"] = 1000.0;
  space.fixed.values["batch"] = Stairs{{0, 400}, {10, 20}};
  const RunSpace found = space_for(config_of(SearchMethod::grid, {space}), 1e9);
  for (std::size_t r = 0; r < found.runs.size(); ++r)
    EXPECT_EQ(found.tokens[r], found.runs[r].recipe.total_steps() == 1000  ? 400 * 10 + 600 * 20
                               : found.runs[r].recipe.total_steps() == 500 ? 400 * 10 + 100 * 20
                                                                           : found.runs[r].recipe.total_steps() * 10);
}

// The example, standing for peak LRs up to this one.
Fit fit_standing_to(double peak) {
  Fit fit = example_fit(4);
  const auto limit = std::find_if(fit.parameters.begin(), fit.parameters.end(),
                                  [](const ParameterEstimate& one) { return one.name == "limit"; });
  const auto place = static_cast<std::size_t>(limit - fit.parameters.begin());
  for (auto& draw : fit.draws) draw.at(place) = 1;
  const double of_one = standing_peak_lr(fit);  // it is in proportion to the limit
  for (auto& draw : fit.draws) draw.at(place) = peak / of_one;
  return fit;
}

TEST(RunSpace, LeavesOutRunsThatTheFitDoesNotStandFor) {
  constexpr double kPeak = 3e-4;
  const SweepConfig config = config_of_seven();
  const RunSpace all = run_space(config, fit_standing_to(1), {1e9, 100}, 1);
  const RunSpace found = run_space(config, fit_standing_to(kPeak), {1e9, 100}, 1);
  const auto beyond = [&](const std::vector<Candidate>& of) {
    return static_cast<std::size_t>(
        std::count_if(of.begin(), of.end(), [&](const Candidate& one) { return one.recipe.peak_lr() > kPeak; }));
  };
  EXPECT_EQ(all.runs_beyond, 0u);
  EXPECT_EQ(beyond(found.runs), 0u);
  EXPECT_GT(found.runs_beyond, 0u);
  EXPECT_EQ(found.runs_beyond, beyond(all.runs));
  EXPECT_EQ(found.runs.size() + found.runs_beyond, all.runs.size());
  EXPECT_EQ(found.candidates.size(), all.candidates.size());
  EXPECT_EQ(found.candidates_beyond, beyond(all.candidates));
  EXPECT_THROW(run_space(config, fit_standing_to(1e-6), {1e9, 100}, 1), InputError);
}

TEST(RunSpace, RefusesWhatIsNotOneChoiceOfTheLowestMean) {
  SweepConfig config = example_config();
  EXPECT_NO_THROW(space_for(config, 1e9));
  config.objective.kind = Objective::Kind::quantile;
  EXPECT_THROW(space_for(config, 1e9), InputError);
  SweepConfig several = open_race_config();
  several.space.horizons = {1000};
  EXPECT_NO_THROW(space_for(several, 1e9));
  several.space.horizons = {500, 1000};
  EXPECT_THROW(space_for(several, 1e9), InputError);
}

}  // namespace
}  // namespace losscast::test
