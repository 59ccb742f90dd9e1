// Each format, in the shape in which its program writes it.
#include "losscast/logs/read_log.hpp"

#include <gtest/gtest.h>

#include "tests/format/expect_error.hpp"
#include "tests/format/scratch_folder.hpp"
#include "tests/logs/table_text.hpp"

namespace losscast::test {
namespace {

std::vector<LogTable> read(const std::string& name, std::string_view content, std::string_view format = {}) {
  const ScratchFolder folder;
  return read_log(folder.write(name, content), format);
}

// The only table of a file.
std::string table(const std::string& name, std::string_view content) {
  const std::vector<LogTable> tables = read(name, content);
  return tables.size() == 1 ? table_text(tables[0]) : std::to_string(tables.size()) + " tables";
}

void expect_refused(std::string_view content, const std::vector<std::string>& parts, std::string_view format = {}) {
  expect_error(ExitCode::usage_or_input, parts, [&] { read("run.log", content, format); });
}

TEST(CsvLog, ReadsTablesOfAnySeparator) {
  EXPECT_EQ(table("a.csv", "step,loss,lr\n1,3.5,1e-3\n2,3.25,\n"), "2: step=1 loss=3.5 lr=0.001; 3: step=2 loss=3.25");
  EXPECT_EQ(table("a.tsv", "step\tloss\tlr\n1\t3.5\t1e-3\n2\t3.25\t\n"),
            "2: step=1 loss=3.5 lr=0.001; 3: step=2 loss=3.25");
  EXPECT_EQ(table("a.csv", "\xEF\xBB\xBF\"step\";\"loss; all\"\r\n\r\n1;3.5\r\n"), "3: step=1 loss; all=3.5");
}

TEST(CsvLog, ReadsTheSparseRowsOfLightning) {
  EXPECT_EQ(table("metrics.csv", "epoch,lr-AdamW,step,train_loss,val_loss\n,0.001,49,,\n0,,49,3.5,\n0,,99,,3.25\n"),
            "2: lr-AdamW=0.001 step=49; 3: epoch=0 step=49 train_loss=3.5; 4: epoch=0 step=99 val_loss=3.25");
}

TEST(CsvLog, CountsRepeatedHeadersAndLeavesOutACutOffRow) {
  const auto tables = read("a.csv", "step,loss\n1,3.5\nstep,loss\n2,3.25\n3");
  ASSERT_EQ(tables.size(), 1u);
  EXPECT_EQ(table_text(tables[0]), "2: step=1 loss=3.5; 4: step=2 loss=3.25");
  EXPECT_EQ(tables[0].repeated_headers, 1u);
  EXPECT_EQ(tables[0].warnings.size(), 1u);
}

// An empty value at the end of a line that has no end may be the rest of one.
TEST(CsvLog, LeavesOutALastRowThatEndsBeforeItsLastValue) {
  const LogTable cut = read("a.csv", "step,lr,loss\n1,1e-3,3.5\n2,1e-3,")[0];
  EXPECT_EQ(table_text(cut), "2: step=1 lr=0.001 loss=3.5");
  EXPECT_EQ(cut.warnings.size(), 1u);
  const LogTable whole = read("a.csv", "step,lr,loss\n1,1e-3,3.5\n2,1e-3,\n")[0];
  EXPECT_EQ(table_text(whole), "2: step=1 lr=0.001 loss=3.5; 3: step=2 lr=0.001");
  EXPECT_TRUE(whole.warnings.empty());
  const LogTable quoted = read("a.csv", "\"step\",\"lr\",\"loss\"\n\"1\",\"1e-3\",\"\"")[0];
  EXPECT_EQ(table_text(quoted), "2: step=1 lr=0.001");
  EXPECT_TRUE(quoted.warnings.empty()) << "the quotes of the empty value are closed";
}

TEST(ReadLog, RefusesUtf16) {
  const std::string content("\xFF\xFEs\0t\0e\0p\0", 10);
  expect_error(ExitCode::usage_or_input, {"a.csv: ", "the file is in UTF-16", "Save it in UTF-8"},
               [&] { read("a.csv", content); });
}

TEST(CsvLog, RemembersTheFirstTextOfAColumn) {
  const LogTable one = read("a.csv", "time,loss\n2026-01-31,3.5\n2026-02-01,3.25\n")[0];
  ASSERT_TRUE(one.columns[0].text);
  EXPECT_EQ(one.columns[0].text->text, "2026-01-31");
  EXPECT_EQ(place_of(one, one.columns[0].text->row), one.file.string() + ":2");
  EXPECT_FALSE(one.columns[1].text);
}

TEST(CsvLog, RefusesWhatIsNoTable) {
  expect_refused("step,loss\n1,2,3\n", {"run.log:2: ", "3 values", "2 columns"});
  expect_refused("1,2\n3,4\n", {"run.log:1: ", "numbers", "step,lr,loss"});
  expect_refused("step,loss\n1,\"2\n", {"run.log:2: ", "quotes"});
  expect_refused("", {"run.log", "empty"}, "csv");
}

TEST(ReadLog, RefusesWhatNoFormatRecognises) {
  expect_refused("", {"run.log: ", "empty", "--format"});
  expect_refused("hello\n", {"run.log: ", "no log of a known format", "csv"});
  expect_refused("step,loss\n1,2\n", {"--format", "\"cvs\"", "Did you mean \"csv\"?"}, "cvs");
  expect_error(ExitCode::usage_or_input, {"absent.csv"}, [] { read_log("absent.csv"); });
}

TEST(LogFiles, AreTheEventFilesOfAFolder) {
  const ScratchFolder folder;
  const auto second = folder.write("events.out.tfevents.2.host", ""),
             first = folder.write("events.out.tfevents.1.host", "");
  const auto other = folder.write("notes.txt", "");
  EXPECT_EQ(log_files(folder.path()), (std::vector{first, second}));
  EXPECT_EQ(log_files(other), std::vector{other});
  std::filesystem::create_directory(folder.path() / "empty");
  expect_error(ExitCode::usage_or_input, {"empty: ", "no event files", "Name the log in it"},
               [&] { log_files(folder.path() / "empty"); });
}

TEST(TrainerStateLog, ReadsTheHistory) {
  const auto tables = read("trainer_state.json", R"({"global_step": 20, "max_steps": 40, "log_history": [
    {"epoch": 0.1, "grad_norm": 1.5, "learning_rate": 5e-05, "loss": 3.5, "step": 10},
    {"epoch": 0.1, "eval_loss": 3.25, "eval_runtime": 0.5, "step": 10},
    {"epoch": 0.2, "learning_rate": 4.5e-05, "loss": NaN, "step": 20},
    {"epoch": 0.2, "step": 20, "total_flos": 1e12, "train_loss": 3.4}]})");
  ASSERT_EQ(tables.size(), 1u);
  EXPECT_EQ(table_text(tables[0]),
            "0: epoch=0.1 grad_norm=1.5 learning_rate=5e-5 loss=3.5 step=10; 0: epoch=0.1 step=10 eval_loss=3.25 "
            "eval_runtime=0.5; 0: epoch=0.2 learning_rate=4.5e-5 loss=nan step=20; "
            "0: epoch=0.2 step=20 total_flos=1000000000000 train_loss=3.4");
  EXPECT_EQ(tables[0].total_steps, 40);
  EXPECT_EQ(tables[0].loss, LoggedLoss::mean_since_last_entry);
}

