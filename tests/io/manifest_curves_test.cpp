// The keys of a manifest that say how a curve's file is to be read.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "losscast/io/manifest.hpp"
#include "tests/format/expect_error.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast::test {
namespace {

using Points = std::vector<std::pair<Step, double>>;

// A manifest of one curve with these keys, of a run of 1000 steps.
Manifest manifest_of(std::string_view csv, std::string_view keys, std::string_view schedule_keys = "") {
  const ScratchFolder folder;
  folder.write("run.csv", csv);
  return read_manifest(folder.write(
      "runs.toml", fmt::format("format = 1\n[[curve]]\nname = \"a\"\nfile = \"run.csv\"\n{}\nschedule = {{ family = "
                               "\"constant\", peak_lr = 3e-4, total_steps = 1000{} }}\n",
                               keys, schedule_keys)));
}

Points points_of(const Manifest& manifest) {
  Points points;
  for (const CurvePoint& point : manifest.curves.front().points) points.emplace_back(point.step, point.loss);
  return points;
}

Points read(std::string_view csv, std::string_view keys, std::string_view schedule_keys = "") {
  return points_of(manifest_of(csv, keys, schedule_keys));
}

std::string message_of(std::string_view csv, std::string_view keys) {
  try {
    manifest_of(csv, keys);
  } catch (const InputError& error) {
    return error.what();
  }
  ADD_FAILURE() << "no error: " << csv;
  return "";
}

// The line of TOML that the message says to write: from `key` to the first closing mark.
std::string line_in(const std::string& message, const std::string& key, char closing) {
  const std::size_t begin = message.find(key + " = ");
  if (begin == std::string::npos) return "";
  const std::size_t value = begin + key.size() + 4;  // behind the value's opening mark
  return message.substr(begin, message.find(closing, value) + 1 - begin);
}

const std::string kTwoRows = "100,4\n200,3\n";
const Points kTwoPoints = {{100, 4}, {200, 3}};

TEST(Zeros, AreLeftOutWhereTheyAreFew) {
  const std::string csv = "step,loss\n100,4\n200,0\n300,3\n400,2.9\n500,0.0\n600,2.8\n700,2.7\n800,2.6\n";
  const Manifest manifest = manifest_of(csv, "");
  EXPECT_EQ(points_of(manifest).size(), 6u);
  ASSERT_EQ(manifest.notes.size(), 1u);
  EXPECT_NE(manifest.notes[0].find("2 rows with a loss of 0 left out, from step 200 on"), std::string::npos)
      << manifest.notes[0];
  EXPECT_NE(message_of("step,loss\n100,4\n200,0\n300,3\n", "").find("run.csv:3:5: loss: 0 is not positive"),
            std::string::npos);
  EXPECT_NE(message_of("step,loss\n100,4\n200,-0.1\n300,3\n400,3\n500,3\n", "").find("-0.1 is not positive"),
            std::string::npos);
}

TEST(LossUnits, AreNotToldByASpike) {
  const std::string csv = "step,loss\n100,400\n200,4\n300,3\n400,2.9\n500,2.8\n600,2.8\n700,2.7\n800,30\n";
  EXPECT_EQ(read(csv, "").size(), 8u);
}

struct Header {
  std::string names, step, loss;
};

// Each file is refused with a line to write, and read as it should be once that line is written.
TEST(ManifestCurves, NamesTheColumnsToWrite) {
  const std::vector<Header> headers = {
      {"Step,Value", "Step", "Value"},
      {"_step,train/loss", "_step", "train/loss"},
      {"global_step,loss", "global_step", "loss"},
      {"step,train_loss", "step", "train_loss"},
      {"iteration,lm loss", "iteration", "lm loss"},
      {"train/global_step,train/loss", "train/global_step", "train/loss"},
      {"\"Step\",\"run-a - train/loss\"", "Step", "run-a - train/loss"},
      {"\"Step\",\"say \"\"a\"\", loss\"", "Step", "say \"a\", loss"},
      {"Iter;Loss", "Iter", "Loss"},
      {"n_iter\tnll", "n_iter", "nll"},
  };
  for (const Header& header : headers) {
    SCOPED_TRACE(header.names);
    std::string csv = header.names + "\n" + kTwoRows;
    if (header.names.find(';') != std::string::npos) csv = "Iter;Loss\n100;4\n200;3\n";
    if (header.names.find('\t') != std::string::npos) csv = "n_iter\tnll\n100\t4\n200\t3\n";
    const std::string line = line_in(message_of(csv, ""), "columns", '}');
    EXPECT_EQ(read(csv, line), kTwoPoints) << line;
  }
}

TEST(ManifestCurves, PrefersTheStepOfUpdatesAndTheTrainingLoss) {
  const std::string message = message_of(
      "_step,train/global_step,eval/loss,train/loss,train/loss__MIN,loss_scale\n1,100,9,4,4,1\n2,200,9,3,3,1\n", "");
  EXPECT_NE(message.find("step = \"train/global_step\", loss = \"train/loss\" }"), std::string::npos) << message;
  EXPECT_NE(message.find("or step = \"_step\""), std::string::npos) << message;
  EXPECT_NE(message.find("or loss = \"eval/loss\""), std::string::npos) << message;
  EXPECT_EQ(message.find("__MIN\"", message.find("columns")), std::string::npos) << message;
}

TEST(ManifestCurves, ReadsARunOfAFileOfTwo) {
  const std::string csv = "Step,a - loss,b - loss\n100,4,\n100,,5\n200,3,\n200,,6\n";
  const std::string first = line_in(message_of(csv, ""), "columns", '}');
  const std::string message = message_of(csv, first);
  EXPECT_NE(message.find("run.csv:3:5: a - loss: "), std::string::npos) << message;
  EXPECT_EQ(read(csv, first + "\nskip_empty = true"), kTwoPoints);
  EXPECT_EQ(read(csv, "columns = { step = \"Step\", loss = \"b - loss\" }\nskip_empty = true"),
            (Points{{100, 5}, {200, 6}}));
}

TEST(ManifestCurves, SkipsRowsWithoutALoss) {
  const Manifest manifest =
      manifest_of("step,loss,val\n50,,5\n100,4,\n100,,4.1\n,7,\n150,nan,\n150,NaN,\n150,null,\n150,N/A,\n200,3,\n",
                  "skip_empty = true");
  EXPECT_EQ(points_of(manifest), kTwoPoints);
  ASSERT_EQ(manifest.notes.size(), 1u);
  EXPECT_NE(manifest.notes[0].find("curve a, run.csv: 7 rows without a step or a loss left out"), std::string::npos)
      << manifest.notes[0];
  expect_error(ExitCode::usage_or_input, {"run.csv:2:4: loss: ", "missing", "skip_empty = true"},
               [] { manifest_of("step,loss\n50,\n100,4\n", ""); });
  expect_error(ExitCode::usage_or_input, {"run.csv:2:4: loss: ", "nan is not a finite number", "skip_empty = true"},
               [] { manifest_of("step,loss\n50,nan\n100,4\n", ""); });
  expect_error(ExitCode::usage_or_input, {"no row has both a step and a loss"},
               [] { manifest_of("step,loss\n50,\n", "skip_empty = true"); });
  expect_error(ExitCode::usage_or_input, {"run.csv:2:4: loss: ", "inf is not a finite number"},
               [] { manifest_of("step,loss\n50,inf\n100,4\n", "skip_empty = true"); });
}

TEST(ManifestCurves, TakesTheDelimiter) {
  EXPECT_EQ(read("step|loss\n100|4\n200|3\n", "delimiter = \"|\""), kTwoPoints);
  EXPECT_EQ(read("step;loss,x\n100;4\n200;3\n", "delimiter = \";\"\ncolumns = { loss = \"loss,x\" }"), kTwoPoints);
  EXPECT_EQ(read("step\tloss\n100\t4\n200\t3\n", "delimiter = \"\\t\""), kTwoPoints);
  expect_error(ExitCode::usage_or_input, {"runs.toml:5:13: curve[0].delimiter: ", "\"x\" is unknown"},
               [] { manifest_of("step,loss\n100,4\n", "delimiter = \"x\""); });
}

TEST(ManifestCurves, CountsWhatAResumedRunAbandoned) {
  const Manifest manifest = manifest_of("step,loss\n100,4\n200,9\n300,nan\n150,5\n250,3\n", "resume = \"last\"");
  EXPECT_EQ(points_of(manifest), (Points{{100, 4}, {150, 5}, {250, 3}}));
  ASSERT_EQ(manifest.notes.size(), 1u);
  EXPECT_NE(manifest.notes[0].find("2 of 5 rows left out where the run was resumed"), std::string::npos);
  EXPECT_TRUE(manifest_of("step,loss\n100,4\n200,3\n", "resume = \"last\"").notes.empty());
}

TEST(ManifestCurves, SuggestsAFileOfItsOwnForASecondRun) {
  const std::string csv = "step,loss\n0,9\n100,4\n0,9\n100,3\n";
  const std::string message = message_of(csv, "");
  for (const char* part : {"run.csv:4:1: ", "step 0 comes after step 100", "a file of its own", "resume = \"last\""})
    EXPECT_NE(message.find(part), std::string::npos) << message;
  EXPECT_EQ(read(csv, line_in(message, "resume", '"')), (Points{{0, 9}, {100, 3}}));
}

TEST(ManifestCurves, CountsStepsInTokensAndSamples) {
  EXPECT_EQ(read("step,loss\n51200,4\n102400,3\n", "step_unit = \"tokens\"\ntokens_per_step = 512"), kTwoPoints);
  EXPECT_EQ(read("step,loss\n5.12e4,4\n102400.2,3\n", "step_unit = \"tokens\"\ntokens_per_step = 512"), kTwoPoints);
  EXPECT_EQ(read("step,loss\n800,4\n1600,3\n", "step_unit = \"samples\"\nsamples_per_step = 8"), kTwoPoints);
  const std::string stairs = ", batch = { steps = [0, 100, 150], values = [10, 20, 40] }";
  EXPECT_EQ(read("step,loss\n1000,5\n1020,4\n2000,3.5\n4000,3\n", "step_unit = \"tokens\"", stairs),
            (Points{{100, 5}, {101, 4}, {150, 3.5}, {200, 3}}));
  EXPECT_EQ(read("step,loss\n100,5\n102,4\n200,3.5\n400,3\n", "step_unit = \"samples\"\nsamples_per_step = 1", stairs),
            (Points{{100, 5}, {101, 4}, {150, 3.5}, {200, 3}}))
      << "the samples of an update grow as its tokens do";
}

TEST(ManifestCurves, NotesStepsBetweenUpdates) {
  const std::string keys = "step_unit = \"tokens\"\ntokens_per_step = 512";
  const Manifest exact = manifest_of("step,loss\n51200,4\n102400,3\n", keys);
  ASSERT_EQ(exact.notes.size(), 1u);
  EXPECT_NE(exact.notes[0].find("steps converted from tokens to updates: the last is 200"), std::string::npos);
  const Manifest between = manifest_of("step,loss\n51200,4\n102528,3\n", keys);
  EXPECT_EQ(points_of(between), kTwoPoints);
  ASSERT_EQ(between.notes.size(), 1u);
  EXPECT_NE(between.notes[0].find("1 of 2 fell between two updates, by up to 0.25 of one"), std::string::npos)
      << between.notes[0];
}

TEST(ManifestCurves, ConvertsLosses) {
  EXPECT_EQ(read("step,loss\n100,4\n200,3\n", "loss_unit = \"nats\""), kTwoPoints);
  EXPECT_EQ(read("step,loss\n100,4\n", "loss_unit = \"bits\""), (Points{{100, 4 * std::numbers::ln2}}));
  EXPECT_EQ(read("step,loss\n100,40\n", "loss_unit = \"perplexity\""), (Points{{100, std::log(40.0)}}));
  const Manifest manifest = manifest_of("step,loss\n100,40\n", "loss_unit = \"perplexity\"");
  ASSERT_EQ(manifest.notes.size(), 1u);
  EXPECT_NE(manifest.notes[0].find("losses converted from perplexities to nats: the last is 3.689"), std::string::npos);
  expect_error(ExitCode::usage_or_input, {"run.csv:2:5: loss: ", "1 is not above 1"},
               [] { manifest_of("step,loss\n100,1\n", "loss_unit = \"perplexity\""); });
}

TEST(ManifestCurves, RefusesLossesThatCannotBeNats) {
  for (const char* csv :
       {"step,loss\n100,80\n200,25\n", "step,loss\n100,2000\n200,9\n", "step,loss\n100,60\n150,13\n200,9\n"}) {
    const std::string message = message_of(csv, "");
    EXPECT_NE(message.find(": the losses go from "), std::string::npos) << message;
    EXPECT_NO_THROW(read(csv, line_in(message, "loss_unit", '"'))) << message;
    EXPECT_NO_THROW(read(csv, "loss_unit = \"nats\"")) << message;
  }
  EXPECT_NO_THROW(read("step,loss\n0,30\n100,4\n", "")) << "a bad beginning";
  EXPECT_NO_THROW(read("step,loss\n100,4\n200,40\n", "steps_below = 200")) << "a bad end left out";
}

TEST(ManifestCurves, SaysWhatAPointIs) {
  EXPECT_EQ(manifest_of("step,loss\n100,4\n", "").curves[0].mean_over, 0);
  EXPECT_EQ(manifest_of("step,loss\n100,4\n", "point = \"instant\"").curves[0].mean_over, 0);
  const Manifest manifest = manifest_of("step,loss\n1,9\n100,4\n200,3\n", "point = { mean_over = 100 }");
  EXPECT_EQ(manifest.curves[0].mean_over, 100);
  EXPECT_EQ(points_of(manifest), kTwoPoints);
  ASSERT_EQ(manifest.notes.size(), 1u);
  EXPECT_NE(manifest.notes[0].find("1 row before update 100 left out"), std::string::npos) << manifest.notes[0];
  expect_error(ExitCode::usage_or_input, {"no point is left", "averages over 500 updates"},
               [] { manifest_of("step,loss\n100,4\n", "point = { mean_over = 500 }"); });
}

// The file of a curve as a panel of this smoothing shows it, with so many decimals.
std::string smoothed_csv(const std::vector<double>& losses, double weight, bool debiased, int decimals) {
  std::string csv = "step,loss\n";
  double average = debiased ? 0 : losses.front(), forgotten = 1;
  for (std::size_t i = 0; i < losses.size(); ++i) {
    average = weight * average + (1 - weight) * losses[i];
    forgotten *= weight;
    csv += fmt::format("{},{:.{}f}\n", 10 * (i + 1), debiased ? average / (1 - forgotten) : average, decimals);
  }
  return csv;
}

std::vector<double> noisy_losses() {
  std::vector<double> losses;
  for (int i = 0; i < 80; ++i) losses.push_back(3 + 2 / (1 + 0.1 * i) + 0.01 * std::sin(7.0 * i * i));
  return losses;
}

TEST(ManifestCurves, UndoesSmoothing) {
  const std::vector<double> losses = noisy_losses();
  for (const bool debiased : {true, false}) {
    SCOPED_TRACE(debiased);
    const Manifest manifest = manifest_of(smoothed_csv(losses, 0.9, debiased, 6),
                                          fmt::format("smoothing = {{ ema = 0.9, debiased = {} }}", debiased));
    const Points points = points_of(manifest);
    ASSERT_EQ(points.size(), losses.size());
    const double worst_rounding = 0.5e-6 * (1 + 0.9) / (1 - 0.9);
    for (std::size_t i = 0; i < losses.size(); ++i) EXPECT_NEAR(points[i].second, losses[i], worst_rounding) << i;
    ASSERT_EQ(manifest.notes.size(), 1u);
    EXPECT_NE(manifest.notes[0].find("the smoothing of weight 0.9 was undone"), std::string::npos);
  }
}

TEST(ManifestCurves, RefusesToUndoSmoothingThatCannotBe) {
  const std::string keys = "smoothing = { ema = 0.9 }";
  const auto refused = [&](const std::string& csv, const std::string& more, const std::vector<std::string>& parts) {
    expect_error(ExitCode::usage_or_input, parts, [&] { manifest_of(csv, keys + more); });
    EXPECT_NO_THROW(manifest_of(csv, more)) << "the remedy: without the key";
  };
  const std::string csv = smoothed_csv(noisy_losses(), 0.9, true, 5);
  refused(smoothed_csv(noisy_losses(), 0.9, true, 2), "",
          {"cannot be undone", "2 decimals", "smoothing of the panel to 0"});
  refused(csv + "805,4\n", "", {"cannot be undone", "not equally spaced"});
  refused(csv + "795,4\n805,3.9\n", "\nresume = \"last\"", {"cannot be undone", "resumed"});
  refused("step,loss\n10,9.00000\n20,3.00000\n30,3.00000\n", "", {"cannot be undone", "at step 20", "no such average"});
}

TEST(ManifestCurves, LeadsToTheWrongKey) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> bad = {
      {"columns = { steps = \"step\" }", {":5:21: curve[0].columns.steps: ", "unknown key", "Did you mean \"step\"?"}},
      {"columns = { step = \"loss\" }", {":5:11: curve[0].columns: ", "both step and loss"}},
      {"columns = \"loss\"", {"curve[0].columns: ", "a table of keys and values"}},
      {"columns = { loss = \"los\" }",
       {"run.csv:1: ", "\"los\" is missing", "columns = { step = \"step\", loss = \"loss\" }"}},
      {"skip_empty = 1", {"curve[0].skip_empty: ", "true or false"}},
      {"step_unit = \"token\"", {"curve[0].step_unit: ", "\"token\" is unknown", "\"tokens\""}},
      {"step_unit = \"tokens\"", {"curve[0].step_unit: ", "not known", "tokens_per_step"}},
      {"step_unit = \"samples\"", {"curve[0].step_unit: ", "not known", "samples_per_step"}},
      {"samples_per_step = 8", {"curve[0].samples_per_step: ", "step_unit = \"samples\""}},
      {"step_unit = \"samples\"\nsamples_per_step = 0", {"curve[0].samples_per_step: ", "0 is not positive"}},
      {"loss_unit = \"nat\"", {"curve[0].loss_unit: ", "\"nat\" is unknown", "\"perplexity\""}},
      {"point = \"mean\"", {"curve[0].point: ", "\"mean\" is unknown", "{ mean_over = N }"}},
      {"point = { mean_over = 0 }", {"curve[0].point.mean_over: ", "0 is no number of updates"}},
      {"point = { mean_over = 2.5 }", {"curve[0].point.mean_over: ", "not a whole number"}},
      {"point = { over = 2 }", {"curve[0].point.over: ", "unknown key"}},
      {"point = {}", {"curve[0].point: ", "\"mean_over\" is missing"}},
      {"smoothing = { ema = 1 }", {"curve[0].smoothing.ema: ", "1 is not between 0 and 1"}},
      {"smoothing = { ema = 0.9, debiased = 1 }", {"curve[0].smoothing.debiased: ", "true or false"}},
      {"smoothing = 0.9", {"curve[0].smoothing: ", "a table of keys and values"}},
  };
  for (const auto& [keys, parts] : bad) {
    SCOPED_TRACE(keys);
    expect_error(ExitCode::usage_or_input, parts, [&, keys = keys] { manifest_of("step,loss\n100,4\n200,3\n", keys); });
  }
}

