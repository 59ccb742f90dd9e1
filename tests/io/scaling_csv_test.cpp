// Tables of checkpoints: what is read, what is mended, what is refused.
#include "losscast/io/scaling_csv.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "losscast/base/error.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast {
namespace {

ScalingTable read(const std::string& text, LossUnit unit = LossUnit::nats) {
  const test::ScratchFolder folder;
  return read_scaling_csv(folder.write("family.csv", text), unit);
}

// The message of a table that is refused; empty if it is not.
std::string refusal(const std::string& text, LossUnit unit = LossUnit::nats) {
  try {
    read(text, unit);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(ScalingCsv, HasItsModelsBySize) {
  const ScalingTable table =
      read("tokens,loss,params,other\n1e9,3.5,1e9,x\n2e9,3.2,1e9,x\n1e9,4,1e8,x\n5e8,4.1,1e8,x\n2e9,3.9,1e8,x\n");
  ASSERT_EQ(table.models.size(), 3u);
  EXPECT_EQ(table.models[0].name, "1e+08");
  EXPECT_EQ(table.models[1].name, "1e+08 (2)");  // its tokens begin anew
  EXPECT_EQ(table.models[1].checkpoints.size(), 2u);
  EXPECT_EQ(table.models[2].params, 1e9);
  EXPECT_EQ(table.models[2].checkpoints[1].tokens, 2e9);
  EXPECT_EQ(table.models[2].checkpoints[1].loss, 3.2);
  EXPECT_FALSE(table.models[0].shape);
  ASSERT_EQ(table.notes.size(), 1u);
  EXPECT_TRUE(has(table.notes[0], "tokens begin anew 1 time within one size"));
}

TEST(ScalingCsv, TellsModelsApartByTheirShapeAndName) {
  const ScalingTable table = read(
      "params,width,depth,model,tokens,loss\n1e8,512,12,a,1e9,4\n1e8,256,48,b,1e9,4.1\n1e8,512,12,a,2e9,3.8\n"
      "1e8,512,12,c,1e9,4.05\n");
  ASSERT_EQ(table.models.size(), 3u);
  EXPECT_EQ(table.models[0].name, "a");
  EXPECT_EQ(table.models[0].shape, (ModelShape{512, 12}));
  EXPECT_EQ(table.models[0].checkpoints.size(), 2u);
  EXPECT_EQ(table.models[1].shape, (ModelShape{256, 48}));
}

TEST(ScalingCsv, CountsCopiesOnce) {
  const ScalingTable table =
      read("params,tokens,loss\n1e8,1e9,4\n1e8,1e9,4\n1e8,2e9,3.8\n1e8,1e9,4\n1e8,2e9,3.8\n3e8,1e9,3.7\n3e8,2e9,3.5\n");
  ASSERT_EQ(table.models.size(), 2u);
  ASSERT_EQ(table.notes.size(), 3u);
  EXPECT_TRUE(has(table.notes[1], "1 row that repeat"));
  EXPECT_TRUE(has(table.notes[2], "1 model that repeat"));
}

TEST(ScalingCsv, LeavesOutRowsWithoutALossOrTokens) {
  const ScalingTable table = read("params,tokens,loss\n1e8,0,11\n1e8,1e9,4\n1e8,2e9,\n1e8,3e9,nan\n1e8,4e9,3.7\n");
  ASSERT_EQ(table.models.size(), 1u);
  EXPECT_EQ(table.models[0].checkpoints.size(), 2u);
  ASSERT_EQ(table.notes.size(), 2u);
  EXPECT_TRUE(has(table.notes[0], "2 rows without a loss"));
  EXPECT_TRUE(has(table.notes[1], "1 row at 0 tokens"));
}

// Each model with its own batch, as the logarithm has no common factor then.
std::string logarithmic_table(double unit) {
  std::string text = "params,tokens,step,loss\n";
  for (const double params : {1e8, 1e9})
    for (const double step : {2000., 6000., 40000., 100000.})
      text += std::to_string(params) + "," + std::to_string(unit * std::log10(step * params / 200)) + "," +
              std::to_string(step) + "," + std::to_string(3 + 1 / std::log(step)) + "\n";
  return text;
}

TEST(ScalingCsv, UndoesLogarithmsOfTokens) {
  for (const double unit : {1e9, 1.0, 1 / std::log10(std::exp(1.0))}) {
    const ScalingTable table = read(logarithmic_table(unit));
    ASSERT_EQ(table.notes.size(), 1u) << unit;
    EXPECT_TRUE(has(table.notes[0], "common logarithm of the tokens"));
    EXPECT_NEAR(table.models[0].checkpoints[0].tokens / (2000 * 1e8 / 200), 1, 1e-3);
    EXPECT_NEAR(table.models[1].checkpoints[3].tokens / (100000 * 1e9 / 200), 1, 1e-3);
  }
}

TEST(ScalingCsv, LeavesTokensAloneThatGrowWithSteps) {
  // A batch that is ramped up once makes tokens no multiple of steps, and no logarithm.
  const ScalingTable table = read("params,tokens,step,loss\n1e8,1e9,1000,4\n1e8,2e9,2000,3.9\n1e8,4e9,3000,3.8\n");
  EXPECT_TRUE(table.notes.empty());
  EXPECT_EQ(table.models[0].checkpoints[2].tokens, 4e9);
  EXPECT_TRUE(read("params,tokens,step,loss\n1e8,1e9,1000,4\n1e8,2e9,2000,3.9\n").notes.empty());
}

TEST(ScalingCsv, ConvertsUnits) {
  const std::string text = "params,tokens,loss\n1e8,1e9,54.598150\n1e8,2e9,20.085537\n";
  EXPECT_NEAR(read(text, LossUnit::perplexity).models[0].checkpoints[1].loss, 3, 1e-6);
  EXPECT_TRUE(has(refusal(text), "--loss-unit perplexity"));
  EXPECT_TRUE(has(refusal(text), "family.csv: the losses of model 1e+08")) << "of all rows, not of the last line";
}

TEST(ScalingCsv, NotesShapesThatModelsDoNotHave) {
  const std::string header = "params,width,depth,tokens,loss\n";
  EXPECT_TRUE(read(header + "1e8,512,12,1e9,4\n").notes.empty());
  const ScalingTable table = read(header + "1e8,1,1e9,1e9,4\n2e8,512,12,1e9,3.9\n");
  ASSERT_EQ(table.notes.size(), 1u);
  EXPECT_TRUE(has(table.notes[0], "1 model of a shape that models do not have")) << table.notes[0];
}

TEST(ScalingCsv, RefusesWhatIsNoFamily) {
  EXPECT_TRUE(has(refusal("params,loss\n1e8,4\n"), "tokens"));
  EXPECT_TRUE(has(refusal("params,tokens,loss\n1e8,,4\n"), "needs the tokens of each checkpoint"));
  EXPECT_TRUE(has(refusal("params,tokens,loss\n-1,1e9,4\n"), ":2:1"));
  EXPECT_TRUE(has(refusal("params,tokens,loss\n1e8,1e9,4\n1e8,1e9,3.9\n"), "there twice, with two losses"));
  EXPECT_TRUE(has(refusal("params,tokens,loss,width\n1e8,1e9,4,512\n"), "without depth"));
  EXPECT_TRUE(has(refusal("params,tokens,loss\n1e8,1e9,\n"), "no row with a loss"));
}

TEST(ScalingCsv, RefusesNumbersOfNoTrainingRun) {
  const auto refused = [](const std::string& row) {
    return refusal("params,tokens,loss,width,depth\n1e8,1e9,4,512,12\n" + row + "\n");
  };
  EXPECT_EQ(refused("1e8,2e9,3.9,512,12"), "");
  EXPECT_TRUE(has(refused("1e308,2e9,3.9,512,12"), "family.csv:3:1: params: 1e+308 is not between 1 and"));
  EXPECT_TRUE(has(refused("1e-300,2e9,3.9,512,12"), "params: 1e-300 is not between"));
  EXPECT_TRUE(has(refused("1e8,2e9,1e308,512,12"), "loss: 1e+308 is not between"));
  EXPECT_TRUE(has(refused("1e8,2e9,1e-300,512,12"), "loss: 1e-300 is not between"));
  EXPECT_TRUE(has(refused("1e8,2e9,3.9,1e200,12"), "width: 1e+200 is not between"));
  EXPECT_TRUE(has(refused("1e8,1e300,3.9,512,12"), "tokens are counted"));
}

TEST(ScalingCsv, NotesWhatLooksLikeAnotherUnit) {
  const auto notes = [](const std::string& row) { return read("params,tokens,loss\n" + row + "\n").notes; };
  EXPECT_TRUE(notes("1e8,2e9,3.9").empty());
  ASSERT_EQ(notes("125,2e9,3.9").size(), 1u);
  EXPECT_TRUE(has(notes("125,2e9,3.9")[0], "1 model with fewer than 10000 parameters or tokens"));
  ASSERT_EQ(notes("2e9,1e8,3.9").size(), 1u);
  EXPECT_TRUE(has(notes("2e9,1e8,3.9")[0], "swapped"));
}

}  // namespace
}  // namespace losscast
