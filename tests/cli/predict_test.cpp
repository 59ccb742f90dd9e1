#include <gtest/gtest.h>

#include "cli/program.hpp"
#include "cli/small_problem.hpp"
#include "io/expect_error.hpp"
#include "losscast/io/csv_reader.hpp"
#include "losscast/io/text_file.hpp"

namespace losscast {
namespace {

namespace fs = std::filesystem;
using testing::expect_failure;
using testing::keys;
using testing::kWsd;
using testing::Outcome;
using testing::replaced;
using testing::run_for_json;
using testing::run_losscast;
using testing::run_well;
using testing::SmallProblem;
using testing::Words;
using Json = nlohmann::json;
using Names = std::vector<std::string>;

Words predict(const Words& more, const std::string& schedule = kWsd) {
  Words words = {"predict", "fit.json", "--schedule", schedule, "--paths", "256"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

std::vector<std::int64_t> steps_of(const fs::path& bands) {
  CsvReader reader(bands);
  std::vector<std::int64_t> steps;
  while (reader.next_row()) steps.push_back(reader.whole_number(reader.column("step")));
  return steps;
}

TEST(PredictCommand, WritesBandsOverTime) {
  const SmallProblem folder;
  const Outcome outcome = run_well(folder.path(), predict({"--out", "bands.csv", "--times", "7"}));
  EXPECT_TRUE(outcome.out.starts_with("loss after 1000 steps: mean ")) << outcome.out;

  const fs::path bands = folder.path() / "bands.csv";
  EXPECT_TRUE(read_text_file(bands).starts_with(
      "step,mean,se,posterior_se,reduction,q05,q25,q50,q75,q95,q99,q999,tail_mean\n"));
  EXPECT_EQ(steps_of(bands), (std::vector<std::int64_t>{100, 250, 400, 550, 700, 850, 1000}));
  CsvReader reader(bands);
  while (reader.next_row()) {
    const char* ascending[] = {"q05", "q25", "q50", "q75", "q95", "q99", "q999"};
    for (int i = 1; i < 7; ++i)
      EXPECT_LE(reader.number(reader.column(ascending[i - 1])), reader.number(reader.column(ascending[i])));
    EXPECT_GT(reader.number(reader.column("se")), 0);
  }
}

TEST(PredictCommand, AlwaysRecordsTheLastStep) {
  const SmallProblem folder;
  const fs::path bands = folder.path() / "bands.csv";
  run_well(folder.path(), predict({"--out", "bands.csv", "--times", "1"}));
  EXPECT_EQ(steps_of(bands), std::vector<std::int64_t>{1000});

  const std::string short_run = R"({ family = "linear", peak_lr = 3e-3, total_steps = 5 })";
  run_well(folder.path(), predict({"--out", "bands.csv"}, short_run));
  EXPECT_EQ(steps_of(bands), (std::vector<std::int64_t>{1, 2, 3, 4, 5}));
}

TEST(PredictCommand, GivesTheFinalLossAsJson) {
  const SmallProblem folder;
  const auto files = folder.files();
  const Json prediction = run_for_json(folder.path(), predict({}));
  EXPECT_EQ(keys(prediction), (Names{"block", "extrapolations", "final", "levers", "out", "performance", "plot",
                                     "precision", "provenance", "step_error", "warnings"}));
  EXPECT_EQ(keys(prediction["final"]), (Names{"mean", "posterior_se", "q05", "q25", "q50", "q75", "q95", "q99", "q999",
                                              "reduction", "se", "status", "step", "tail_mean"}));
  EXPECT_EQ(keys(prediction["performance"]),
            (Names{"backend", "block_steps", "device", "engine_seconds", "math", "path_steps", "total_seconds"}));
  EXPECT_EQ(prediction["final"]["step"], 1000);
  EXPECT_EQ(prediction["performance"]["math"], "reproducible");
  EXPECT_EQ(prediction["warnings"], Json{"one peak LR only"});
  EXPECT_TRUE(prediction["extrapolations"].empty());
  EXPECT_LT(prediction["step_error"]["mean"], 5e-4);
  EXPECT_EQ(folder.files(), files) << "nothing is written without --out";
}

TEST(PredictCommand, GivesTheSameBytesOnAnyNumberOfThreads) {
  const SmallProblem folder;
  const fs::path bands = folder.path() / "bands.csv";
  run_well(folder.path(), predict({"--out", "bands.csv", "--threads", "1"}));
  const std::string first = read_text_file(bands);
  for (const char* threads : {"1", "2", "3"}) {
    run_well(folder.path(), predict({"--out", "bands.csv", "--threads", threads}));
    EXPECT_EQ(read_text_file(bands), first) << threads;
  }
  run_well(folder.path(), predict({"--out", "bands.csv", "--seed", "2"}));
  EXPECT_NE(read_text_file(bands), first) << "another seed gives other paths";
}

TEST(PredictCommand, SourcesOfUncertaintyCanBeSwitchedOff) {
  const SmallProblem folder;
  const auto width = [&](const Words& more) {
    const Json final = run_for_json(folder.path(), predict(more))["final"];
    return final["q95"].get<double>() - final["q05"].get<double>();
  };
  const double both = width({});
  const double noise_alone = width({"--no-parameter-uncertainty"});
  const double parameters_alone = width({"--no-noise"});
  EXPECT_LT(noise_alone, both);
  EXPECT_LT(parameters_alone, both);
  EXPECT_GT(noise_alone, 0);
  EXPECT_GT(parameters_alone, 0);
  EXPECT_EQ(width({"--no-parameter-uncertainty", "--no-noise"}), 0);
}

TEST(PredictCommand, BlockSchemeAndWeightDecayReachTheEngine) {
  const SmallProblem folder;
  const Json usual = run_for_json(folder.path(), predict({}));
  for (const Words& other : {Words{"--block", "2"}, Words{"--block", "1", "--scheme", "euler"}}) {
    const Json prediction = run_for_json(folder.path(), predict(other));
    EXPECT_EQ(std::to_string(prediction["block"].get<int>()), other[1]);
    EXPECT_NE(prediction["final"]["mean"], usual["final"]["mean"]);
  }
  expect_failure(run_losscast(folder.path(), predict({"--block", "500", "--scheme", "euler"})),
                 ExitCode::usage_or_input, {"a block of 500 steps is too long"});
  // The model `power` knows no weight decay, so it must not matter here; that it does in others is the engine's test.
  EXPECT_EQ(run_for_json(folder.path(), predict({"--weight-decay", "0.5"}))["final"], usual["final"]);
}

TEST(PredictCommand, FlagsExtrapolationOnBothStreams) {
  const SmallProblem folder;
  const Outcome outcome = run_well(folder.path(), predict({"--json"}, replaced(kWsd, "3e-3", "4e-3")));
  ASSERT_EQ(Json::parse(outcome.out)["extrapolations"].size(), 1u);
  EXPECT_TRUE(Json::parse(outcome.out)["extrapolations"][0].get<std::string>().starts_with("peak_lr"));
  EXPECT_NE(outcome.err.find("warning: extrapolation: peak_lr"), std::string::npos) << outcome.err;
  EXPECT_EQ(run_well(folder.path(), predict({})).err.find("extrapolation"), std::string::npos);
}

TEST(PredictCommand, DrawsThePictureWithTheMeasuredPoints) {
  const SmallProblem folder;
  run_well(folder.path(), predict({"--plot", "bands.svg"}));
  run_well(folder.path(), predict({"--plot", "both.svg", "--measured", "wsd.csv"}));
  const std::string alone = read_text_file(folder.path() / "bands.svg");
  const std::string both = read_text_file(folder.path() / "both.svg");
  EXPECT_TRUE(alone.starts_with("<svg")) << alone.substr(0, 80);
  EXPECT_TRUE(alone.ends_with("</svg>\n"));
  EXPECT_GT(both.size(), alone.size());

  const auto files = folder.files();
  expect_failure(run_losscast(folder.path(), predict({"--measured", "wsd.csv"})), ExitCode::usage_or_input,
                 {"--measured wsd.csv", "Add --plot FILE"});
  expect_failure(run_losscast(folder.path(), predict({"--plot", "new.svg", "--measured", "absent.csv"})),
                 ExitCode::usage_or_input, {"absent.csv", "no such file"});
  expect_failure(run_losscast(folder.path(), predict({"--plot", "new.svg", "--times", "1"})), ExitCode::usage_or_input,
                 {"--plot new.svg", "Raise --times"});
  EXPECT_EQ(folder.files(), files);
}

TEST(PredictCommand, SaysWhenThereIsNoGpu) {
  const SmallProblem folder;
  if (!run_for_json(folder.path(), {"version"})["gpu"].is_null()) GTEST_SKIP() << "this machine has a GPU";
  expect_failure(run_losscast(folder.path(), predict({"--backend", "cuda", "--out", "bands.csv"})), ExitCode::device,
                 {"no GPU"});
  EXPECT_FALSE(fs::exists(folder.path() / "bands.csv"));
  run_well(folder.path(), predict({"--backend", "cpu", "--out", "bands.csv"}));
}

}  // namespace
}  // namespace losscast
