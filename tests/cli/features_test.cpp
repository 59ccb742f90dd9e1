#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "losscast/format/text_file.hpp"
#include "tests/cli/program.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast::test {
namespace {

using Json = nlohmann::json;

const std::string kCosine = "{ family = 'cosine', peak_lr = 1e-3, warmup_steps = 100, total_steps = 2000 }";

// A curve of three points whose last loss follows from its peak and its number of steps.
std::string curve_entry(const ScratchFolder& folder, const std::string& family, double peak, int steps) {
  const std::string name = family + std::to_string(peak) + "_" + std::to_string(steps);
  const double loss = 2 + 1 / std::sqrt(peak * steps) + (family == "constant" ? 20 * peak : 0);
  folder.write(name + ".csv", "step,loss\n" + std::to_string(steps / 4) + "," + std::to_string(loss + .4) + "\n" +
                                  std::to_string(steps / 2) + "," + std::to_string(loss + .2) + "\n" +
                                  std::to_string(steps) + "," + std::to_string(loss) + "\n");
  return "[[curve]]\nname = \"" + name + "\"\nfile = \"" + name + ".csv\"\nschedule = { family = \"" + family +
         "\", peak_lr = " + std::to_string(peak) + ", warmup_steps = 50, total_steps = " + std::to_string(steps) +
         " }\n";
}

// A manifest of runs of these families at eight peaks and two horizons.
void write_manifest(const ScratchFolder& folder, const std::vector<std::string>& families, int peaks = 8) {
  std::string text = "format = 1\n";
  for (const std::string& family : families)
    for (int i = 0; i < peaks; ++i)
      for (const int steps : {2000, 5000}) text += curve_entry(folder, family, 2e-4 * (i + 1), steps);
  folder.write("runs.toml", text);
}

TEST(FeaturesCommand, DescribesSchedules) {
  const ScratchFolder folder;
  const Json one = run_for_json(folder.path(), {"features", kCosine});
  EXPECT_EQ(keys(one), (std::vector<std::string>{"lr_sum_scale", "peak_lr_scale", "provenance", "schedules"}));
  ASSERT_EQ(one["schedules"].size(), 1u);
  const Json& features = one["schedules"][0]["features"];
  // A linear warm-up of 100 updates and a cosine of 1900, as sums over updates.
  EXPECT_NEAR(features["a1"].get<double>(), 1e-3 * (50 + 950), 1e-3);
  EXPECT_EQ(features["a1"], one["lr_sum_scale"]);
  EXPECT_EQ(features["warmup_share"], .05);
  EXPECT_FALSE(features.contains("params"));
  const Json two = run_for_json(folder.path(), {"features", kCosine, kCosine, "--params", "1e8"});
  EXPECT_EQ(two["schedules"].size(), 2u);
  EXPECT_EQ(two["schedules"][1]["features"]["params"], 1e8);
  EXPECT_EQ(two["schedules"][1]["features"]["noise_floor_100"], features["noise_floor_100"]);
  const Outcome table = run_well(folder.path(), {"features", kCosine});
  for (const char* part : {"noise_floor_1000", "log_exposure_0.5", "1/1"})
    EXPECT_NE(table.out.find(part), std::string::npos) << part;
}

TEST(FeaturesCommand, DescribesTheCurvesOfAManifestUntilTheirLastLosses) {
  const ScratchFolder folder;
  folder.write("a.csv", "step,loss\n500,3\n1000,2.9\n");
  folder.write("runs.toml",
               "format = 1\n[[curve]]\nname = \"a\"\nfile = \"a.csv\"\nparams = 2e8\nschedule = " + kCosine);
  const Json json = run_for_json(folder.path(), {"features", "runs.toml"});
  EXPECT_EQ(json["schedules"][0]["name"], "a");
  EXPECT_EQ(json["schedules"][0]["updates"], 1000);
  EXPECT_EQ(json["schedules"][0]["features"]["params"], 2e8);
}

TEST(FeaturesCommand, FitsALawAndLeavesGroupsOut) {
  const ScratchFolder folder;
  write_manifest(folder, {"constant", "cosine", "linear"});
  const Json by_family = run_for_json(folder.path(), {"features", "runs.toml", "--fit"});
  EXPECT_EQ(by_family["left_out"], "family");
  EXPECT_EQ(by_family["folds"], 3);
  EXPECT_EQ(by_family["runs"].size(), 48u);
  EXPECT_LT(by_family["mean_error"].get<double>(), .2);
  EXPECT_GT(by_family["law"]["floor"].get<double>(), 0);
  // Both horizons have all peaks: what is left out is known but for its scale.
  const Json by_horizon = run_for_json(folder.path(), {"features", "runs.toml", "--fit", "--leave-out", "horizon"});
  EXPECT_EQ(by_horizon["folds"], 2);
  EXPECT_GT(by_horizon["best_in_forecast_top"].get<double>(), .8);
}

// In the made-up runs a longer schedule ends lower, and a cosine lower than a constant LR.
TEST(FeaturesCommand, RanksSchedulesByTheLawOfRuns) {
  const ScratchFolder folder;
  write_manifest(folder, {"constant", "cosine", "linear"});
  const auto schedule = [](const std::string& family, double peak, int steps) {
    return "{ family = '" + family + "', peak_lr = " + std::to_string(peak) +
           ", warmup_steps = 50, total_steps = " + std::to_string(steps) + " }";
  };
  const std::string best = schedule("cosine", 9e-4, 5000), worst = schedule("constant", 9e-4, 2000),
                    far = schedule("cosine", 9e-4, 50'000);
  const Json law = run_for_json(folder.path(), {"features", "runs.toml", worst, best, far, "--fit"});
  ASSERT_EQ(law["screened"].size(), 3u);
  EXPECT_EQ(law["runs"].size(), 48u);
  const auto of = [&](const std::string& steps, const std::string& family) {
    for (const Json& one : law["screened"]) {
      const std::string name = one["name"];
      if (name.find("total_steps = " + steps + ",") != std::string::npos && name.find(family) != std::string::npos)
        return one;
    }
    return Json();
  };
  EXPECT_LT(of("5000", "cosine")["forecast"], of("2000", "constant")["forecast"]);
  EXPECT_EQ(of("5000", "cosine")["outside"], 0);
  EXPECT_GT(of("50000", "cosine")["outside"], 0);
  ASSERT_EQ(law["warnings"].size(), 1u);
  const Outcome text = run_well(folder.path(), {"features", "runs.toml", worst, best, "--fit"});
  EXPECT_NE(text.out.find("features outside the runs"), std::string::npos) << text.out;
  EXPECT_EQ(text.err.find("lies outside the runs"), std::string::npos) << text.err;
  const std::string err = run_well(folder.path(), {"features", "runs.toml", far, "--fit"}).err;
  for (const char* part : {"warning", "total_steps = 50000", "lies outside the runs in", "times their range away"})
    EXPECT_NE(err.find(part), std::string::npos) << part << " is not in: " << err;
}

// The figures of docs/opt-laws.md, to the digits that it has.
TEST(FeaturesCommand, ForecastsPublicRunsAsTheDocumentsSay) {
  const char* data = std::getenv("LOSSCAST_DATA");
  if (data == nullptr) GTEST_SKIP() << "LOSSCAST_DATA is not set: laws of public runs are not tested.";
  const ScratchFolder folder;
  const std::string script = std::filesystem::path(LOSSCAST_EXAMPLES).parent_path() / "bench/lr_scheduling_manifest.sh";
  const std::string command =
      "'" + script + "' '" + data + "/lr_scheduling' > '" + (folder.path() / "runs.toml").string() + "'";
  ASSERT_EQ(std::system(command.c_str()), 0);
  const Json law = run_for_json(folder.path(), {"features", "runs.toml", "--fit"});
  EXPECT_NEAR(law["mean_error"].get<double>(), .0335, 5e-5);
  EXPECT_NEAR(law["best_in_forecast_top"].get<double>(), .94, .005);
  EXPECT_NEAR(law["pick_in_measured_top"].get<double>(), .96, .005);
  EXPECT_EQ(law["right_families"], 4);
  EXPECT_EQ(law["family_choices"], 7);
}

TEST(FeaturesCommand, RefusesWhatCannotBe) {
  const ScratchFolder folder;
  const auto fails = [&](const Words& words, const std::vector<std::string>& parts) {
    expect_failure(run_losscast(folder.path(), words), ExitCode::usage_or_input, parts);
  };
  fails({"features", "{ family = 'cosin', peak_lr = 1e-3, total_steps = 2000 }"}, {"cosin", "cosine"});
  fails({"features", "nothing"}, {"neither a schedule nor a result"});
  fails({"features", "."}, {"SCHEDULE .", "this folder holds no result"});
  fails({"features", "nothing.toml"}, {"nothing.toml"});
  fails({"features", "{ family = 'constant', peak_lr = 0, total_steps = 10 }"}, {"peak_lr"});
  fails({"features", "{ family = 'constant', peak_lr = 1e300, total_steps = 10 }", "--json"},
        {"the highest learning rate is 1e+300"});
  fails({"features", "{ family = 'constant', peak_lr = 1e-300, total_steps = 10 }"},
        {"the highest learning rate is 1e-300"});
  fails({"features", kCosine, "{ family = 'cosin', peak_lr = 1e-3, total_steps = 2000 }"}, {"SCHEDULE 2"});
  fails({"features", kCosine, "--fit"}, {"there is no manifest", "leave out --fit"});
  fails({"features", kCosine, "--leave-out", "family"}, {"--leave-out", "Add --fit"});
  fails({"features", kCosine, "--params", "-1"}, {"--params -1"});
  write_manifest(folder, {"cosine"});
  fails({"features", "runs.toml", "--fit"}, {"runs.toml", "all runs are of one family: cosine"});
  fails({"features", "runs.toml", "--fit", "--leave-out", "size"}, {"the size of", "params"});
  write_manifest(folder, {"cosine", "constant"}, 3);
  fails({"features", "runs.toml", "--fit"}, {"runs.toml", "features vary", "Add runs"});
  write_manifest(folder, {"cosine", "constant"});
  run_well(folder.path(), {"features", "runs.toml", "--fit"});
}

}  // namespace
}  // namespace losscast::test
