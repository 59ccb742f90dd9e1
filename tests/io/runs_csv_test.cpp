// Tables of finished runs: what is read, what is mended, what is refused.
#include "losscast/io/runs_csv.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "losscast/base/error.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast {
namespace {

const std::string kHeader = "params,tokens,peak_lr,steps,final_loss";

RunsTable read(const std::string& text) {
  const test::ScratchFolder folder;
  return read_runs_csv(folder.write("runs.csv", text));
}

// The message of a table that is refused; empty if it is not.
std::string refusal(const std::string& text) {
  try {
    read(text);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(RunsCsv, ReadsWhatIsThere) {
  const RunsTable table = read(
      "params,tokens,peak_lr,batch_sequences,steps,final_loss,smoothed_final_loss,diverged\n"
      "2e8,1e10,0.002,256,19073,2.5,2.49,False\n2e8,1e10,0.02,256,19073,7.5,7.4,True\n"
      "2e8,1e10,0.04,256,19073,nan,,true\n2e8,1e10,0.001,256,19073,2.6,,0\n");
  ASSERT_EQ(table.runs.size(), 4u);
  EXPECT_NEAR(table.runs[0].setting.batch, 256 * 2048, 50);
  EXPECT_NEAR(table.runs[0].setting.steps(), 19073, 1e-9);
  EXPECT_EQ(table.runs[0].best_known_loss(), 2.49);
  EXPECT_EQ(table.runs[3].best_known_loss(), 2.6);
  EXPECT_FALSE(table.runs[0].diverged || table.runs[3].diverged);
  EXPECT_TRUE(table.runs[1].diverged && table.runs[2].diverged);
  EXPECT_TRUE(std::isinf(table.runs[2].final_loss));
  EXPECT_TRUE(table.notes.empty());
}

TEST(RunsCsv, TakesABatchInTokens) {
  const RunsTable table = read(kHeader + ",batch,diverged\n2e8,1e10,0.002,10000,2.5,1.1e6,no\n");
  EXPECT_EQ(table.runs[0].setting.batch, 1.1e6);
  EXPECT_TRUE(has(refusal(kHeader + ",batch,diverged\n2e8,1e10,0.002,10000,2.5,256,no\n"), "batch_sequences"));
}

TEST(RunsCsv, FindsLostRunsWithoutTheirColumn) {
  const RunsTable table = read(kHeader +
                               "\n2e8,1e10,0.002,10000,2.5\n2e8,1e10,0.02,10000,3.7\n2e8,1e10,0.03,20000,3.8\n"
                               "2e8,1e10,0.04,10000,inf\n4e8,1e10,0.002,10000,3.9\n");
  ASSERT_EQ(table.runs.size(), 5u);
  EXPECT_FALSE(table.runs[1].diverged);  // 48% above the lowest
  EXPECT_TRUE(table.runs[2].diverged);
  EXPECT_TRUE(table.runs[3].diverged);
  EXPECT_FALSE(table.runs[4].diverged);  // the lowest of its size
  ASSERT_EQ(table.notes.size(), 1u);
  EXPECT_TRUE(has(table.notes[0], "2 runs taken for lost")) << table.notes[0];
}

TEST(RunsCsv, CountsCopiesOnceAndLeavesOutUnfinishedRuns) {
  const RunsTable table =
      read(kHeader +
           ",diverged\n2e8,1e10,0.002,10000,2.5,no\n2e8,1e10,0.002,10000,2.5,no\n2e8,1e10,0.002,10000,2.51,no\n"
           "2e8,1e10,0.004,10000,,no\n");
  EXPECT_EQ(table.runs.size(), 2u);  // another seed is no copy
  ASSERT_EQ(table.notes.size(), 2u);
  EXPECT_TRUE(has(table.notes[0], "1 row without a final loss"));
  EXPECT_TRUE(has(table.notes[1], "1 row that repeat"));
}

TEST(RunsCsv, RefusesWhatCannotBe) {
  const auto refused = [](const std::string& row) { return refusal(kHeader + ",diverged\n" + row + "\n"); };
  EXPECT_TRUE(has(refusal("params,tokens,steps,final_loss\n2e8,1e10,10000,2.5\n"), "peak_lr"));
  EXPECT_TRUE(has(refused("-2e8,1e10,0.002,10000,2.5,no"), "runs.csv:2:1: params: -200000000 is not positive"));
  EXPECT_TRUE(has(refused("2e8,1e10,,10000,2.5,no"), "best LR needs LRs"));
  EXPECT_TRUE(has(refused("2e8,1e10,0,10000,2.5,no"), "peak_lr: 0 is not positive"));
  EXPECT_TRUE(has(refused("2e8,1e10,0.002,-1,2.5,no"), "steps: -1 is not positive"));
  EXPECT_TRUE(has(refused("2e8,1e10,0.002,10000,-2.5,no"), "final_loss: -2.5 is not positive"));
  EXPECT_TRUE(has(refused("2e8,1e10,0.002,10000,nan,no"), "said not to have diverged"));
  EXPECT_TRUE(has(refused("2e8,1e10,0.002,10000,2.5,maybe"), "neither true nor false"));
  EXPECT_TRUE(has(refused("2e8,1e10,0.002,10000,25,no"), "Convert perplexities"));
  EXPECT_TRUE(has(refusal(kHeader + "\n"), "no row"));
  EXPECT_TRUE(has(refusal(kHeader + ",batch_sequences,diverged\n2e8,1e10,0.002,10000,2.5,512,no\n"
                                    "2e8,1e10,0.002,10000,2.5,256,no\n"),
                  "the length of a sequence"));
}

// One row that is far beyond all others carries a fit away.
TEST(RunsCsv, RefusesNumbersOfNoTrainingRun) {
  const auto refused = [](const std::string& row) {
    return refusal(kHeader + ",smoothed_final_loss,diverged\n2e8,1e10,0.002,10000,2.5,2.5,no\n" + row + "\n");
  };
  EXPECT_EQ(refused("2e8,1e10,0.004,10000,2.5,2.5,no"), "");
  EXPECT_TRUE(has(refused("1e308,1e10,0.004,10000,2.5,2.5,no"), "runs.csv:3:1: params: 1e+308 is not between 1 and"));
  EXPECT_TRUE(has(refused("1e-300,1e10,0.004,10000,2.5,2.5,no"), "params: 1e-300 is not between 1 and"));
  EXPECT_TRUE(has(refused("2e8,1e300,0.004,10000,2.5,2.5,no"), "tokens: 1e+300 is not between"));
  EXPECT_TRUE(has(refused("2e8,1e10,1e-300,10000,2.5,2.5,no"), "runs.csv:3:10: peak_lr: 1e-300 is not between"));
  EXPECT_TRUE(has(refused("2e8,1e10,1e308,10000,2.5,2.5,no"), "peak_lr: 1e+308 is not between"));
  EXPECT_TRUE(has(refused("2e8,1e10,0.004,1e200,2.5,2.5,no"), "steps: 1e+200 is not between"));
  EXPECT_TRUE(has(refused("2e8,10,0.004,10000,2.5,2.5,no"), "10 tokens in 10000 steps are 0.001 a step"));
  EXPECT_TRUE(has(refused("2e8,1e10,0.004,10000,1e-300,2.5,no"), "final_loss: 1e-300 is not between"));
  EXPECT_TRUE(
      has(refused("2e8,1e10,0.004,10000,2.5,1e308,no"), "smoothed_final_loss: a run that went well ends at 1e+308"));
  EXPECT_TRUE(
      has(refused("2e8,1e10,0.004,10000,2.5,1e-300,no"), "smoothed_final_loss: a run that went well ends at 1e-300"));
  EXPECT_EQ(refused("2e8,1e10,0.04,10000,1e308,1e308,yes"), "");  // its losses count for nothing
}

TEST(RunsCsv, RefusesPerplexitiesWithoutTheColumnDiverged) {
  EXPECT_TRUE(
      has(refusal(kHeader + "\n2e8,1e10,0.002,10000,14.5\n2e8,1e10,0.004,10000,14.2\n"), "Convert perplexities"));
  EXPECT_EQ(refusal(kHeader + "\n2e8,1e10,0.002,10000,2.5\n2e8,1e10,0.004,10000,14.2\n"), "");
}

TEST(RunsCsv, NotesWhatLooksLikeAnotherUnit) {
  const auto notes = [](const std::string& row) { return read(kHeader + ",diverged\n" + row + "\n").notes; };
  EXPECT_TRUE(notes("2e8,1e10,0.002,10000,2.5,no").empty());
  ASSERT_EQ(notes("200,1e10,0.002,10000,2.5,no").size(), 1u);
  EXPECT_TRUE(has(notes("200,1e10,0.002,10000,2.5,no")[0], "1 run of models with fewer than 10000 parameters"));
  ASSERT_EQ(notes("1e10,2e8,0.002,10000,2.5,no").size(), 1u);
  EXPECT_TRUE(has(notes("1e10,2e8,0.002,10000,2.5,no")[0], "swapped"));
  ASSERT_EQ(notes("2e8,1e10,2.5,10000,0.002,no").size(), 1u);
  EXPECT_TRUE(has(notes("2e8,1e10,2.5,10000,0.002,no")[0], "peak_lr and final_loss"));
}

}  // namespace
}  // namespace losscast
