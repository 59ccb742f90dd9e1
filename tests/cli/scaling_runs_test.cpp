#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/cli/program.hpp"
#include "tests/format/scratch_folder.hpp"
#include "tests/scaling/synthetic_runs.hpp"

namespace losscast::test {
namespace {

using Json = nlohmann::json;
using Names = std::vector<std::string>;

std::string table_of(const std::vector<FinishedRun>& runs) {
  std::string text = "params,tokens,peak_lr,steps,final_loss,diverged\n";
  for (const FinishedRun& run : runs)
    text += fmt::format("{},{},{},{},{},{}\n", run.setting.params, run.setting.tokens, run.setting.peak_lr,
                        run.setting.steps(), run.final_loss, run.diverged);
  return text;
}

// Runs of three sizes in runs.csv.
class Runs : public ScratchFolder {
 public:
  Runs() { write("runs.csv", table_of(true_runs({1e8, 2e8, 4e8}))); }
};

TEST(ScalingRunsCommand, FitsAndScoresFinishedRuns) {
  const Runs folder;
  const Json fit = run_for_json(folder.path(), {"scaling", "runs", "runs.csv"});
  EXPECT_EQ(keys(fit), (Names{"batch", "diverged", "divergence", "doubts", "held_out_error", "loss", "loss_error",
                              "one_sided", "params", "peak", "peak_lr", "runs", "score", "sweeps", "tokens"}));
  EXPECT_EQ(fit["runs"], 504);
  EXPECT_EQ(fit["sweeps"], 36);
  EXPECT_EQ(fit["score"]["sizes"].size(), 3u);
  EXPECT_EQ(fit["held_out_error"], fit["score"]["loss"]["smoothed"]);
  EXPECT_LT(fit["score"]["largest"]["law"]["smoothed"].get<double>(), .02);
  const Outcome text = run_well(folder.path(), {"scaling", "runs", "runs.csv"});
  for (const char* part : {"P(diverge) = sigmoid", "best lr", "final loss", "best threshold, hindsight",
                           "largest from smaller", "504 runs"})
    EXPECT_NE(text.out.find(part), std::string::npos) << part;
}

TEST(ScalingRunsCommand, SaysWhatCannotBeFitted) {
  const Runs folder;
  std::vector<FinishedRun> runs = true_runs({1e8, 2e8});
  for (FinishedRun& run : runs) run.diverged = false;
  folder.write("calm.csv", table_of(runs));
  const Outcome calm = run_well(folder.path(), {"scaling", "runs", "calm.csv", "--out", "calm.json"});
  EXPECT_NE(calm.err.find("there is no classifier of divergence: no run diverged"), std::string::npos) << calm.err;
  EXPECT_NE(calm.out.find("they need three sizes"), std::string::npos) << calm.out;
  EXPECT_TRUE(
      run_for_json(folder.path(), {"scaling", "peak", "calm.json", "--params", "1e8", "--tokens", "2e10"})["p_diverge"]
          .is_null());
  const auto fails = [&](const std::vector<FinishedRun>& table, const std::vector<std::string>& parts) {
    folder.write("bad.csv", table_of(table));
    const Words words = {"scaling", "runs", "bad.csv", "--out", "bad.json"};
    expect_failure(run_losscast(folder.path(), words), ExitCode::usage_or_input, parts);
    EXPECT_FALSE(folder.files().contains("bad.json"));
  };
  fails(true_runs({1e8}), {"bad.csv: all runs are of one size", "another size"});
  for (FinishedRun& run : runs) run.diverged = true;
  fails(runs, {"all runs diverged", "lower LRs"});
  std::vector<FinishedRun> few = true_runs({1e8, 2e8});
  std::erase_if(few, [](const FinishedRun& run) { return run.setting.peak_lr > 5e-4; });
  fails(few, {"three LRs"});
}

TEST(ScalingPeakCommand, AdvisesFromTheFile) {
  const Runs folder;
  run_well(folder.path(), {"scaling", "runs", "runs.csv", "--out", "runs.json"});
  const Words words = {"scaling", "peak", "runs.json", "--params", "6e8", "--tokens", "2e10", "--batch", "1e6"};
  const Json advice = run_for_json(folder.path(), words);
  EXPECT_EQ(keys(advice), (Names{"batch", "batch_at_end", "best_lr", "doubts", "error", "extrapolations",
                                 "last_batch_offset", "lr_10_percent", "lr_1_percent", "p_diverge", "p_diverge_double",
                                 "params", "smoothed_loss", "steps", "tokens"}));
  EXPECT_EQ(advice["batch"], 1e6);
  EXPECT_TRUE(advice["extrapolations"].empty() && advice["doubts"].empty());
  EXPECT_NE(run_well(folder.path(), words).out.find("best peak LR"), std::string::npos);
  const Outcome far =
      run_losscast(folder.path(), {"scaling", "peak", "runs.json", "--params", "4e9", "--tokens", "2e10", "--strict"});
  EXPECT_EQ(far.exit_code, static_cast<int>(ExitCode::failed_diagnostics));
  EXPECT_NE(far.err.find("10.0 times the most seen"), std::string::npos) << far.err;
  EXPECT_NE(far.out.find("the best of those seen"), std::string::npos);
}

// Three LRs of two sizes fit any law: what is said of a run to come is what was assumed before.
TEST(ScalingRunsCommand, SaysThatFewRunsTellLittle) {
  const ScratchFolder folder;
  std::vector<FinishedRun> few;
  for (const double params : {1e8, 4e8})
    for (const double lr : {.001, .002, .004})
      few.push_back({.setting = {params, 2e10, 1e6, lr}, .final_loss = 2.5 + lr, .diverged = false});
  folder.write("few.csv", table_of(few));
  const Outcome runs = run_losscast(folder.path(), {"scaling", "runs", "few.csv", "--out", "few.json", "--strict"});
  EXPECT_EQ(runs.exit_code, static_cast<int>(ExitCode::failed_diagnostics));
  EXPECT_NE(runs.err.find("the best LR is mostly from the priors"), std::string::npos) << runs.err;
  const Words asked = {"scaling", "peak", "few.json", "--params", "1e8", "--tokens", "2e10"};
  EXPECT_TRUE(run_for_json(folder.path(), asked)["error"].is_null());
  const Outcome peak = run_well(folder.path(), asked);
  EXPECT_NE(peak.out.find("how far such forecasts are off is not known"), std::string::npos) << peak.out;
  EXPECT_NE(peak.out.find("the only one seen"), std::string::npos) << peak.out;
}

// Laws that `peak` would not take are not written.
TEST(ScalingRunsCommand, WritesNoClassifierThatFallsWithTheLr) {
  const ScratchFolder folder;
  std::vector<FinishedRun> runs = true_runs({1e8, 2e8});
  for (FinishedRun& run : runs) run.diverged = run.setting.peak_lr < 1e-3;
  folder.write("runs.csv", table_of(runs));
  const Outcome fit = run_well(folder.path(), {"scaling", "runs", "runs.csv", "--out", "runs.json"});
  EXPECT_NE(fit.err.find("runs diverged at lower LRs"), std::string::npos) << fit.err;
  const Words asked = {"scaling", "peak", "runs.json", "--params", "1e8", "--tokens", "2e10"};
  EXPECT_TRUE(run_for_json(folder.path(), asked)["p_diverge"].is_null());
}

TEST(ScalingPeakCommand, RefusesWhatCannotBe) {
  const Runs folder;
  run_well(folder.path(), {"scaling", "runs", "runs.csv", "--out", "runs.json"});
  const auto fails = [&](const Words& words, const std::vector<std::string>& parts) {
    expect_failure(run_losscast(folder.path(), words), ExitCode::usage_or_input, parts);
  };
  fails({"scaling", "peak", "runs.json", "--params", "1e9"}, {"--tokens is missing"});
  fails({"scaling", "peak", "runs.json", "--params", "-1", "--tokens", "1e9"}, {"--params"});
  fails({"scaling", "peak", "runs.json", "--params", "1e8", "--tokens", "1e9", "--batch", "1e-300"},
        {"the laws have no numbers", "Ask nearer"});
  fails({"scaling", "peak", "runs.json", "--params", "1e8", "--tokens", "1e5", "--batch", "1e6"}, {"less than a step"});
  fails({"scaling", "peak", "runs.csv", "--params", "1e9", "--tokens", "1e9"}, {"runs.csv"});
  folder.write("law.json", "{\"format\": 1, \"kind\": \"scaling\"}");
  fails({"scaling", "peak", "law.json", "--params", "1e9", "--tokens", "1e9"}, {"law.json", "`losscast scaling runs`"});
}

}  // namespace
}  // namespace losscast::test