TEST(ManifestCurves, TakesAllKeysFromTheDefaults) {
  const ScratchFolder folder;
  folder.write("run.csv", "Step;Value\n1000;80\n1500;\n2000;40\n");
  const Manifest manifest = read_manifest(folder.write(
      "runs.toml",
      "format = 1\n[defaults]\ncolumns = { step = \"Step\", loss = \"Value\" }\ndelimiter = \";\"\nskip_empty = true\n"
      "step_unit = \"samples\"\nsamples_per_step = 10\nloss_unit = \"perplexity\"\npoint = { mean_over = 100 }\n"
      "[[curve]]\nname = \"a\"\nfile = \"run.csv\"\n"
      "schedule = { family = \"constant\", peak_lr = 3e-4, total_steps = 1000 }\n"));
  EXPECT_EQ(points_of(manifest), (Points{{100, std::log(80.0)}, {200, std::log(40.0)}}));
  EXPECT_EQ(manifest.curves[0].mean_over, 100);
  EXPECT_EQ(manifest.notes.size(), 3u);
}

TEST(ManifestCurves, WarnsOfBatchSizesThatDiffer) {
  const ScratchFolder folder;
  folder.write("run.csv", "step,loss\n100,4\n");
  const auto warnings = [&](const std::string& last) {
    std::string text = "format = 1\n";
    for (const auto& [name, keys] : {std::pair<std::string, std::string>{"a", "tokens_per_step = 262_144"},
                                     {"b", "tokens_per_step = 262144"},
                                     {"c", ""},
                                     {"d", last}})
      text += fmt::format(
          "[[curve]]\nname = \"{}\"\nfile = \"run.csv\"\n{}\nschedule = {{ family = \"constant\", "
          "peak_lr = 3e-4, total_steps = 1000 }}\n",
          name, keys);
    return read_manifest(folder.write("runs.toml", text)).warnings;
  };
  EXPECT_TRUE(warnings("tokens_per_step = 262144").empty());
  ASSERT_EQ(warnings("tokens_per_step = 4e6").size(), 1u);
  EXPECT_NE(warnings("tokens_per_step = 4e6")[0].find("262144 (a, b), 4000000 (d)"), std::string::npos);
}

}  // namespace
}  // namespace losscast::test
