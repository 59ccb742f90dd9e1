// `update`: the rest of a run that is under way.
#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

#include "losscast/format/text_file.hpp"
#include "tests/cli/program.hpp"
#include "tests/cli/small_problem.hpp"

namespace losscast::test {
namespace {

using Json = nlohmann::json;
using Names = std::vector<std::string>;

constexpr ExitCode kInput = ExitCode::usage_or_input;

Words update(const std::string& run, const Words& more = {}) {
  Words words = {"update", "fit.json", "--run", run, "--schedule", kWsd};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

// The small problem, whose WSD run has come to step 600; and the same run after it went astray.
class UnderWay : public SmallProblem {
 public:
  UnderWay() {
    std::istringstream whole(read_text_file(path() / "wsd.csv"));
    std::string line, part, astray;
    while (std::getline(whole, line)) {
      const long step = std::strtol(line.c_str(), nullptr, 10);
      if (step > 600) break;
      part += line + "\n";
      if (step < 500) astray = part;
    }
    write("part.csv", part);
    write("astray.csv", astray + "500,4.9\n520,5.0\n540,5.1\n");
    write("lost.csv", part + "620,nan\n");
  }
};

// The run follows the law of the fit.
TEST(UpdateCommand, ForecastsTheRest) {
  const UnderWay folder;
  const Outcome outcome = run_well(folder.path(), update("part.csv", {"--out", "rest.csv", "--times", "5"}));
  for (const char* part : {"step 600 of 1000 (60%)", "loss after 1000 steps", "by the fit", "given the run", "no alarm",
                           "better than the plan: hold for"})
    EXPECT_NE(outcome.out.find(part), std::string::npos) << part << " is not in: " << outcome.out;
  const Json all = run_for_json(folder.path(), update("part.csv"));
  EXPECT_EQ(keys(all), (Names{"alarm", "effective_draws", "final", "final_by_fit", "notes", "offset", "out",
                              "plan_beaten", "point_noise", "provenance", "remaining", "seconds", "set_aside", "step",
                              "total_steps", "verdict", "warnings", "windows"}));
  EXPECT_EQ(keys(all["alarm"]), (Names{"raised", "reason", "step", "z"}));
  EXPECT_EQ(keys(all["final"]), (Names{"mean", "q05", "q50", "q95", "sd"}));
  EXPECT_EQ(keys(all["remaining"][0]), (Names{"difference", "high", "low", "mean", "name", "schedule"}));
  EXPECT_LT(all["final"]["q95"].get<double>() - all["final"]["q05"].get<double>(),
            all["final_by_fit"]["q95"].get<double>() - all["final_by_fit"]["q05"].get<double>());
  const std::string bands = read_text_file(folder.path() / "rest.csv");
  EXPECT_EQ(bands.substr(0, 33), "step,mean,se,posterior_se,reducti");
  EXPECT_EQ(std::count(bands.begin(), bands.end(), '\n'), 6) << "a header and five steps";
  EXPECT_NE(bands.find("\n600,"), std::string::npos);
  EXPECT_NE(bands.find("\n1000,"), std::string::npos);
}

// What is said to be best can be predicted, and its forecast is that of the fit.
TEST(UpdateCommand, OffersSchedulesThatPredictReads) {
  const UnderWay folder;
  const Json all = run_for_json(folder.path(), update("part.csv"));
  const std::string schedule = all["remaining"][0]["schedule"];
  const Json said = run_for_json(folder.path(), {"predict", "fit.json", "--schedule", schedule, "--paths", "256"});
  const Json plan = run_for_json(folder.path(), {"predict", "fit.json", "--schedule", kWsd, "--paths", "256"});
  const double difference = said["final"]["mean"].get<double>() - plan["final"]["mean"].get<double>();
  EXPECT_NEAR(difference, all["remaining"][0]["difference"].get<double>(), 1e-3);
}

TEST(UpdateCommand, AlarmEndsAStrictRun) {
  const UnderWay folder;
  EXPECT_EQ(run_losscast(folder.path(), update("part.csv", {"--strict"})).exit_code, 0);
  for (const auto& [file, reason] :
       {std::pair<std::string, std::string>("astray.csv", "above-expected"), {"lost.csv", "not-a-number"}}) {
    const Json all = run_for_json(folder.path(), update(file));
    EXPECT_EQ(all["alarm"]["raised"], true) << file;
    EXPECT_EQ(all["alarm"]["reason"], reason) << file;
    const Outcome strict = run_losscast(folder.path(), update(file, {"--strict"}));
    EXPECT_EQ(strict.exit_code, static_cast<int>(ExitCode::failed_diagnostics)) << file;
    EXPECT_NE(strict.out.find("ALARM at step"), std::string::npos) << "results are there: " << strict.out;
  }
}

TEST(UpdateCommand, RefusesBadInput) {
  const UnderWay folder;
  folder.write("late.csv", "step,loss\n500,4.0\n1100,3.5\n");
  folder.write("early.csv", "step,loss\n50,5.0\n");
  folder.write("back.csv", "step,loss\n500,4.0\n400,3.5\n");
  const auto files = folder.files();
  const auto refused = [&](const Words& words, const std::vector<std::string>& parts) {
    expect_failure(run_losscast(folder.path(), words), kInput, parts);
  };
  refused(update("late.csv"), {"late.csv:3", "step 1100 is past the end of the schedule"});
  refused(update("early.csv"), {"early.csv: there is no point from step 140 on", "warm-up"});
  refused(update("back.csv", {"--out", "rest.csv"}), {"back.csv:3", "steps must ascend"});
  refused(update("absent.csv"), {"absent.csv"});
  refused(update("part.csv", {"--times", "1"}), {"--times 1"});
  refused(update("part.csv", {"--out", "part.csv"}), {"part.csv"});
  refused({"update", "fit.json", "--schedule", kWsd}, {"--run is missing"});
  refused({"update", "fit.json", "--run", "part.csv"}, {"--schedule is missing"});
  EXPECT_EQ(folder.files(), files);
}

}  // namespace
}  // namespace losscast::test
