// `update`: the rest of a run that is under way.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

#include "losscast/fit/fit_model.hpp"
#include "losscast/format/text_file.hpp"
#include "losscast/schedule/schedule_text.hpp"
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
  EXPECT_EQ(keys(all), (Names{"alarm", "effective_draws", "final", "final_by_fit", "new_data", "notes", "offset", "out",
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

TEST(UpdateCommand, ARunFarBelowTheForecastDoesNotGoAsForecast) {
  const UnderWay folder;
  const Words in_bits = {"--read", R"({ loss_unit = "bits" })"};
  const Json all = run_for_json(folder.path(), update("part.csv", in_bits));
  EXPECT_EQ(all["alarm"]["reason"], "below-forecast");
  EXPECT_LT(all["alarm"]["z"].get<double>(), -5);
  const Outcome strict = run_losscast(folder.path(), update("part.csv", {in_bits[0], in_bits[1], "--strict"}));
  EXPECT_EQ(strict.exit_code, static_cast<int>(ExitCode::failed_diagnostics));
  EXPECT_NE(strict.out.find("check the unit of the losses, the schedule"), std::string::npos) << strict.out;
  EXPECT_EQ(strict.out.find("goes as forecast"), std::string::npos) << strict.out;

  // Better by less than a discrepancy explains.
  std::istringstream part(read_text_file(folder.path() / "part.csv"));
  std::string line, better;
  while (std::getline(part, line)) {
    const std::size_t comma = line.find(',');
    const double loss = std::strtod(line.c_str() + comma + 1, nullptr);
    better += loss > 0 ? fmt::format("{},{:.6f}\n", line.substr(0, comma), loss - 0.038) : line + "\n";
  }
  folder.write("better.csv", better);
  const Outcome welcome = run_losscast(folder.path(), update("better.csv", {"--strict"}));
  EXPECT_EQ(welcome.exit_code, 0) << welcome.err;
  EXPECT_NE(welcome.out.find("no alarm: the run is better than forecast"), std::string::npos) << welcome.out;
}

// A run that goes on for 600 updates, of which the log has 300, on data whose loss is 0.4 nats higher.
class OnOtherData : public SmallProblem {
 public:
  OnOtherData() {
    const Recipe plan = parse_recipe(kPhases, "test");
    std::vector<Step> steps;
    for (Step s = 200; s <= 1300; s += 20) steps.push_back(s);
    const std::vector<double> law = fitted_law(small_fit(), plan, 0.1, steps);
    std::string whole = "step,loss\n", phase = whole;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const double noise = 5e-4 * (static_cast<double>(i * 7 % 5) - 2);
      const double loss = law[i] + noise + (steps[i] > 1000 ? 0.4 : 0.0);
      whole += fmt::format("{},{}\n", steps[i], loss);
      if (steps[i] > 1000) phase += fmt::format("{},{}\n", steps[i] - 1000, loss);
    }
    write("whole.csv", whole);
    write("phase.csv", phase);
  }

  static inline const std::string kPhases =
      R"({ family = "phases", phases = [)" + kWsd +
      R"(, { family = "cosine", peak_lr = 3e-3, warmup_steps = 50, total_steps = 600 }] })";
};

Words update_phases(const std::string& run, const Words& more = {}) {
  Words words = {"update", "fit.json", "--run", run, "--schedule", OnOtherData::kPhases};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

TEST(UpdateCommand, FollowsARunOntoOtherData) {
  const OnOtherData folder;
  const Json told = run_for_json(folder.path(), update_phases("whole.csv", {"--new-data-at", "1000", "--strict"}));
  EXPECT_EQ(keys(told["new_data"]), (Names{"at", "jump", "pulled", "to_come"}));
  EXPECT_EQ(keys(told["new_data"]["jump"]), (Names{"mean", "q05", "q95"}));
  EXPECT_NEAR(told["new_data"]["jump"]["mean"].get<double>(), 0.4, 0.05);
  EXPECT_EQ(told["alarm"]["raised"], false);
  const std::string text = run_well(folder.path(), update_phases("whole.csv", {"--new-data-at", "1000"})).out;
  for (const char* part : {"the data change at step 1000: the loss jumps by 0.", "by the fit, had the data stayed"})
    EXPECT_NE(text.find(part), std::string::npos) << part << " is not in: " << text;

  const Json untold = run_for_json(folder.path(), update_phases("whole.csv"));
  EXPECT_EQ(untold["new_data"], nullptr);
  EXPECT_EQ(untold["alarm"]["raised"], true);
  EXPECT_NE(untold["warnings"].dump().find("add --new-data-at 1000"), std::string::npos) << untold["warnings"];
}

TEST(UpdateCommand, CountsStepsFromTheLastPhase) {
  const OnOtherData folder;
  const Words said = {"--count-from", "phase", "--new-data-at", "1000"};
  const Json phase = run_for_json(folder.path(), update_phases("phase.csv", said));
  EXPECT_EQ(phase["step"], 1300);
  EXPECT_NEAR(phase["new_data"]["jump"]["mean"].get<double>(), 0.4, 0.05);
  const Json unsaid = run_for_json(folder.path(), update_phases("phase.csv"));
  EXPECT_EQ(unsaid["step"], 300);
  EXPECT_NE(unsaid["warnings"].dump().find("add --count-from phase"), std::string::npos) << unsaid["warnings"];
  const auto refused = [&](const Words& words, const std::vector<std::string>& parts) {
    expect_failure(run_losscast(folder.path(), words), kInput, parts);
  };
  refused(update_phases("phase.csv", {"--count-from", "here"}), {"--count-from", "\"here\" is unknown"});
  refused(update_phases("whole.csv", {"--count-from", "phase"}), {"whole.csv", "past the end of the schedule"});
  refused(update("wsd.csv", {"--count-from", "phase"}), {"--count-from", "no later phase"});
  refused(update_phases("whole.csv", {"--new-data-at", "1300"}),
          {"whole.csv: no loss is logged after the data change at step 1300", "few hundred steps on the new data"});
  refused(update_phases("whole.csv", {"--new-data-at", "1600"}), {"--new-data-at 1600"});
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
