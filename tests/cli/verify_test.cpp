// Forecasts on record: `predict --register`, and `verify`.
#include <gtest/gtest.h>

#include <cmath>

#include "losscast/format/text_file.hpp"
#include "tests/cli/program.hpp"
#include "tests/cli/small_problem.hpp"
#include "tests/cli/with_flags.hpp"
#include "tests/format/expect_error.hpp"

namespace losscast::test {
namespace {

using Json = nlohmann::json;
using Names = std::vector<std::string>;

constexpr ExitCode kInput = ExitCode::usage_or_input;

Words predict(const std::string& schedule, const Words& more) {
  return with_flags({"predict", "fit.json", "--schedule", schedule, "--paths", "256", "--times", "10"}, more);
}

// The small problem, with its WSD run on record.
class OnRecord : public SmallProblem {
 public:
  OnRecord() { run_well(path(), predict(kWsd, {"--register", "record.json"})); }
};

TEST(Register, HoldsWhatPredictSays) {
  const SmallProblem folder;
  const Json said = run_for_json(folder.path(), predict(kWsd, {"--register", "record.json"}));
  const Json record = Json::parse(read_text_file(folder.path() / "record.json"));
  EXPECT_EQ(keys(record), (Names{"bands", "extrapolations", "files", "final", "fit", "format", "hazard_of_fit", "model",
                                 "observation_noise", "provenance", "recipe", "schedule", "sha256"}));
  for (const char* key : {"step", "mean", "se", "q05", "q50", "q95", "tail_mean"})
    EXPECT_EQ(record["final"][key], said["final"][key]) << key;
  EXPECT_EQ(record["bands"].size(), 10u);
  EXPECT_EQ(said["register"], "record.json");
  EXPECT_EQ(record["provenance"]["version"], said["provenance"]["version"]);
  EXPECT_EQ(record["provenance"]["inputs"], Json{"fit.json"});
  EXPECT_EQ(record["fit"]["sha256"].get<std::string>().size(), 64u);
}

TEST(Register, ReplacesNothing) {
  const OnRecord folder;
  const std::string before = read_text_file(folder.path() / "record.json");
  const auto files = folder.files();
  expect_failure(run_losscast(folder.path(), predict(kWsd, {"--register", "record.json", "--out", "bands.csv"})),
                 kInput, {"--register record.json", "something of that name already", "Name another file"});
  EXPECT_EQ(read_text_file(folder.path() / "record.json"), before);
  EXPECT_EQ(folder.files(), files);
}

TEST(Register, HashesTheFilesOfASchedule) {
  const SmallProblem folder;
  folder.write("lr.csv", "step,lr\n0,1e-3\n999,1e-4\n");
  const std::string file = R"({ family = "file", path = "lr.csv" })";
  const std::string phases =
      R"({ family = "phases", phases = [{ family = "constant", peak_lr = 1e-3, total_steps = 500 }, )" + file + "] }";
  int records = 0;
  for (const std::string& schedule : {file, phases}) {
    const std::string name = "record" + std::to_string(++records) + ".json";
    run_well(folder.path(), predict(schedule, {"--register", name}));
    const Json record = Json::parse(read_text_file(folder.path() / name));
    ASSERT_EQ(record["files"].size(), 1u);
    EXPECT_EQ(record["files"][0]["file"], "lr.csv");
  }
  const Json one = Json::parse(read_text_file(folder.path() / "record1.json"));
  EXPECT_EQ(one["recipe"]["lr"][0]["lr"].size(), 1000u) << "the record does not need the file";
}

TEST(Register, RefusesWhatCannotBeOnRecord) {
  const SmallProblem folder;
  const auto files = folder.files();
  expect_failure(run_losscast(folder.path(), predict(kWsd, {"--register", "r.json", "--paths", "8"})), kInput,
                 {"--paths 8", "too few for a forecast on record", "Take 222 or more"});
  expect_failure(run_losscast(folder.path(), predict(kWsd, {"--register", "r.json", "--out", "r.json"})), kInput,
                 {"--out and --register name the same file"});
  expect_failure(run_losscast(folder.path(), predict(kWsd, {"--register", "absent/r.json"})), ExitCode::internal_or_io,
                 {"absent/r.json"});
  EXPECT_EQ(folder.files(), files);
}

// The run follows the law of the fit but for at most 1e-3 nats.
TEST(VerifyCommand, ScoresARun) {
  const OnRecord folder;
  const Outcome outcome = run_well(folder.path(), {"verify", "record.json", "wsd.csv"});
  for (const char* part : {"on record since 2", "by losscast ", "model power", "family = \"wsd\"", "final  1000",
                           "The run ended at ", "inside its 90% band", "of 46 points lie in their bands."})
    EXPECT_NE(outcome.out.find(part), std::string::npos) << part << " is not in: " << outcome.out;
  const Json all = run_for_json(folder.path(), {"verify", "record.json", "wsd.csv"});
  EXPECT_EQ(keys(all), (Names{"finished", "last", "mean_abs_error", "mean_error", "notes", "points", "provenance",
                              "record", "share_in_band", "total_steps", "verdict"}));
  EXPECT_EQ(keys(all["last"]),
            (Names{"error", "forecast", "in_band", "measured", "probability", "q05", "q95", "step", "z"}));
  EXPECT_EQ(keys(all["record"]), (Names{"date", "hazard_of_fit", "model", "schedule", "sha256", "version"}));
  EXPECT_EQ(all["finished"], true);
  EXPECT_EQ(all["points"].size(), 46u);
  EXPECT_EQ(all["last"]["in_band"], true);
  EXPECT_LT(std::abs(all["last"]["z"].get<double>()), 1.645);
}

TEST(VerifyCommand, SaysHowFarARunHasCome) {
  const OnRecord folder;
  folder.write("half.csv", "step,loss\n100,4.1\n300,3.9\n500,3.8\n");
  const Json all = run_for_json(folder.path(), {"verify", "record.json", "half.csv"});
  EXPECT_EQ(all["finished"], false);
  EXPECT_EQ(all["last"]["step"], 500);
  EXPECT_NE(all["verdict"].get<std::string>().find("step 500 of 1000 (50%)"), std::string::npos) << all["verdict"];
}

TEST(VerifyCommand, RefusesBadInput) {
  const OnRecord folder;
  const auto files = folder.files();
  const auto refused = [&](const std::string& record, const std::string& run, const std::vector<std::string>& parts) {
    expect_failure(run_losscast(folder.path(), {"verify", record, run}), kInput, parts);
  };
  folder.write("early.csv", "step,loss\n50,5.0\n");
  refused("record.json", "early.csv", {"early.csv: there is no point from step 100 on", "warm-up"});
  folder.write("late.csv", "step,loss\n500,4.0\n1100,3.5\n");
  refused("record.json", "late.csv", {"late.csv: step 1100 is past the end of the forecast", "1000 steps"});
  folder.write("changed.json",
               replaced(read_text_file(folder.path() / "record.json"), "\"model\": \"power\"", "\"model\": \"adamw\""));
  refused("changed.json", "wsd.csv", {"changed.json: sha256: this registration was changed"});
  refused("fit.json", "wsd.csv", {"fit.json", "this is a fit (a forecast on record is wanted)"});
  refused("record.json", "absent.csv", {"absent.csv"});
  EXPECT_EQ(files.size() + 3, folder.files().size());
}

}  // namespace
}  // namespace losscast::test
