// What is taken of tables, and what is left out.
#include "losscast/logs/logged_run.hpp"

#include <gtest/gtest.h>

#include "losscast/format/number_text.hpp"
#include "losscast/logs/read_log.hpp"
#include "tests/format/expect_error.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast::test {
namespace {

// The runs of CSV files, by name and content.
std::vector<LoggedRun> runs_of(const std::vector<std::pair<std::string, std::string>>& files,
                               const LogChoices& choices = {}) {
  const ScratchFolder folder;
  std::vector<LogTable> tables;
  for (const auto& [name, content] : files) {
    std::filesystem::create_directories((folder.path() / name).parent_path());
    for (LogTable& table : read_log(folder.write(name, content))) tables.push_back(std::move(table));
  }
  return logged_runs(tables, choices);
}

LoggedRun run_of(const std::string& content, const LogChoices& choices = {}) {
  return runs_of({{"run.csv", content}}, choices).at(0);
}

std::string text(const LoggedSeries& series) {
  std::string text = series.column + ":";
  for (const LoggedPoint& point : series.points)
    text += " " + std::to_string(point.step) + "=" + number_text(point.value);
  return text;
}

void expect_refused(const std::string& content, const std::vector<std::string>& parts, const LogChoices& choices = {}) {
  expect_error(ExitCode::usage_or_input, parts, [&] { run_of(content, choices); });
}

TEST(LoggedRuns, TakesTrainingValidationAndRates) {
  const LoggedRun run = run_of("global_step,train/loss,eval/loss,lr\n10,3.5,,1e-3\n20,3.25,3.3,9e-4\n");
  EXPECT_EQ(run.name, "run");
  ASSERT_EQ(run.losses.size(), 2u);
  EXPECT_EQ(run.losses[0].kind, LossKind::training);
  EXPECT_EQ(text(run.losses[0].series), "train/loss: 10=3.5 20=3.25");
  EXPECT_EQ(text(run.losses[1].series), "eval/loss: 20=3.3");
  EXPECT_EQ(text(run.rates), "lr: 10=0.001 20=9e-4");
  EXPECT_EQ(run.omissions.text(), "");
}

TEST(LoggedRuns, RefusesTwoRunsOfWhichTheRowsAlternate) {
  expect_refused("run,step,loss\n0,10,3.5\n1,10,3.4\n0,20,3.25\n1,20,3.2\n0,30,3.1\n1,30,3.0\n",
                 {"run.csv:7", "loss: ", "3 of 3 steps have other values too", "a file of its own"});
}

TEST(LoggedRuns, TakesTheColumnsThatAreAskedFor) {
  const LoggedRun run = run_of("a,b,c,step,loss\n10,3.5,1e-3,1,7\n20,3.25,9e-4,2,7\n", {"a", "b", "c"});
  ASSERT_EQ(run.losses.size(), 1u);
  EXPECT_EQ(text(run.losses[0].series), "b: 10=3.5 20=3.25");
  EXPECT_EQ(text(run.rates), "c: 10=0.001 20=9e-4");
}

TEST(LoggedRuns, PrefersTheStepOfTheProgramToTheLoggersOwn) {
  EXPECT_EQ(text(run_of("_step,train/global_step,loss\n1,10,3.5\n2,20,3.25\n").losses[0].series),
            "loss: 10=3.5 20=3.25");
}

TEST(LoggedRuns, CountsWhatItLeavesOut) {
  const LoggedRun run = run_of("step,loss\n10,3.5\n20,nan\n20,\n,3.1\nstep,loss\n30,inf\n40,3.2\n40,3.1\n40,3.1\n");
  EXPECT_EQ(text(run.losses[0].series), "loss: 10=3.5 40=3.1");
  EXPECT_EQ(run.omissions.text(),
            "1 row without a loss or a rate, 1 row without a step, 2 values that are not finite, 1 repeated header, "
            "1 value of a step that came again");
}

// The rerun began at step 25, and has not come to 40 again.
TEST(LoggedRuns, LeavesOutWhatARerunTookThePlaceOf) {
  const LoggedRun run = run_of("step,loss,val_loss\n10,3.5,\n20,3.3,3.4\n30,3.2,\n40,3.1,3.2\n25,3.25,\n35,3.15,\n");
  EXPECT_EQ(text(run.losses[0].series), "loss: 10=3.5 20=3.3 25=3.25 35=3.15");
  EXPECT_EQ(text(run.losses[1].series), "val_loss: 20=3.4");
  EXPECT_EQ(run.omissions[Omission::abandoned], 2u);
}

// nanoGPT evaluates before it trains: the evaluation at step 20 is the rerun's own.
TEST(LoggedRuns, KeepsTheEvaluationThatARerunBeginsWith) {
  const LoggedRun run = run_of("step,loss,val_loss\n0,,9\n0,9,\n10,5,\n20,,4\n20,4,\n30,3,\n20,,4.5\n20,4.25,\n");
  EXPECT_EQ(text(run.losses[0].series), "loss: 0=9 10=5 20=4.25");
  EXPECT_EQ(text(run.losses[1].series), "val_loss: 0=9 20=4.5");
}

// Losses by epoch do not go back, though their steps are lower than those around them.
TEST(LoggedRuns, ComparesStepsWithinAColumn) {
  const LoggedRun run = run_of("step,loss,val_loss\n10,3.5,\n20,3.3,\n1,,3.4\n30,3.2,\n40,3.1,\n2,,3.2\n");
  EXPECT_EQ(text(run.losses[0].series), "loss: 10=3.5 20=3.3 30=3.2 40=3.1");
  EXPECT_EQ(text(run.losses[1].series), "val_loss: 1=3.4 2=3.2");
}

TEST(LoggedRuns, PutsFilesOfOneRunTogether) {
  const LogChoices one{.run = "big run"};
  const auto parts = runs_of({{"a.csv", "step,loss\n10,3.5\n20,3.3\n"}, {"b.csv", "step,loss\n15,3.4\n"}}, one);
  ASSERT_EQ(parts.size(), 1u);
  EXPECT_EQ(parts[0].name, "big_run");
  EXPECT_EQ(text(parts[0].losses[0].series), "loss: 10=3.5 15=3.4");
  const auto metrics =
      runs_of({{"a.csv", "step,loss\n10,3.5\n20,3.3\n"}, {"b.csv", "step,lr\n5,1e-3\n15,9e-4\n"}}, one);
  ASSERT_EQ(metrics.size(), 1u);
  EXPECT_EQ(text(metrics[0].losses[0].series), "loss: 10=3.5 20=3.3");
  EXPECT_EQ(text(metrics[0].rates), "lr: 5=0.001 15=9e-4");
}

TEST(LoggedRuns, NamesRunsByFilesAndFolders) {
  const std::string table = "step,loss\n10,3.5\n";
  const auto runs = runs_of(
      {{"version_0/metrics.csv", table}, {"version_1/metrics.csv", table}, {"x/run.csv", table}, {"y/run.csv", table}});
  ASSERT_EQ(runs.size(), 4u);
  EXPECT_EQ(runs[0].name, "version_0");
  EXPECT_EQ(runs[1].name, "version_1");
  EXPECT_EQ(runs[2].name, "x_run");
  EXPECT_EQ(runs[3].name, "y_run");
}

TEST(LoggedRuns, RefusesStepsThatCountTokensOrSamples) {
  const std::string rows = "0,3.5\n10485760,3.4\n20971520,3.25\n";
  for (const std::string name : {"tokens", "tokens_seen", "train/tokens"})
    expect_refused(name + ",loss\n1,2\n",
                   {"run.csv: " + name, "counts tokens", "its name says so", "--tokens-per-step N"}, {.step = name});
  expect_refused("consumed_samples,loss\n1,2\n", {"counts samples", "--samples-per-step N"},
                 {.step = "consumed_samples"});
  expect_refused("x,loss\n" + rows, {"run.csv: x", "tokens or samples", "20971520", "--samples-per-step N"},
                 {.step = "x"});
  expect_refused("step,loss\n" + rows, {"run.csv: step", "tokens or samples"});
  expect_refused("step,loss\n" + rows + "10485760,3.3\n", {"it goes to 20971520"});
  EXPECT_EQ(run_of("step,loss\n1000,3.5\n20000000,3\n").losses[0].series.points.back().step, 20000000);
}

TEST(LoggedRuns, TurnsTokensAndSamplesIntoUpdates) {
  const LoggedRun run = run_of("tokens,loss\n0,3.5\n1000,3.4\n2300,3.25\n", {.step = "tokens", .tokens_per_step = 500});
  EXPECT_EQ(text(run.losses[0].series), "loss: 0=3.5 2=3.4 5=3.25");
  EXPECT_EQ(run.tokens_per_step, 500);
  ASSERT_EQ(run.warnings.size(), 1u);
  EXPECT_TRUE(run.warnings[0].ends_with(
      "run.csv: the steps are those of tokens over 500; 1 of them lie between two updates and go to the nearest"))
      << run.warnings[0];
  const LoggedRun samples = run_of("samples,loss\n64,3.5\n128,3.4\n", {.step = "samples", .samples_per_step = 64});
  EXPECT_EQ(text(samples.losses[0].series), "loss: 1=3.5 2=3.4");
  EXPECT_FALSE(samples.tokens_per_step);
  EXPECT_EQ(text(run_of("tokens_seen,loss\n500,3.5\n1000,3.4\n", {.tokens_per_step = 500}).losses[0].series),
            "loss: 1=3.5 2=3.4")
      << "known by its name";
}

TEST(LoggedRuns, RefusesTokensOfAnUpdateForAColumnOfUpdates) {
  const std::string log = "step,loss\n500,3.5\n12000,3.4\n";
  expect_refused(log, {"run.csv: step", "counts updates", "goes to 12000 only", "Leave --tokens-per-step out"},
                 {.tokens_per_step = 262144});
  expect_refused(log, {"counts updates", "counts samples with --step"}, {.samples_per_step = 16384});
}

TEST(LoggedRuns, KnowsTheUnitOfLossesByTheirName) {
  const auto unit = [](const std::string& column) {
    return run_of("step," + column + "\n1,2\n", {.loss = column}).losses[0].unit;
  };
  for (const char* name : {"ppl", "train/perplexity", "lm loss PPL"})
    EXPECT_EQ(unit(name), LoggedUnit::perplexity) << name;
  for (const char* name : {"bpb", "val_bpb", "loss (bits)"}) EXPECT_EQ(unit(name), LoggedUnit::bits) << name;
  for (const char* name : {"loss", "applied_loss", "orbits", "loss_8_bit"})
    EXPECT_EQ(unit(name), LoggedUnit::nats) << name;
}

TEST(LoggedRuns, LeavesOutTablesWithoutAnyColumn) {
  const ScratchFolder folder;
  std::vector<LogTable> tables = read_log(folder.write("run.csv", "step,loss\n1,2\n"));
  tables.insert(tables.begin(), LogTable{.file = tables[0].file, .source = tables[0].source});
  EXPECT_EQ(text(logged_runs(tables, {}).at(0).losses[0].series), "loss: 1=2");
}

// What to do depends on where the steps begin anew.
TEST(LoggedRuns, SaysWhatToDoWhereStepsBeginAnew) {
  const std::string table = "step,loss\n1,4\n2,3\n";
  const LogChoices one{.run = "one"};
  expect_error(
      ExitCode::usage_or_input,
      {"b.csv:2: ", "steps begin anew at 1", "a.csv and this file", "without --run", "leave the first file out"}, [&] {
        runs_of({{"a.csv", table}, {"b.csv", table}}, one);
      });
  const std::string entries = R"({"step": 1, "loss": 4}, {"step": 2, "loss": 3})";
  expect_error(ExitCode::usage_or_input, {"trainer_state.json: ", "steps begin anew at 1", "a CSV file of its own"},
               [&] {
                 runs_of({{"trainer_state.json", "{\"log_history\": [" + entries + ", " + entries + "]}"}});
               });
}

TEST(LoggedRuns, RefusesWhatIsNoRun) {
  expect_refused("step,value2\n1,2\n", {"run.csv: ", "no column is known as a loss", "\"value2\"", "--loss"});
  expect_refused("time,loss\n1,2\n", {"run.csv: ", "no column is known as the step", "--step"});
  expect_refused("step,loss\n1,2\n", {"run.csv: ", "no column \"los\"", "Did you mean \"loss\"?"}, {.loss = "los"});
  expect_refused("step,loss\n1,2\n", {"run.csv: ", "no column \"rate\"", "--lr"}, {.lr = "rate"});
  expect_refused("step,loss,loss\n1,2,3\n", {"run.csv: ", "\"loss\" is there twice"});
  expect_refused("step,loss\n1,2\n2,3x\n", {"run.csv:3: loss: ", "\"3x\" is not a number"});
  expect_refused("step;loss\n1;2,5\n",
                 {"run.csv:2: loss: ", "\"2,5\" is not a number", "Write a point as decimal sign"});
  expect_refused("step,loss\n1.5,2\n", {"run.csv:2: step: ", "1.5 is not a step"});
  expect_refused("step,loss\n-1,2\n", {"run.csv:2: step: ", "-1 is not a step"});
  expect_refused("step,loss\n1,0\n", {"run.csv:2: loss: ", "0 is not above 0", "--loss"});
  expect_refused("step,loss,lr\n1,2,-1\n", {"run.csv:2: lr: ", "-1 is negative", "--lr"});
  expect_refused("step,loss\n1,nan\n", {"run.csv: ", "no loss that can be used", "1 value that is not finite"});
  expect_refused("step,loss\n1,4\n2,3\n1,4\n2,3\n",
                 {"run.csv:4: ", "steps begin anew at 1", "Split the file before this line"});
  expect_refused("step,loss\n2,3\n1,4\n", {"run.csv:3: ", "steps begin anew at 1", "sort them by step"});
}

}  // namespace
}  // namespace losscast::test
