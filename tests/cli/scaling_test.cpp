#include <gtest/gtest.h>

#include <cmath>

#include "losscast/format/text_file.hpp"
#include "losscast/scaling/scaling_law.hpp"
#include "tests/cli/program.hpp"
#include "tests/cli/small_problem.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast::test {
namespace {

using Json = nlohmann::json;
using Names = std::vector<std::string>;

const ScalingLaw kLaw = {.floor = 1.8, .log_a = 6.1, .alpha = .33, .log_b = 7.0, .beta = .35};

std::string rows_of(double params, double most_tokens) {
  std::string rows;
  constexpr int kCheckpoints = 20;
  for (int i = 1; i <= kCheckpoints; ++i) {
    const double tokens = most_tokens * i / kCheckpoints;
    rows +=
        std::to_string(params) + "," + std::to_string(tokens) + "," + std::to_string(kLaw.loss(params, tokens)) + "\n";
  }
  return rows;
}

// Four models of one law, in family.csv.
class Family : public ScratchFolder {
 public:
  Family() {
    write("family.csv",
          "params,tokens,loss\n" + rows_of(1e8, 1e10) + rows_of(3e8, 2e10) + rows_of(1e9, 3e10) + rows_of(3e9, 5e10));
  }
};

TEST(ScalingCommand, ScoresTheLargestModelByTheOthers) {
  const Family folder;
  const Json score = run_for_json(folder.path(), {"scaling", "score", "family.csv", "--form", "additive"});
  EXPECT_EQ(keys(score), (Names{"are", "are_all", "law", "models", "plain_are", "plain_are_cut", "share_in_band"}));
  EXPECT_LT(score["are"].get<double>(), 1e-4);
  EXPECT_LT(score["plain_are"].get<double>(), 1e-4);
  ASSERT_EQ(score["models"].size(), 1u);
  EXPECT_EQ(score["models"][0]["params"], 3e9);
  EXPECT_EQ(score["law"]["models"], 3);
  const Json two =
      run_for_json(folder.path(), {"scaling", "score", "family.csv", "--train-below", "5e8", "--form", "tied"});
  EXPECT_EQ(two["models"].size(), 2u);
  EXPECT_TRUE(two["plain_are"].is_null());  // of two sizes
}

// Without bounds the search for these ends where more tokens make the loss higher, a law that no command reads.
TEST(ScalingCommand, WritesATiedLawThatItReads) {
  const ScratchFolder folder;
  const std::string family = LOSSCAST_EXAMPLES "/scaling/family.csv";
  run_well(folder.path(), {"scaling", "fit", family, "--form", "tied", "--out", "law.json"});
  const auto loss_after = [&](const char* tokens) {
    return run_for_json(folder.path(),
                        {"scaling", "predict", "law.json", "--params", "5e8", "--tokens", tokens})["mean"]
        .get<double>();
  };
  EXPECT_LT(loss_after("2e10"), loss_after("1e10"));
}

TEST(ScalingCommand, ForecastsFromTheFileOfALaw) {
  const Family folder;
  run_well(folder.path(), {"scaling", "fit", "family.csv", "--out", "law.json"});
  const Json forecast =
      run_for_json(folder.path(), {"scaling", "predict", "law.json", "--params", "1e10", "--tokens", "5e10"});
  EXPECT_EQ(keys(forecast),
            (Names{"doubts", "extrapolations", "mean", "params", "q05", "q95", "se", "size_ratio", "tokens"}));
  EXPECT_NEAR(forecast["mean"].get<double>(), kLaw.loss(1e10, 5e10), .02);
  EXPECT_LT(forecast["q05"].get<double>(), kLaw.loss(1e10, 5e10));
  EXPECT_GT(forecast["q95"].get<double>(), kLaw.loss(1e10, 5e10));
  const Json odd = run_for_json(folder.path(), {"scaling", "predict", "law.json", "--params", "1e10", "--tokens",
                                                "5e10", "--width", "1", "--depth", "1e9"});
  EXPECT_NE(odd["extrapolations"].dump().find("no shape that models have"), std::string::npos);
  const Words far = {"scaling", "predict", "law.json", "--params", "2e11", "--tokens", "5e10", "--strict"};
  const Outcome outcome = run_losscast(folder.path(), far);
  EXPECT_EQ(outcome.exit_code, static_cast<int>(ExitCode::failed_diagnostics));
  EXPECT_NE(outcome.err.find("67 times the largest model fitted"), std::string::npos) << outcome.err;
}

TEST(ScalingCommand, DoubtsALawThatTheFamilyDoesNotFollow) {
  const ScratchFolder folder;
  std::string rows = "params,tokens,loss\n";
  for (const auto& [params, loss] : {std::pair{"1e8", 2.}, {"3e8", 3.}, {"1e9", 4.}})
    for (const char* tokens : {"1e9", "2e9", "3e9"})
      rows += std::string(params) + "," + tokens + "," + std::to_string(loss) + "\n";
  folder.write("rising.csv", rows);
  const Outcome outcome =
      run_losscast(folder.path(), {"scaling", "fit", "rising.csv", "--out", "law.json", "--strict"});
  EXPECT_EQ(outcome.exit_code, static_cast<int>(ExitCode::failed_diagnostics));
  EXPECT_NE(outcome.err.find("off the losses that it was fitted to"), std::string::npos) << outcome.err;
  const Json forecast =
      run_for_json(folder.path(), {"scaling", "predict", "law.json", "--params", "1e9", "--tokens", "2e9"});
  EXPECT_FALSE(forecast["doubts"].empty());
}

TEST(ScalingCommand, BorrowsForAFamilyOfOneModel) {
  const Family folder;
  folder.write("one.csv", "params,tokens,loss\n" + rows_of(5e8, 2e10));
  run_well(folder.path(), {"scaling", "fit", "family.csv", "--out", "law.json"});
  const Words alone = {"scaling", "fit", "one.csv"};
  expect_failure(run_losscast(folder.path(), alone), ExitCode::usage_or_input, {"there is one model", "--borrow"});
  run_well(folder.path(), {"scaling", "fit", "one.csv", "--borrow", "law.json", "--out", "one.json"});
  const Json forecast =
      run_for_json(folder.path(), {"scaling", "predict", "one.json", "--params", "3e9", "--tokens", "5e10"});
  EXPECT_NEAR(forecast["mean"].get<double>(), kLaw.loss(3e9, 5e10), .02);
}

TEST(ScalingCommand, SaysWhatAGroupOfCommandsHas) {
  const ScratchFolder folder;
  const Outcome help = run_well(folder.path(), {"scaling", "--help"});
  for (const char* part : {"losscast scaling fit FAMILY", "losscast scaling predict LAW", "losscast scaling score"})
    EXPECT_NE(help.out.find(part), std::string::npos) << part;
  expect_failure(run_losscast(folder.path(), {"scaling"}), ExitCode::usage_or_input, {"fit, predict, score"});
  expect_failure(run_losscast(folder.path(), {"scaling", "scor"}), ExitCode::usage_or_input,
                 {"\"scaling scor\"", "Did you mean \"score\"?"});
  expect_failure(run_losscast(folder.path(), {"scalign"}), ExitCode::usage_or_input, {"Did you mean \"scaling\"?"});
}

TEST(ScalingCommand, RefusesWhatCannotBe) {
  const Family folder;
  const auto fails = [&](const Words& words, const std::vector<std::string>& parts) {
    expect_failure(run_losscast(folder.path(), words), ExitCode::usage_or_input, parts);
  };
  fails({"scaling", "score", "family.csv", "--train-below", "1e7"}, {"no model is smaller", "larger size"});
  fails({"scaling", "score", "family.csv", "--train-below", "1e12"}, {"nothing to forecast", "smaller size"});
  fails({"scaling", "fit", "family.csv", "--out", "-"}, {"- is no name of a file", "/dev/stdout"});
  fails({"scaling", "fit", "family.csv", "--drop", "1"}, {"--drop 1", "nothing would be left"});
  fails({"scaling", "fit", "family.csv", "--form", "linear"}, {"--form linear", "joint, additive, tied"});
  run_well(folder.path(), {"scaling", "fit", "family.csv", "--out", "law.json"});
  fails({"scaling", "predict", "law.json", "--params", "1e9"}, {"--tokens is missing"});
  fails({"scaling", "predict", "law.json", "--params", "1e9", "--tokens", "1e9", "--width", "512"},
        {"--depth is missing"});
  fails({"scaling", "predict", "law.json", "--params", "1e300", "--tokens", "1e9"}, {"--params 1e300", "1 to 1e+16"});
  fails({"scaling", "predict", "family.csv", "--params", "1e9", "--tokens", "1e9"}, {"family.csv"});
}

TEST(ScalingCommand, FitsRunsOfSeveralSizesForOneOfThem) {
  const SmallProblem folder;
  expect_failure(run_losscast(folder.path(), {"fit", "runs.toml", "--at-params", "1e8"}), ExitCode::usage_or_input,
                 {"runs.toml", "does not say its params"});
  std::string runs = read_text_file(folder.path() / "runs.toml");
  for (std::size_t at = 0; (at = runs.find("[[curve]]", at)) != std::string::npos; at += 1)
    runs.insert(at + 9, "\nparams = 1e8");
  folder.write("sized.toml", runs);
  const Json fit = run_for_json(folder.path(), {"fit", "sized.toml", "--at-params", "1e8", "--out", "sized.json"});
  EXPECT_EQ(fit["params"], 1e8);
  EXPECT_NE(fit["notes"].dump().find("weight_decay = 0.1 is assumed of constant, two_stage, wsd"), std::string::npos)
      << fit["notes"];
  expect_failure(run_losscast(folder.path(), {"fit", "sized.toml", "--at-params", "4e8"}), ExitCode::usage_or_input,
                 {"no curve is of 4e+08 parameters", "Add a few points"});
}

}  // namespace
}  // namespace losscast::test