TEST(TrainerStateLog, RefusesWhatIsNone) {
  expect_refused(R"({"log_history": [)", {"run.log: ", "not JSON (syntax error"});
  expect_refused(R"({"state": {"log_history": []}})", {"run.log: ", "no list \"log_history\""});
}

TEST(JsonlLog, ReadsAnObjectALine) {
  const auto tables = read("history.jsonl",
                           "{\"_step\": 1, \"train/loss\": 3.5, \"lr\": 0.001, \"_runtime\": 2.5, \"note\": \"a\"}\n\n"
                           "{\"_step\": 2, \"train\": {\"loss\": \"NaN\"}, \"flag\": true, \"list\": [1]}\n{\"_st");
  ASSERT_EQ(tables.size(), 1u);
  EXPECT_EQ(table_text(tables[0]), "1: _runtime=2.5 _step=1 lr=0.001 train/loss=3.5; 3: _step=2 train/loss=nan");
  EXPECT_EQ(tables[0].warnings.size(), 1u);
}

TEST(JsonlLog, RefusesAWrongLine) {
  expect_refused("{\"step\": 1}\n{\"step\": }\n", {"run.log:2: ", "not JSON (syntax error"});
  expect_refused("{\"step\": 1}\n[1]\n", {"run.log:2: ", "no JSON object"});
}

