#include <gtest/gtest.h>

#include "losscast/format/text_file.hpp"
#include "losscast/frameworks/export.hpp"
#include "losscast/schedule/schedule_text.hpp"
#include "tests/cli/program.hpp"
#include "tests/cli/small_problem.hpp"

namespace losscast::test {
namespace {

using Json = nlohmann::json;

constexpr ExitCode kInput = ExitCode::usage_or_input;

TEST(Schedule, PrintsTheRates) {
  const ScratchFolder folder;
  const std::string expected = rates_csv(parse_recipe(kWsd, "test"), 1);
  const Outcome outcome = run_well(folder.path(), {"schedule", kWsd});
  EXPECT_EQ(outcome.out, expected);
  EXPECT_EQ(run_well(folder.path(), {"schedule", kWsd, "--as", "csv"}).out, expected);
  run_well(folder.path(), {"schedule", kWsd, "--out", "rates.csv"});
  EXPECT_EQ(read_text_file(folder.path() / "rates.csv"), expected);
  EXPECT_EQ(run_well(folder.path(), {"schedule", "rates.csv"}).out, expected);
  const std::string thin = run_well(folder.path(), {"schedule", kWsd, "--every", "100"}).out;
  EXPECT_EQ(std::count(thin.begin(), thin.end(), '\n'), 1 + 10 + 1);
}

TEST(Schedule, OfAResultIsItsBest) {
  const SmallProblem folder;
  const Json sweep = run_for_json(folder.path(), {"sweep", "sweep.toml", "--set", "paths=8", "--out", "results"});
  const Json shown = run_for_json(folder.path(), {"schedule", "results"});
  const std::string best = Json::parse(read_text_file(folder.path() / "results" / "results.json"))["best"]["schedule"];
  EXPECT_EQ(shown["schedule"], best);
  EXPECT_TRUE(shown["export"].is_null());
}

TEST(Schedule, IsExported) {
  const ScratchFolder folder;
  const std::string cosine = R"({ family = "cosine", peak_lr = 3e-3, warmup_steps = 100, total_steps = 1000 })";
  for (const std::string target : {"pytorch", "huggingface", "megatron", "optax", "deepspeed"}) {
    const Outcome printed = run_well(folder.path(), {"schedule", cosine, "--as", target});
    const Json exported = run_for_json(folder.path(), {"schedule", cosine, "--as", target})["export"];
    EXPECT_EQ(keys(exported),
              (std::vector<std::string>{"error", "exact", "form", "omitted", "step", "target", "text"}));
    EXPECT_EQ(exported["text"], printed.out) << target;
    EXPECT_EQ(exported["exact"], target != "deepspeed");
    EXPECT_EQ(printed.err.find("not exact") != std::string::npos, target == "deepspeed") << printed.err;
    run_well(folder.path(), {"schedule", cosine, "--as", target, "--out", "written"});
    EXPECT_EQ(read_text_file(folder.path() / "written"), printed.out);
  }
}

// A configuration far from the schedule would train with another one.
TEST(Schedule, IsNotExportedWhereNoFormIsNear) {
  const ScratchFolder folder;
  const std::string restarts =
      R"({ family = "cosine-restarts", peak_lr = 3e-4, cycle_steps = 4000, cycle_multiplier = 2, )"
      R"(total_steps = 12000 })";
  for (const std::string target : {"huggingface", "megatron", "deepspeed"}) {
    const Words words = {"schedule", restarts, "--as", target};
    expect_failure(run_losscast(folder.path(), words), kInput,
                   {"--as " + target, "no form near the schedule", "of the peak at step", "up to 0.1 is written",
                    "Choose among pytorch, optax."});
    expect_failure(run_losscast(folder.path(), {"schedule", restarts, "--as", target, "--out", "made"}), kInput, {});
  }
  EXPECT_TRUE(folder.files().empty());
  run_well(folder.path(), {"schedule", restarts, "--as", "pytorch"});
  expect_failure(run_losscast(folder.path(), {"schedule", kWsd, "--as", "deepspeed"}), kInput,
                 {"pytorch, huggingface, megatron, optax"});
}

TEST(Schedule, OfManyRatesHasThemInAFileBesideTheCode) {
  const ScratchFolder folder;
  const std::string wsd = R"({ family = "wsd", peak_lr = 3e-3, decay_start = 700, total_steps = 1001 })";
  run_well(folder.path(), {"schedule", wsd, "--out", "lr.csv"});
  expect_failure(run_losscast(folder.path(), {"schedule", "lr.csv", "--as", "pytorch"}), kInput, {"--out"});
  run_well(folder.path(), {"schedule", "lr.csv", "--as", "pytorch", "--out", "made.py"});
  EXPECT_NE(read_text_file(folder.path() / "made.py").find("\"made.rates.csv\""), std::string::npos);
  EXPECT_EQ(read_text_file(folder.path() / "made.rates.csv"), read_text_file(folder.path() / "lr.csv"));
}

TEST(Schedule, IsDrawn) {
  const ScratchFolder folder;
  EXPECT_EQ(run_well(folder.path(), {"schedule", kWsd, "--draw", "schedule.svg"}).out, "");
  EXPECT_TRUE(read_text_file(folder.path() / "schedule.svg").starts_with("<svg"));
}

TEST(Schedule, SaysWhatIsWrong) {
  const ScratchFolder folder;
  std::filesystem::create_directory(folder.path() / "empty");
  folder.write("empty/results.json", R"({ "format": 1 })");
  folder.write("bad.csv", "step,lr\n0,1\n1,-1\n");
  const std::pair<Words, std::vector<std::string>> cases[] = {
      {{kWsd, "--as", "pytorc"}, {"--as pytorc", "Did you mean \"pytorch\"?"}},
      {{kWsd, "--as", "spreadsheet"}, {"--as spreadsheet", "huggingface"}},
      {{"missing"}, {"missing", "neither a schedule nor a result"}},
      {{"empty"}, {"results.json", "best"}},
      {{"bad.csv"}, {"bad.csv:3", "negative"}},
      {{"{ family = \"wsd\" }"}, {"total_steps is missing"}},
      {{"{ family = "}, {"SCHEDULE"}},
      {{kWsd, "--every", "0"}, {"--every"}},
      {{kWsd, "--every", "5", "--as", "pytorch"}, {"--every", "Leave it out"}},
      {{kWsd, "--out", "same", "--draw", "same"}, {"two results"}}};
  const auto files = folder.files();
  for (const auto& [words, parts] : cases) {
    Words command = {"schedule"};
    command.insert(command.end(), words.begin(), words.end());
    expect_failure(run_losscast(folder.path(), command), kInput, parts);
    EXPECT_EQ(folder.files(), files);
  }
}

}  // namespace
}  // namespace losscast::test
