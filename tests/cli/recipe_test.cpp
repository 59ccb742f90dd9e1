// Weight decay and batch size that a schedule says itself, from the command line and from files.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "losscast/fit/fit_model.hpp"
#include "losscast/format/text_file.hpp"
#include "losscast/io/fit_file.hpp"
#include "tests/cli/program.hpp"
#include "tests/cli/small_problem.hpp"
#include "tests/format/expect_error.hpp"

namespace losscast::test {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

// The small problem's folder, with a fit of a model that has a weight norm in adamw.json.
class Folder : public SmallProblem {
 public:
  Folder() {
    Fit fit = small_fit();
    fit.model = "adamw";
    fit.parameters.clear();
    fit.draws.clear();
    const double values[] = {2.7, 0.8, 0.65, 0.14, 700, 0.08, 0.87, 0.3, 0.1, 4};
    const auto parameters = find_model(fit.model).parameters();
    for (std::size_t p = 0; p < parameters.size(); ++p)
      fit.parameters.push_back({std::string(parameters[p].name), values[p], 0.01 * values[p], false});
    fit.covariance.assign(parameters.size(), std::vector<double>(parameters.size(), 0.0));
    fit.draws.assign(4, std::vector<double>(std::begin(values), std::end(values)));
    for (int d = 0; d < 4; ++d) fit.draws[static_cast<std::size_t>(d)][0] += 1e-3 * d;
    write_fit(path() / "adamw.json", fit, {});
  }
};

constexpr const char* kScheduled = "weight_decay = { steps = [0, 500], values = [0.1, 1.0] }";

std::string schedule_with(const std::string& more) {
  return "{ family = \"constant\", peak_lr = 3e-3, warmup_steps = 100, total_steps = 1000" +
         (more.empty() ? "" : ", " + more) + " }";
}

Json forecast(const Folder& folder, const std::string& more, const Words& flags = {}) {
  Words words = {"predict", "adamw.json", "--schedule", schedule_with(more), "--paths", "64"};
  words.insert(words.end(), flags.begin(), flags.end());
  return run_for_json(folder.path(), words);
}

TEST(PredictCommand, TakesTheSchedulesOwnWeightDecay) {
  const Folder folder;
  const Json standard = forecast(folder, "batch = 1e5"), number = forecast(folder, "weight_decay = 0.2"),
             scheduled = forecast(folder, kScheduled);
  EXPECT_EQ(forecast(folder, "weight_decay = 0.1")["final"], standard["final"]) << "that of the fit";
  EXPECT_EQ(forecast(folder, "weight_decay = { steps = [0], values = [0.2] }")["final"], number["final"]);
  EXPECT_EQ(forecast(folder, "batch = 1e5", {"--weight-decay", "0.2"})["final"], number["final"]);
  EXPECT_EQ(forecast(folder, kScheduled, {"--weight-decay", "0.2"})["final"], scheduled["final"])
      << "the flag is for schedules that say nothing";
  EXPECT_NE(number["final"]["mean"], standard["final"]["mean"]);
  EXPECT_NE(scheduled["final"]["mean"], standard["final"]["mean"]);
  EXPECT_EQ(number["extrapolations"], Json({"weight_decay 0.2 instead of 0.1"}));
  EXPECT_EQ(scheduled["extrapolations"], Json({"weight_decay 0.1 to 1 instead of 0.1"}));
}

TEST(PredictCommand, RefusesWhatTheModelDoesNotFollow) {
  const Folder folder;
  const auto files = folder.files();
  const auto refused = [&](const char* fit, const std::string& more, const std::string& part) {
    expect_failure(run_losscast(folder.path(), {"predict", fit, "--schedule", schedule_with(more), "--paths", "64"}),
                   ExitCode::usage_or_input, {part});
  };
  refused("adamw.json", "batch = { steps = [0, 500], values = [1e5, 2e5] }", "batch varies");
  refused("fit.json", kScheduled, "model power has no weight norm");
  refused("adamw.json", "weight_decay = { steps = [0, 1000], values = [0.1, 1.0] }",
          "weight_decay.steps contains 1000");
  EXPECT_EQ(folder.files(), files);
}

TEST(FitCommand, FollowsARunsWeightDecay) {
  const Folder folder;
  // What the law of the known fit gives under the recipe is what the curve says.
  const fs::path file = folder.path() / "runs.toml";
  const std::string plain = read_text_file(file);
  const std::string scheduled =
      replaced(plain, "family = \"wsd\", ", std::string("family = \"wsd\", ") + kScheduled + ", ");
  folder.write("scheduled.toml", scheduled);
  const Json plain_score = run_for_json(folder.path(), {"score", "adamw.json", "runs.toml", "--curves", "wsd"});
  const Json score = run_for_json(folder.path(), {"score", "adamw.json", "scheduled.toml", "--curves", "wsd"});
  EXPECT_NE(score["curves"]["wsd"]["rmse"], plain_score["curves"]["wsd"]["rmse"]);
  EXPECT_NE(score["curves"]["wsd"]["final"]["predicted"], plain_score["curves"]["wsd"]["final"]["predicted"]);

  expect_failure(run_losscast(folder.path(), {"fit", "scheduled.toml", "--model", "power", "--out", "new.json"}),
                 ExitCode::usage_or_input, {"curve wsd: ", "no weight norm"});
  run_well(folder.path(), {"fit", "runs.toml", "--model", "power", "--out", "new.json"});
  EXPECT_EQ(read_fit(folder.path() / "new.json").weight_decay, 0.1);
}

TEST(SweepCommand, SearchesWeightDecays) {
  const Folder folder;
  const std::string sweep =
      "format = 1\nfit = \"adamw.json\"\npaths = 32\n[search]\nmethod = \"grid\"\n[[family]]\nname = \"constant\"\n"
      "peak_lr = 3e-3\ntotal_steps = 1000\n"
      "weight_decay = [0.1, 0.3, { steps = [0], values = [0.3] }, { steps = [0, 500], values = [0.1, 1.0] }]\n";
  folder.write("decays.toml", sweep);
  const Json result = run_for_json(folder.path(), {"sweep", "decays.toml", "--out", "out"});
  std::map<std::string, double> means;
  for (const Json& one : result["first"]) means[one["arguments"]["weight_decay"].dump()] = one["mean"].get<double>();
  ASSERT_EQ(means.size(), 4u);
  const std::string as_stairs = R"({"steps":[0],"values":[0.3]})";
  ASSERT_TRUE(means.contains(as_stairs)) << result["first"].dump();
  EXPECT_EQ(means.at(as_stairs), means.at("0.3"));
  EXPECT_NE(means.at("0.1"), means.at("0.3"));
  EXPECT_NE(read_text_file(folder.path() / "out" / "results.csv").find("\"{ steps = [0, 500], values = [0.1, 1] }\""),
            std::string::npos);

  folder.write("batches.toml", replaced(sweep, "total_steps = 1000",
                                        "total_steps = 1000\nbatch = { steps = [0, 500], values = [1e5, 2e5] }"));
  expect_failure(run_losscast(folder.path(), {"sweep", "batches.toml", "--out", "none"}), ExitCode::usage_or_input,
                 {"batch varies"});
  folder.write("races.toml", replaced(read_text_file(folder.path() / "batches.toml"), "\"grid\"",
                                      "\"race\"\npoints = \"grid\"\ndelta = 1e-3"));
  expect_failure(run_losscast(folder.path(), {"sweep", "races.toml", "--out", "none"}), ExitCode::usage_or_input,
                 {"batch varies"});
}

// At such an LR an update takes more of each weight than there is.
TEST(EveryCommand, RefusesALearningRateAndAWeightDecayThatDoNotGoTogether) {
  const Folder folder;
  const std::string slow = R"({ family = "constant", peak_lr = 3e-3, warmup_steps = 100, total_steps = 1000 })";
  const std::string fast = replaced(slow, "3e-3", "1e3");
  folder.write("sweep.toml", replaced(read_text_file(folder.path() / "sweep.toml"), "\"fit.json\"", "\"adamw.json\""));
  const auto files = folder.files();
  const auto refused = [&](const Words& command, const std::string& place) {
    expect_failure(run_losscast(folder.path(), command), ExitCode::usage_or_input,
                   {place, "peak_lr 1000 and weight_decay 0.1 do not go together", "Check the units"});
    EXPECT_EQ(folder.files(), files);
  };
  refused({"predict", "adamw.json", "--paths", "8", "--schedule", fast, "--out", "bands.csv"}, "--schedule: ");
  refused({"optimize", "adamw.json", "--steps", "100", "--peak-lr", "1e3", "--out", "lrs.csv"}, "--peak-lr: ");
  refused({"sweep", "sweep.toml", "--set", "family.cosine.peak_lr=1e3", "--out", "new"}, "sweep.toml: peak_lr: ");
  const std::string runs = read_text_file(folder.path() / "runs.toml");
  folder.write("runs.toml", replaced(runs, "\"constant\", peak_lr = 3e-3", "\"constant\", peak_lr = 1e3"));
  refused({"score", "adamw.json", "runs.toml", "--curves", "constant"}, "runs.toml: curve constant: ");
  folder.write("runs.toml", runs);
  run_well(folder.path(), {"predict", "adamw.json", "--paths", "8", "--schedule", slow, "--out", "bands.csv"});
  run_well(folder.path(), {"score", "adamw.json", "runs.toml", "--curves", "constant", "--paths", "8"});
  run_well(folder.path(), {"sweep", "sweep.toml"});
}

TEST(PredictCommand, NamesTheHighestPeakThatTheFitStandsFor) {
  const Folder folder;
  const double peak =
      4 * 3e-3 * std::exp(std::sqrt(-0.6 / 0.13 * std::log(1 - 0.005 / 0.6)));  // limits of 4 times the reference LR
  const Outcome text =
      run_well(folder.path(), {"predict", "adamw.json", "--schedule", schedule_with(""), "--paths", "64"});
  EXPECT_NE(text.out.find(fmt::format("stands for peak LRs up to {:.3g}", peak)), std::string::npos) << text.out;
  const Outcome json =
      run_well(folder.path(), {"predict", "adamw.json", "--schedule", schedule_with(""), "--paths", "64", "--json"});
  EXPECT_NEAR(Json::parse(json.out)["standing_peak_lr"].get<double>(), peak, 1e-9);
  const Outcome other =
      run_well(folder.path(), {"predict", "fit.json", "--schedule", schedule_with(""), "--paths", "64", "--json"});
  EXPECT_TRUE(Json::parse(other.out)["standing_peak_lr"].is_null()) << "a model without a limit";
}

}  // namespace
}  // namespace losscast::test