TEST(WandbPanelLog, ReadsARunATable) {
  const auto tables = read("wandb_export.csv",
                           "\"Step\",\"big - v2 - train/loss\",\"big - v2 - train/loss__MIN\",\"big - v2 - "
                           "train/loss__MAX\",\"small - train/loss\",\"small - train/loss__MIN\",\"small - "
                           "train/loss__MAX\"\n\"10\",\"3.5\",\"3.5\",\"3.5\",\"\",\"\",\"\"\n"
                           "\"20\",\"3.25\",\"3.2\",\"3.3\",\"4.5\",\"4.5\",\"4.5\"\n");
  ASSERT_EQ(tables.size(), 2u);
  EXPECT_EQ(tables[0].run, "big - v2");
  EXPECT_EQ(table_text(tables[0]), "2: Step=10 train/loss=3.5; 3: Step=20 train/loss=3.25");
  EXPECT_EQ(tables[1].run, "small");
  EXPECT_EQ(table_text(tables[1]), "2: Step=10; 3: Step=20 train/loss=4.5");  // so that empty rows are counted
}

TEST(TensorboardCsvLog, TakesRunAndTagFromTheFilesName) {
  const std::string content = "Wall time,Step,Value\n1706700000.5,10,3.5\n1706700001.5,20,3.25\n";
  const LogTable named = read("run-big_1-tag-train_loss.csv", content)[0];
  EXPECT_EQ(named.run, "big_1");
  EXPECT_EQ(table_text(named),
            "2: Wall time=1706700000.5 Step=10 train_loss=3.5; 3: Wall time=1706700001.5 Step=20 train_loss=3.25");
  const LogTable plain = read("big.csv", content)[0];
  EXPECT_EQ(plain.run, "");
  EXPECT_EQ(plain.columns.back().name, "Value");
}

TEST(MegatronLog, ReadsTrainingAndValidation) {
  const auto tables = read(
      "train.out",
      "using world size: 8\n"
      "15:  [2024-05-01 10:00:00] iteration      100/    5000 | consumed samples:        25600 | elapsed time per "
      "iteration (ms): 560.4 | learning rate: 1.500000E-04 | global batch size:   256 | lm loss: 7.124731E+00 | loss "
      "scale: 1.0 | number of nan iterations:   0 |\n"
      "--------------------\n"
      " validation loss at iteration 100 | lm loss value: 7.0E+00 | lm loss PPL: 1.1E+03 | \n"
      " validation loss at iteration 100 on test set | lm loss value: 8.0E+00 | lm loss PPL: 1.1E+03 | \n");
  ASSERT_EQ(tables.size(), 1u);
  EXPECT_EQ(
      table_text(tables[0]),
      "2: step=100 consumed samples=25600 elapsed time per iteration (ms)=560.4 learning rate=0.00015 global batch "
      "size=256 lm loss=7.124731 loss scale=1 number of nan iterations=0; 4: step=100 validation loss=7 lm loss "
      "PPL=1100");
  EXPECT_EQ(tables[0].total_steps, 5000);
  EXPECT_EQ(tables[0].loss, LoggedLoss::mean_since_last_entry);
}

TEST(LlmcLog, ReadsItsFileAndWhatItPrints) {
  EXPECT_EQ(table("main.log", "s:0 tel:11.0063\ns:1 trl:10.9 lr:0.000001 norm:15.33\ns:1 eval:0.25\n"),
            "1: step=0 val loss=11.0063; 2: step=1 loss=10.9 lr=1e-6 norm=15.33; 3: step=1 eval=0.25");
  const auto printed =
      read("out.txt",
           "| max_sequence_length T   | 1024     |\nval loss 11.0063\n"
           "step    1/19560 | loss 10.990000 (+nanz)| norm 15.3300 (+nanz)| lr 8.57e-07 | 2543.26 ms | "
           "42.6% bf16 MFU | 206168 tok/s\nval loss 10.5\n");
  ASSERT_EQ(printed.size(), 1u);
  EXPECT_EQ(table_text(printed[0]), "3: step=1 loss=10.99 norm=15.33 lr=8.57e-7; 4: step=1 val loss=10.5");
  EXPECT_EQ(printed[0].total_steps, 19560);
}

TEST(NanogptLog, ReadsTrainingAndValidation) {
  EXPECT_EQ(table("train.log",
                  "number of parameters: 123.59M\nstep 0: train loss 10.9886, val loss 10.9892\n"
                  "iter 0: loss 10.9886, time 52468.23ms, mfu -100.00%\niter 10: loss 9.5, time 250.1ms, mfu 35.10%\n"),
            "2: step=0 train loss=10.9886 val loss=10.9892; 3: step=0 loss=10.9886; 4: step=10 loss=9.5");
}

}  // namespace
}  // namespace losscast::test
