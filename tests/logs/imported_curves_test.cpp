// From a run to its files, and what the schedule of a run can be.
#include "losscast/logs/imported_curves.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "losscast/format/number_text.hpp"
#include "losscast/format/text_file.hpp"
#include "losscast/io/manifest.hpp"
#include "losscast/logs/read_log.hpp"
#include "losscast/schedule/schedule_text.hpp"
#include "tests/format/expect_error.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast::test {
namespace {

const std::string kCosine = R"({ family = "cosine", peak_lr = 6e-4, total_steps = 1000, warmup_steps = 100 })";

// A log of every tenth step, with the rates of a schedule.
std::string log_of(const std::string& schedule, Step first = 0) {
  const Schedule rates = parse_schedule(schedule, "test");
  std::string text = "step,loss,val_loss,lr\n";
  for (Step s = first; s <= 990; s += 10)
    text += fmt::format("{},{},{},{}\n", s, 3 + 1.0 / static_cast<double>(s + 1), s % 100 == 0 ? "3.5" : "",
                        number_text(rates.lr(s)));
  return text;
}

Import import_of(const std::string& content, const ScheduleChoices& choices = {}, const LogChoices& columns = {}) {
  const ScratchFolder folder;
  return import_runs(logged_runs(read_log(folder.write("run.csv", content)), columns), choices);
}

ScheduleChoices given(const std::string& schedule) {
  ScheduleChoices choices;
  choices.schedule = parse_schedule_text(schedule, "test");
  return choices;
}

void expect_refused(const std::string& content, const ScheduleChoices& choices, const std::vector<std::string>& parts) {
  expect_error(ExitCode::usage_or_input, parts, [&] { import_of(content, choices); });
}

// A Trainer's log of every 10th step, of which one entry is lost.
TEST(Import, SaysOverHowManyStepsALossIsAMean) {
  std::string entries;
  for (int step = 10; step <= 400; step += 10)
    if (step != 200)
      entries += fmt::format(R"({}{{"step": {}, "loss": {}, "learning_rate": 0.001}})", entries.empty() ? "" : ", ",
                             step, 3 + 1.0 / step);
  const ScratchFolder folder;
  const std::filesystem::path log = folder.write("trainer_state.json", R"({"log_history": [)" + entries + "]}");
  const ScheduleChoices choices = given(R"({ family = "constant", peak_lr = 1e-3, total_steps = 400 })");
  write_import(import_runs(logged_runs(read_log(log), {}), choices), folder.path());
  const Manifest manifest = read_manifest(folder.path() / "manifest.toml");
  ASSERT_EQ(manifest.curves.size(), 1u);
  EXPECT_EQ(manifest.curves[0].mean_over, 10);
}

std::string trainer_state(const std::vector<Step>& steps) {
  std::string entries;
  for (const Step step : steps)
    entries += fmt::format(R"({}{{"step": {}, "loss": {}, "learning_rate": 0.001}})", entries.empty() ? "" : ", ", step,
                           3 + 1.0 / static_cast<double>(step));
  return R"({"log_history": [)" + entries + "]}";
}

TEST(Import, SaysThatTheStepsOfMeansVary) {
  const ScratchFolder folder;
  const auto log = folder.write("trainer_state.json", trainer_state({10, 20, 30, 50, 70, 90, 120, 150}));
  const ScheduleChoices choices = given(R"({ family = "constant", peak_lr = 1e-3, total_steps = 400 })");
  const Import import = import_runs(logged_runs(read_log(log), {}), choices);
  ASSERT_EQ(import.runs[0].notes.size(), 1u);
  EXPECT_NE(import.runs[0].notes[0].find("their number varies"), std::string::npos) << import.runs[0].notes[0];
  EXPECT_EQ(import.files.back().content.find("mean_over"), std::string::npos);
}

TEST(Import, WritesTheUnitOfLosses) {
  const ScratchFolder folder;
  const std::string log = replaced(log_of(kCosine), "step,loss,", "step,ppl,");
  LogChoices columns{.loss = "ppl"};
  const Import import = import_of(log, {}, columns);
  EXPECT_NE(import.files.back().content.find("loss_unit = \"perplexity\"\n"), std::string::npos);
  EXPECT_NE(import.runs[0].notes.back().find("the losses of ppl are in perplexity"), std::string::npos);
  write_import(import, folder.path());
  EXPECT_NEAR(read_manifest(folder.path() / "manifest.toml").curves[0].points[1].loss, std::log(3 + 1.0 / 11), 1e-12);
}

TEST(Import, WritesTheTokensOfAnUpdate) {
  const ScratchFolder folder;
  const std::string log = "tokens,loss,lr\n0,4,1e-3\n524288,3.5,1e-3\n1048576,3.25,1e-3\n1572864,3.2,1e-3\n";
  const Import import = import_of(log, {}, {.step = "tokens", .tokens_per_step = 262144});
  write_import(import, folder.path());
  EXPECT_EQ(schedule_text(import.runs[0].schedule), R"({ family = "constant", peak_lr = 0.001, total_steps = 6 })");
  const Manifest manifest = read_manifest(folder.path() / "manifest.toml");
  EXPECT_EQ(manifest.curves[0].points.back().step, 6);
  EXPECT_NE(import.files.back().content.find("tokens_per_step = 262144\n"), std::string::npos);
}

// What is written is what a fit reads.
TEST(Import, WritesCurvesThatAManifestNames) {
  const ScratchFolder folder;
  ScheduleChoices choices;
  choices.total_steps = 1000;
  write_import(import_of(log_of(kCosine), choices), folder.path());
  EXPECT_EQ(folder.files(), (std::set<std::string>{"manifest.toml", "run_train.csv", "run_validation.csv"}));
  const Manifest manifest = read_manifest(folder.path() / "manifest.toml");
  ASSERT_EQ(manifest.curves.size(), 2u);
  EXPECT_EQ(manifest.curves[0].name, "run_train");
  EXPECT_EQ(manifest.curves[0].family, "cosine");
  EXPECT_EQ(manifest.curves[0].points.size(), 100u);
  EXPECT_EQ(manifest.curves[0].points[1].loss, 3 + 1.0 / 11);
  EXPECT_EQ(manifest.curves[1].points.size(), 10u);
  const Schedule wanted = parse_schedule(kCosine, "test");
  for (const Step s : {0, 50, 99, 100, 555, 999})
    EXPECT_EQ(manifest.curves[0].recipe.schedule.lr(s), wanted.lr(s)) << s;
}

TEST(Import, TakesRatesAsTheyAreWhereNoFamilyHasThem) {
  std::string log = log_of(kCosine);
  log = replaced(log, "\n500,", "\n500,9,,0.0009\n501,");
  const ScratchFolder folder;
  const Import import = import_of(log);
  write_import(import, folder.path());
  EXPECT_EQ(schedule_text(import.runs[0].schedule), R"({ family = "file", path = "run_lr.csv" })");
  const Manifest manifest = read_manifest(folder.path() / "manifest.toml");
  EXPECT_EQ(manifest.curves[0].recipe.schedule.lr(500), 0.0009);
  EXPECT_EQ(manifest.curves[0].recipe.schedule.lr(0), 0.0);
}

TEST(Import, NeedsTheRateOfUpdateZero) {
  const std::string late = replaced(log_of(kCosine, 10), "\n500,", "\n500,9,,0.0009\n501,");
  expect_refused(late, {}, {"run.csv:2: ", "no rate before step 10", "--lr-at-start"});
  ScheduleChoices choices;
  choices.lr_at_start = 1e-6;
  const Import import = import_of(late, choices);
  EXPECT_EQ(import.files[2].path, "run_lr.csv");
  EXPECT_TRUE(import.files[2].content.starts_with("step,lr\n0,1e-6\n10,")) << import.files[2].content.substr(0, 40);
}

// The rate of step 800 is wrong.
TEST(Import, NamesTheScheduleThatHasAllRatesButOne) {
  const auto with_wrong_rate = [](std::string log) {
    const std::size_t row = log.find("\n800,") + 1, end = log.find('\n', row);
    return log.replace(log.rfind(',', end), end - log.rfind(',', end), ",0.0005");
  };
  const Import import = import_of(with_wrong_rate(log_of(kCosine)));
  EXPECT_EQ(schedule_text(import.runs[0].schedule), R"({ family = "file", path = "run_lr.csv" })");
  EXPECT_NE(import.runs[0].notes.front().find("family = \"cosine\""), std::string::npos)
      << import.runs[0].notes.front();
  EXPECT_NE(import.runs[0].notes.front().find("has 99 of 100 rates, but not that of step 800"), std::string::npos);
  expect_refused(with_wrong_rate(log_of(kCosine, 10)), {},
                 {"run.csv:81: lr: ", "the rate logged at step 800 is 0.0005, not ", "family = \"cosine\"",
                  "has 98 of 99 rates", "Correct it"});
}

TEST(Import, DoesNotPassOverTheLengthThatIsSaid) {
  ScheduleChoices choices = given(kCosine);
  choices.total_steps = 4000;
  expect_refused(log_of(kCosine), choices, {"--total-steps: ", "4000 steps", "--schedule has 1000"});
  const std::string odd = replaced(log_of(kCosine), "\n500,", "\n500,9,,0.0009\n501,");
  choices.schedule = {};
  expect_refused(odd, choices, {"no rate after step 990", "--total-steps is 4000", "leave --total-steps out"});
  choices.total_steps = 1000;
  EXPECT_TRUE(import_of(odd, choices).files[2].content.find("\n999,") != std::string::npos);
}

TEST(Import, TakesOneScheduleOfTwoRunsForUpdatesAlike) {
  const ScratchFolder folder;
  std::vector<LogTable> tables;
  for (const char* name : {"constant", "cosine"}) {
    const Schedule rates = parse_schedule(replaced(kCosine, "cosine", name), "test");
    std::string log = "step,loss,lr\n";
    for (Step s = 100; s <= 1000; s += 100) log += fmt::format("{},3,{}\n", s, number_text(rates.lr(s - 1)));
    for (LogTable& table : read_log(folder.write(std::string(name) + ".csv", log))) tables.push_back(std::move(table));
  }
  const Import import = import_runs(logged_runs(tables, {}), {});
  for (const ImportedRun& run : import.runs) {
    EXPECT_NE(run.schedule_source.find("a step late"), std::string::npos) << run.schedule_source;
    EXPECT_EQ(schedule_text(run.schedule), replaced(kCosine, "cosine", run.name));
  }
}

TEST(Import, NeedsRatesToTheEnd) {
  const std::string log = "step,loss,lr\n0,9,1e-3\n10,8,2e-3\n20,7,1e-3\n30,6,2.5e-3\n";
  EXPECT_TRUE(import_of(log + "40,5,\n").files[1].content.ends_with("30,0.0025\n39,0.0025\n"));
  expect_refused(log + "50,5,\n", {},
                 {"run.csv:5: ", "no rate after step 30", "losses go on to step 50", "--schedule"});
}

TEST(Import, ComparesAGivenScheduleWithTheLog) {
  const Import import = import_of(log_of(kCosine), given(kCosine));
  EXPECT_EQ(import.runs[0].schedule_source, "as given, with all 100 logged rates");
  expect_refused(log_of(kCosine), given(replaced(kCosine, "6e-4", "6.1e-4")),
                 {"run.csv:3: lr: ", "logged at step 10", "is 6e-05", "that of --schedule is 6.1e-05"});
  expect_refused(log_of(kCosine), given(replaced(kCosine, "= 1000", "= 900")),
                 {"run.csv:101: ", "step 990 is past the end", "--schedule has 900 steps", "990 or more"});
}

TEST(Import, NeedsASchedule) {
  const std::string log = "step,loss\n10,3.5\n20,3.25\n";
  expect_refused(log, {}, {"run.csv:3: ", "the run \"run\" has no learning rates", "--schedule", "--lr"});
  EXPECT_EQ(import_of(log, given(kCosine)).runs[0].schedule_source, "as given");
}

TEST(Import, TakesTheLengthThatIsSaid) {
  ScheduleChoices choices;
  choices.total_steps = 500;
  expect_refused(log_of(kCosine), choices, {"step 990 is past the end", "--total-steps has 500 steps"});
  choices.total_steps = 2000;
  const std::string constant = R"({ family = "constant", peak_lr = 6e-4, total_steps = 1000 })";
  EXPECT_EQ(schedule_text(import_of(log_of(constant), choices).runs[0].schedule), replaced(constant, "1000", "2000"));
}

TEST(WriteImport, ReplacesNothing) {
  const ScratchFolder folder;
  const Import import = import_of(log_of(kCosine));
  folder.write("run_validation.csv", "mine");
  expect_error(ExitCode::usage_or_input, {"run_validation.csv: ", "another file of that name", "--out"},
               [&] { write_import(import, folder.path()); });
  EXPECT_EQ(folder.files(), std::set<std::string>{"run_validation.csv"});
  std::filesystem::remove(folder.path() / "run_validation.csv");
  write_import(import, folder.path());
  write_import(import, folder.path());  // the same again is no harm
  EXPECT_EQ(folder.files().size(), 3u);
}

}  // namespace
}  // namespace losscast::test
