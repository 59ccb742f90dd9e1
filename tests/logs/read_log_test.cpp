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
  expect_refused(R"({"log_history": [)", {"run.log: ", "not JSON"});
  expect_refused(R"({"state": {"log_history": []}})", {"run.log: ", "no list \"log_history\""});
}

}  // namespace
}  // namespace losscast::test
