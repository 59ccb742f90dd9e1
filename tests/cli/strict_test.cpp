// Answers that are not to be relied on say so first, and end with exit code 4 under --strict.
#include <gtest/gtest.h>

#include "losscast/format/text_file.hpp"
#include "losscast/io/fit_file.hpp"
#include "tests/cli/program.hpp"
#include "tests/cli/small_problem.hpp"

namespace losscast::test {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using Names = std::vector<std::string>;

constexpr const char* kInside = R"({ family = "constant", peak_lr = 3e-3, total_steps = 1000 })";
constexpr const char* kFarOutside = R"({ family = "constant", peak_lr = 9e-3, total_steps = 1000 })";

Names with_strict(Names command) {
  command.emplace_back("--strict");
  return command;
}

// The commands whose answers rest on fit.json, with runs inside its training curves.
std::vector<Names> commands() {
  return {{"predict", "fit.json", "--schedule", kInside, "--paths", "64"},
          {"optimize", "fit.json", "--steps", "200", "--peak-lr", "3e-3", "--draws", "1"},
          {"sweep", "sweep.toml", "--set", "family.wsd.peak_lr=3e-3", "--set", "family.cosine.peak_lr=3e-3", "--out",
           "one"},
          {"next", "fit.json", "sweep.toml", "--budget", "1e6", "--tokens-per-step", "100", "--set",
           "family.wsd.peak_lr=3e-3", "--set", "family.cosine.peak_lr=3e-3"},
          {"compare", "one", "two"}};
}

// Two sweeps to compare.
void sweep_once(const SmallProblem& folder) {
  run_well(folder.path(), {"sweep", "sweep.toml", "--set", "family.wsd.peak_lr=3e-3", "--set",
                           "family.cosine.peak_lr=3e-3", "--out", "two"});
  fs::copy(folder.path() / "two", folder.path() / "one");
}

// The fit with a parameter on its bound.
void make_doubtful(const SmallProblem& folder) {
  Fit fit = small_fit();
  fit.parameters[2].at_bound = true;
  write_fit(folder.path() / "fit.json", fit, {});
}

TEST(Strict, PassesAnswersThatRestOnASoundFit) {
  const SmallProblem folder;
  sweep_once(folder);
  for (const Names& command : commands()) {
    if (command.front() == "optimize") continue;  // 200 steps are far from the 1,000 of the training curves
    const Outcome outcome = run_well(folder.path(), with_strict(command));
    EXPECT_EQ(outcome.out.find("Do not rely"), std::string::npos) << outcome.out;
  }
}

TEST(Strict, FailsForADoubtfulFitAfterTheAnswer) {
  const SmallProblem folder;
  sweep_once(folder);
  make_doubtful(folder);
  for (const Names& command : commands()) {
    const Outcome lenient = run_well(folder.path(), command);
    EXPECT_TRUE(lenient.out.starts_with("Do not rely on this: 1 of its parameters lie on their bounds (alpha)"))
        << command.front() << ": " << lenient.out;
    const Outcome strict = run_losscast(folder.path(), with_strict(command));
    EXPECT_EQ(strict.exit_code, static_cast<int>(ExitCode::failed_diagnostics)) << strict.err;
    EXPECT_NE(strict.out.find("Do not rely on this"), std::string::npos) << "the answer is printed all the same";
    EXPECT_NE(strict.err.find("not to be relied on"), std::string::npos) << strict.err;
    Names json = command;
    json.emplace_back("--json");
    const Json answer = run_for_json(folder.path(), json);
    EXPECT_EQ(answer.at("trusted"), false) << command.front();
    EXPECT_EQ(answer.at("doubts").size(), 1u) << command.front();
  }
}

TEST(Strict, FailsForRunsFarOutsideTheTrainingCurves) {
  const SmallProblem folder;
  const Names far = {"predict", "fit.json", "--schedule", kFarOutside, "--paths", "64"};
  run_well(folder.path(), far);
  const Outcome outcome = run_losscast(folder.path(), with_strict(far));
  EXPECT_EQ(outcome.exit_code, static_cast<int>(ExitCode::failed_diagnostics)) << outcome.err;
  EXPECT_NE(outcome.err.find("peak_lr 0.009 far above 0.003"), std::string::npos) << outcome.err;
}

}  // namespace
}  // namespace losscast::test
