#include <gtest/gtest.h>

#include "losscast/format/text_file.hpp"
#include "tests/cli/program.hpp"
#include "tests/cli/small_problem.hpp"
#include "tests/cli/with_flags.hpp"
#include "tests/format/expect_error.hpp"

namespace losscast::test {
namespace {

using Json = nlohmann::json;
using Names = std::vector<std::string>;

const Words kValidate = {"validate", "runs.toml", "--model", "power"};

Words with(Words words, const Words& more) { return with_flags(std::move(words), more); }

// The cool-down ends far above what the other runs would have it: no band holds it.
void spoil_the_cooldown(const SmallProblem& folder) {
  const std::string good = read_text_file(folder.path() / "wsd.csv");
  std::string bad;
  for (std::size_t begin = 0, end = 0; begin < good.size(); begin = end + 1) {
    end = good.find('\n', begin);
    const std::string row = good.substr(begin, end - begin);
    const bool late = row.size() > 3 && (row.starts_with("8") || row.starts_with("9") || row.starts_with("1000,"));
    bad += late ? row.substr(0, row.find(',')) + ",4.5\n" : row + "\n";
  }
  folder.write("wsd.csv", bad);
}

TEST(ValidateCommand, PrintsARowForEachWayAndAVerdict) {
  const SmallProblem folder;
  const auto files = folder.files();
  const Outcome outcome = run_well(folder.path(), kValidate);
  for (const char* part :
       {"left out", "end MAE", "\ncurve ", "\nfamily ", "not left out by peak: there is one only: peak_lr 0.003",
        "not left out by horizon: there is one only: 1000 steps", "\nTrust it: it forecasts a new recipe to 0.0"})
    EXPECT_NE(outcome.out.find(part), std::string::npos) << part << " is not in: " << outcome.out;
  EXPECT_NE(outcome.err.find("losscast: leaving out some of 3 curves at a time, and fitting power to the others"),
            std::string::npos)
      << outcome.err;
  EXPECT_EQ(folder.files(), files);
}

TEST(ValidateCommand, GivesEveryFoldAsJson) {
  const SmallProblem folder;
  const Json all = run_for_json(folder.path(), kValidate);
  EXPECT_EQ(keys(all), (Names{"fits", "groupings", "model", "provenance", "seconds", "skipped", "trusted", "verdict"}));
  EXPECT_EQ(all["model"], "power");
  EXPECT_EQ(all["fits"], 3);
  EXPECT_EQ(all["trusted"], true);
  EXPECT_EQ(all["skipped"].size(), 2u);
  EXPECT_EQ(all["skipped"][0],
            (Json{{"left_out", "peak"}, {"group", nullptr}, {"reason", "there is one only: peak_lr 0.003"}}));
  ASSERT_EQ(all["groupings"].size(), 2u);
  const Json& by_family = all["groupings"][1];
  EXPECT_EQ(keys(by_family),
            (Names{"band_scale", "bands_hold", "best_in_forecast_top", "blind_regret", "choices", "coverage",
                   "curve_error", "end_bias", "end_error", "folds", "left_out", "mean_width", "pick_in_measured_top",
                   "picks_well", "rank_correlation", "regret", "runs", "worst_end_error"}));
  EXPECT_EQ(by_family["left_out"], "family");
  ASSERT_EQ(by_family["folds"].size(), 3u);
  const Json& fold = by_family["folds"][1];
  EXPECT_EQ(fold["group"], "two-stage");
  EXPECT_EQ(fold["training"], (Json{"constant", "wsd"}));
  ASSERT_EQ(fold["left_out"].size(), 1u);
  const Json& run = fold["left_out"][0];
  EXPECT_EQ(keys(run), (Names{"curve", "error", "forecast", "in_band", "known_until", "mean_abs_error", "measured",
                              "points", "q05", "q95", "step"}));
  EXPECT_EQ(run["curve"], "two_stage");
  EXPECT_EQ(run["known_until"], 500);  // update 500 is the first at the lower LR
  EXPECT_EQ(run["points"], 25);
  EXPECT_EQ(run["step"], kSmallSteps);
  EXPECT_EQ(run["error"], run["measured"].get<double>() - run["forecast"].get<double>());
  // The law is true but for at most 1e-3 nats a point; of two short runs priors decide much.
  EXPECT_LT(by_family["end_error"], 2e-2);
}

TEST(ValidateCommand, LeavesOutWhatIsAskedFor) {
  const SmallProblem folder;
  const Json all = run_for_json(folder.path(), with(kValidate, {"--by", "family"}));
  ASSERT_EQ(all["groupings"].size(), 1u);
  EXPECT_EQ(all["groupings"][0]["left_out"], "family");
  EXPECT_TRUE(all["skipped"].empty());
}

TEST(ValidateCommand, IsTheSameOnAnyNumberOfThreads) {
  const SmallProblem folder;
  const std::string one = run_well(folder.path(), with(kValidate, {"--threads", "1"})).out;
  EXPECT_EQ(run_well(folder.path(), with(kValidate, {"--threads", "2"})).out, one);
  EXPECT_EQ(run_well(folder.path(), with(kValidate, {"--threads", "5"})).out, one);
}

TEST(ValidateCommand, FailsUnderStrictWhatIsNotToBeTrusted) {
  const SmallProblem folder;
  run_well(folder.path(), with(kValidate, {"--strict"}));
  spoil_the_cooldown(folder);
  const Outcome lenient = run_well(folder.path(), kValidate);
  EXPECT_NE(lenient.out.find("too narrow"), std::string::npos) << lenient.out;
  const Outcome strict = run_losscast(folder.path(), with(kValidate, {"--strict"}));
  EXPECT_EQ(strict.exit_code, static_cast<int>(ExitCode::failed_diagnostics));
  EXPECT_EQ(strict.out, lenient.out) << "the table is printed all the same";
  EXPECT_NE(strict.err.find("losscast: error: the fit is not to be trusted"), std::string::npos) << strict.err;
}

TEST(ValidateCommand, RefusesBadInput) {
  const SmallProblem folder;
  const auto refused = [&](const Words& more, const std::vector<std::string>& parts) {
    expect_failure(run_losscast(folder.path(), with(kValidate, more)), ExitCode::usage_or_input, parts);
  };
  refused({"--by", "familly"}, {"--by familly", "\"familly\"", "Did you mean \"family\"?"});
  refused({"--by", "curve,curve"}, {"--by", "\"curve\" is there twice"});
  refused({"--by", ","}, {"--by", "names nothing"});
  refused({"--by", "peak"}, {"runs.toml: no run can be left out", "by peak: there is one only"});
  refused({"--train", "wsd,constant"}, {"runs.toml: no run can be left out", "one curve is left to fit"});
  refused({"--train", "wds"}, {"--train", "Did you mean \"wsd\"?"});
  refused({"--model", "powr"}, {"powr", "power"});
  folder.write("runs.toml",
               replaced(read_text_file(folder.path() / "runs.toml"), "decay_start = 700", "decay_start = -1"));
  refused({}, {"runs.toml:13:", "decay_start"});
}

}  // namespace
}  // namespace losscast::test
