#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>
#include <utility>

#include "losscast/fit/forecast.hpp"
#include "losscast/format/text_file.hpp"
#include "losscast/io/fit_file.hpp"
#include "tests/cli/program.hpp"
#include "tests/cli/small_problem.hpp"
#include "tests/sweep/problem.hpp"

namespace losscast::test {
namespace {

using Json = nlohmann::json;
constexpr ExitCode kUsage = ExitCode::usage_or_input;

Words next(const Words& more) {
  Words words = {"next", "fit.json", "sweep.toml"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

const Words kGiven = {"--budget", "200000", "--tokens-per-step", "100"};

Words given(Words more) {
  more.insert(more.begin(), kGiven.begin(), kGiven.end());
  return next(more);
}

// A fit whose law is off by so much that runs are worth it.
void make_open(const SmallProblem& folder) {
  Fit fit = small_fit();
  fit.noise.run_offset.value = 0.05;
  write_fit(folder.path() / "fit.json", fit, {});
}

TEST(NextCommand, PlansRunsWithinTheBudget) {
  const SmallProblem folder;
  make_open(folder);
  const Json found = run_for_json(folder.path(), given({}));
  EXPECT_EQ(found.at("candidates"), 48);
  EXPECT_EQ(found.at("nothing_to_learn"), false);
  const double regret = found.at("regret");
  double tokens = 0, gain = 0, before = regret;
  for (const Json& run : found.at("single")) {
    EXPECT_LE(run.at("gain"), before);
    before = run.at("gain");
    EXPECT_EQ(run.at("tokens"), 100 * run.at("steps").get<double>());
  }
  for (const Json& run : found.at("plan")) {
    tokens += run.at("tokens").get<double>();
    gain += run.at("gain").get<double>();
  }
  EXPECT_GE(found.at("plan").size(), 1u);
  EXPECT_LE(tokens, 200000);
  EXPECT_GT(gain, found.at("single")[0].at("gain").get<double>() - 1e-4);
  EXPECT_LE(gain, regret);
  const std::string said = run_well(folder.path(), given({"--runs", "1"})).out;
  for (const char* part : {"today's choice of 48 candidates", "worth the most", "the plan"})
    EXPECT_NE(said.find(part), std::string::npos) << said;
}

TEST(NextCommand, ShowsTheBestRunOfEachFamilyAndLength) {
  const SmallProblem folder;
  make_open(folder);
  std::set<std::pair<std::string, int>> shown;
  const Json found = run_for_json(folder.path(), given({}));
  for (const Json& run : found.at("single")) {
    const std::string schedule = run.at("schedule");
    const std::string family = schedule.find("cosine") == std::string::npos ? "wsd" : "cosine";
    EXPECT_TRUE(shown.emplace(family, run.at("steps")).second) << schedule;
  }
  EXPECT_GT(shown.size(), 4u);
}

// Where a barrier says that runs diverge, neither the choice nor the runs are among those of which many do.
TEST(NextCommand, LimitsDivergenceAsARaceDoes) {
  const SmallProblem folder;
  make_open(folder);
  const Json calm = run_for_json(folder.path(), given({}));
  EXPECT_EQ(calm.at("limits"), Json::object());
  run_well(folder.path(), {"hazard", "--spikes",
                           "{ barrier_noise = 0.02, barrier_pull = 1e-2, barrier_growth = 0.02, barrier_limit = 0.6 }",
                           "--fit", "fit.json", "--out", "risky.json"});
  std::filesystem::rename(folder.path() / "risky.json", folder.path() / "fit.json");
  const Json limited = run_for_json(folder.path(), given({}));
  EXPECT_LT(limited.at("candidates"), calm.at("candidates"));
  EXPECT_LT(limited.at("runs"), calm.at("runs"));
  EXPECT_EQ(limited.at("limits").at("p_diverge").at("limit"), 0.01);
  EXPECT_LE(limited.at("limits").at("p_diverge").at("choice"), 0.01);
  EXPECT_NE(run_well(folder.path(), given({})).out.find("candidates and runs with more than 0.01 are left out"),
            std::string::npos);
  const Json weighed = run_for_json(folder.path(), given({"--set", "divergence_cost=0.1"}));
  EXPECT_EQ(weighed.at("candidates"), calm.at("candidates"));
  EXPECT_EQ(weighed.at("limits"), Json::object());
}

TEST(NextCommand, SaysWhatLiesOutsideTheTrainingCurves) {
  const SmallProblem folder;
  Fit fit = small_fit();
  fit.noise.run_offset.value = 0.05;
  fit.seen.peak_lr_min = 1e-3;
  fit.seen.peak_lr_max = 6e-3;
  fit.seen.total_steps_min = 100;
  write_fit(folder.path() / "fit.json", fit, {});
  const Json inside = run_for_json(folder.path(), given({"--strict"}));
  EXPECT_EQ(inside.at("extrapolations"), Json::array());
  EXPECT_EQ(inside.at("warnings"), Json::array());
  fit.seen.peak_lr_min = fit.seen.peak_lr_max = 1e-4;
  write_fit(folder.path() / "fit.json", fit, {});
  const Json outside = run_for_json(folder.path(), given({}));
  EXPECT_EQ(outside.at("extrapolations").size(), 1u);
  EXPECT_EQ(outside.at("warnings").size(), outside.at("plan").size());
  EXPECT_EQ(outside.at("plan")[0].at("extrapolations").size(), 1u);
  const Outcome strict = run_losscast(folder.path(), given({"--strict"}));
  EXPECT_EQ(strict.exit_code, static_cast<int>(ExitCode::failed_diagnostics));
  EXPECT_NE(strict.err.find("a run of the plan has peak_lr 0.006 far above 0.0001"), std::string::npos) << strict.err;
}

// By a model that knows a limit of stability.
TEST(NextCommand, LeavesOutRunsAboveWhatTheFitStandsFor) {
  const SmallProblem folder;
  Fit fit = example_fit(16);
  fit.covariance.assign(fit.parameters.size(), std::vector<double>(fit.parameters.size(), 0.0));
  fit.noise.run_offset.value = 0.05;
  fit.seen.total_steps_min = 100;
  write_fit(folder.path() / "fit.json", fit, {});
  const double peak = standing_peak_lr(fit);
  const std::string range =
      fmt::format("family.wsd.peak_lr={{ log = [{}, {}], grid = 4 }}", fit.seen.peak_lr_max, 2 * peak);
  const std::string other = fmt::format("family.cosine.peak_lr={}", fit.seen.peak_lr_max);
  const Words words = given({"--set", range, "--set", other});
  const Json found = run_for_json(folder.path(), words);
  EXPECT_EQ(found.at("standing_peak_lr"), peak);
  const std::string warnings = found.at("warnings").dump();
  EXPECT_NE(warnings.find("possible runs are left out"), std::string::npos) << warnings;
  EXPECT_NE(warnings.find("does not stand for"), std::string::npos) << warnings;
  for (const char* list : {"single", "plan"})
    for (const Json& run : found.at(list))
      EXPECT_EQ(run.at("extrapolations").dump().find("stands for"), std::string::npos) << run;
  EXPECT_EQ(run_well(folder.path(), words).out.find("The fit stands for peak LRs up to"), 0u);
}

TEST(NextCommand, TakesTheFitOfASizeAsASweepDoes) {
  const SmallProblem folder;
  Fit fits[] = {small_fit(), small_fit()};
  for (Fit& fit : fits) fit.noise.run_offset.value = 0.05;
  fits[0].params = 1e8;
  fits[1].params = 2e8;
  write_fits(folder.path() / "fit.json", fits, {});
  expect_failure(run_losscast(folder.path(), given({})), kUsage, {"fit.json", "--params N"});
  const Json by_flag = run_for_json(folder.path(), given({"--params", "1e8"}));
  const Json by_key = run_for_json(folder.path(), given({"--set", "params=1e8"}));
  EXPECT_EQ(by_flag.at("choice"), by_key.at("choice"));
  EXPECT_EQ(by_flag.at("plan"), by_key.at("plan"));
  folder.write("sweep.toml", "params = 1e8\n" + read_text_file(folder.path() / "sweep.toml"));
  EXPECT_EQ(run_for_json(folder.path(), given({})).at("plan"), by_key.at("plan"));
  expect_failure(run_losscast(folder.path(), given({"--params", "3e8"})), kUsage, {"no fit of 300000000 parameters"});
}

TEST(NextCommand, SaysThatThereIsNothingToLearn) {
  const SmallProblem folder;
  Fit fit = small_fit();
  fit.noise.run_offset.value = 0;
  fit.draws.resize(1);
  write_fit(folder.path() / "fit.json", fit, {});
  EXPECT_EQ(run_for_json(folder.path(), given({})).at("nothing_to_learn"), true);
  EXPECT_NE(run_well(folder.path(), given({})).out.find("nothing to learn"), std::string::npos);
}

TEST(NextCommand, TakesTheTokensOfAStepFromTheFit) {
  const SmallProblem folder;
  Fit fit = small_fit();
  fit.reference.batch = 100;
  write_fit(folder.path() / "fit.json", fit, {});
  const Json found = run_for_json(folder.path(), next({"--budget", "200000"}));
  EXPECT_EQ(found.at("tokens_per_step"), 100);
}

TEST(NextCommand, RefusesWhatCannotBeAnswered) {
  const SmallProblem folder;
  run_well(folder.path(), given({}));
  const auto refused = [&](const Words& words, const std::vector<std::string>& parts) {
    expect_failure(run_losscast(folder.path(), words), kUsage, parts);
  };
  refused(next({}), {"--budget is missing"});
  refused(next({"--budget", "200000"}), {"tokens of a step", "--tokens-per-step"});
  refused(next({"--budget", "1000", "--tokens-per-step", "100"}), {"enough for no run", "takes 1.25e+04"});
  refused(next({"--budget", "-1", "--tokens-per-step", "100"}), {"--budget"});
  refused(given({"--runs", "0"}), {"--runs 0"});
  refused(given({"--runs", "5"}), {"--runs 5"});
  refused(given({"--trained", "missing.toml"}), {"missing.toml"});
  refused(given({"--trained", "runs.toml"}), {"runs.toml", "none of its curves"});
  folder.write("race.toml", open_race("fit.json") + "total_steps = 1000\n");
  refused({"next", "fit.json", "race.toml", "--budget", "200000", "--tokens-per-step", "100", "--set",
           "objective={tail_mean=0.9}"},
          {"race.toml", "objective is not the mean"});
  folder.write("other.json", read_text_file(folder.path() / "fit.json"));
  run_well(folder.path(), {"next", "other.json", "sweep.toml", "--budget", "200000", "--tokens-per-step", "100"});
  make_open(folder);
  refused({"next", "other.json", "sweep.toml", "--budget", "200000", "--tokens-per-step", "100"},
          {"sweep.toml", "fit.json", "other.json"});
}

// The fit's own runs, by the names of its diagnostics: at their ends its law's error counts as known.
TEST(NextCommand, KnowsTheRunsThatWereTrained) {
  const SmallProblem folder;
  Fit fit = small_fit();
  fit.noise.run_offset.value = 0.05;
  for (const char* name : {"constant", "two_stage", "wsd"}) fit.diagnostics.push_back({.curve = name});
  write_fit(folder.path() / "fit.json", fit, {});
  const Json open = run_for_json(folder.path(), given({}));
  const Json known = run_for_json(folder.path(), given({"--trained", "runs.toml"}));
  EXPECT_NE(open.at("regret"), known.at("regret"));
}

// Another manifest whose curves have the names of the fit's.
TEST(NextCommand, RefusesRunsThatAreNotThoseOfTheFit) {
  const SmallProblem folder;
  Fit fit = small_fit();
  fit.noise.run_offset.value = 0.05;
  for (const char* name : {"constant", "two_stage", "wsd"})
    fit.diagnostics.push_back({.curve = name, .points = 40, .first_step = 200, .rows = 40});
  write_fit(folder.path() / "fit.json", fit, {});
  run_well(folder.path(), given({"--trained", "runs.toml"}));
  const std::string manifest = read_text_file(folder.path() / "runs.toml");
  folder.write("fewer.toml", manifest.substr(0, manifest.rfind("[[curve]]")));
  std::string other = manifest;
  other.replace(other.find("peak_lr = 3e-3"), 14, "peak_lr = 2e-3");
  folder.write("other.toml", other);
  std::string shorter = manifest;
  shorter.insert(shorter.rfind("[[curve]]") + 10, "steps_below = 800\n");
  folder.write("shorter.toml", shorter);
  const auto refused = [&](const std::string& file, const std::vector<std::string>& parts) {
    expect_failure(run_losscast(folder.path(), given({"--trained", file})), kUsage, parts);
  };
  refused("fewer.toml", {"fewer.toml", "curve \"wsd\" is not in it"});
  refused("other.toml", {"other.toml", "curve constant", "its peak LR is 0.002"});
  refused("shorter.toml", {"shorter.toml", "curve wsd", "it has 30 rows from step 200 on"});
}

}  // namespace
}  // namespace losscast::test
