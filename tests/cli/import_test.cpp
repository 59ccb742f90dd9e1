// `losscast import`: from logs to files that other commands read.
#include <gtest/gtest.h>

#include <cmath>

#include "losscast/format/text_file.hpp"
#include "losscast/io/manifest.hpp"
#include "tests/cli/program.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast::test {
namespace {

using Json = nlohmann::json;
using Names = std::vector<std::string>;

constexpr ExitCode kInput = ExitCode::usage_or_input;
const std::string kLinear = R"({ family = "linear", peak_lr = 0.001, total_steps = 400, warmup_steps = 40 })";

// A log of every tenth step of that schedule.
std::string table() {
  std::string text = "step,loss,lr\n";
  for (int s = 0; s <= 400; s += 10) {
    const double lr = s < 40 ? 1e-3 * s / 40 : 1e-3 * (1 - (s - 40) / 360.0);
    text += std::to_string(s) + "," + std::to_string(3 + 1.0 / (s + 1)) + "," + std::to_string(lr) + "\n";
  }
  return text;
}

TEST(ImportCommand, MakesCurvesAndAManifest) {
  const ScratchFolder folder;
  folder.write("a.csv", table());
  folder.write("b.csv", table());
  const Outcome outcome = run_well(folder.path(), {"import", "a.csv", "b.csv", "--out", "runs"});
  for (const char* part : {"a.csv", "41 points", "steps 0 to 400", "column loss", kLinear.c_str(),
                           "all 41 logged rates", "runs/manifest.toml"})
    EXPECT_NE(outcome.out.find(part), std::string::npos) << part << " is not in: " << outcome.out;
  const Manifest manifest = read_manifest(folder.path() / "runs" / "manifest.toml");
  ASSERT_EQ(manifest.curves.size(), 2u);
  EXPECT_EQ(manifest.curves[1].name, "b");
  EXPECT_EQ(manifest.curves[1].points.size(), 41u);
  EXPECT_EQ(manifest.curves[1].family, "linear");
}

TEST(ImportCommand, SaysTheSameAsJson) {
  const ScratchFolder folder;
  folder.write("a.csv", table() + "step,loss,lr\n");
  const Json all = run_for_json(folder.path(), {"import", "a.csv", "--out", "runs"});
  EXPECT_EQ(keys(all), (Names{"manifest", "provenance", "runs"}));
  const Json& run = all["runs"][0];
  EXPECT_EQ(keys(run), (Names{"curves", "logged_rates", "name", "notes", "schedule", "schedule_source"}));
  EXPECT_EQ(run["schedule"], kLinear);
  EXPECT_EQ(run["notes"], Json{"left out: 1 repeated header"});
  EXPECT_EQ(run["curves"][0], (Json{{"name", "a"},
                                    {"file", "a.csv"},
                                    {"column", "loss"},
                                    {"points", 41},
                                    {"first_step", 0},
                                    {"last_step", 400}}));
}

TEST(ImportCommand, RefusesALogThatIsGivenTwice) {
  const ScratchFolder folder;
  folder.write("a.csv", table());
  expect_failure(run_losscast(folder.path(), {"import", "a.csv", "./a.csv", "--out", "runs"}), kInput,
                 {"a.csv: this log is given twice", "Name it once"});
}

TEST(ImportCommand, TakesAFolderForItsEventFiles) {
  const ScratchFolder folder;
  folder.write("a.csv", table());
  std::filesystem::create_directory(folder.path() / "tb");
  expect_failure(run_losscast(folder.path(), {"import", "tb", "--out", "runs"}), kInput, {"tb: ", "no event files"});
  folder.write("tb/events.out.tfevents.1.host", table());  // whatever is in it: the format is found by the content
  run_well(folder.path(), {"import", "tb", "--out", "runs"});
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "runs" / "tb.csv"));
}

TEST(ImportCommand, ConvertsTokensToUpdates) {
  const ScratchFolder folder;
  folder.write("a.csv", "tokens,loss,lr\n0,4,1e-3\n1000,3.5,1e-3\n2000,3.25,1e-3\n3000,3.2,1e-3\n");
  const Words words = {"import", "a.csv", "--out", "runs", "--step", "tokens"};
  expect_failure(run_losscast(folder.path(), words), kInput, {"a.csv: tokens: ", "--tokens-per-step N"});
  const auto with = [&](Words more) {
    more.insert(more.begin(), words.begin(), words.end());
    return more;
  };
  expect_failure(run_losscast(folder.path(), with({"--tokens-per-step", "500", "--samples-per-step", "1"})), kInput,
                 {"--tokens-per-step: ", "either tokens or samples"});
  expect_failure(run_losscast(folder.path(), with({"--tokens-per-step", "0"})), kInput, {"--tokens-per-step"});
  run_well(folder.path(), with({"--tokens-per-step", "500"}));
  EXPECT_EQ(read_manifest(folder.path() / "runs" / "manifest.toml").curves[0].points.back().step, 6);
}

TEST(ImportCommand, ReplacesNothing) {
  const ScratchFolder folder;
  folder.write("a.csv", table());
  expect_failure(run_losscast(folder.path(), {"import", "a.csv", "--out", "."}), kInput,
                 {"a.csv: there is another file of that name"});
  EXPECT_EQ(read_text_file(folder.path() / "a.csv"), table());
  run_well(folder.path(), {"import", "a.csv", "--out", "runs"});
  run_well(folder.path(), {"import", "a.csv", "--out", "runs"});
  folder.write("a.csv", table() + "410,3,0\n");
  expect_failure(run_losscast(folder.path(), {"import", "a.csv", "--out", "runs"}), kInput,
                 {"another file of that name"});
}

TEST(ImportCommand, RefusesBadInput) {
  const ScratchFolder folder;
  folder.write("a.csv", table());
  folder.write("empty.jsonl", "{}\n{}\n");
  const auto files = folder.files();
  const auto refused = [&](const Words& more, const std::vector<std::string>& parts) {
    Words words = {"import", "a.csv"};
    words.insert(words.end(), more.begin(), more.end());
    expect_failure(run_losscast(folder.path(), words), kInput, parts);
  };
  refused({}, {"--out is missing"});
  refused({"--out", "runs", "--loss", "los"}, {"a.csv: ", "no column \"los\"", "Did you mean \"loss\"?"});
  refused({"--out", "runs", "--format", "cvs"}, {"--format", "Did you mean \"csv\"?"});
  refused({"--out", "runs", "--schedule", "{ family = 1 }"}, {"--schedule"});
  refused({"--out", "runs", "--schedule", R"({ family = "constant", peak_lr = 1e-3, total_steps = 400 })"},
          {"a.csv:3: lr: ", "logged at step 10 is 0.00025", "that of --schedule is 0.001"});
  refused({"--out", "runs", "--total-steps", "300"}, {"step 400 is past the end", "--total-steps has 300 steps"});
  expect_failure(run_losscast(folder.path(), {"import", "--out", "runs"}), kInput, {"LOG is missing"});
  expect_failure(run_losscast(folder.path(), {"import", "absent.csv", "--out", "runs"}), kInput, {"absent.csv"});
  expect_failure(run_losscast(folder.path(), {"import", "empty.jsonl", "--out", "runs"}), kInput,
                 {"no column is known as a loss (it has no columns)"});
  EXPECT_EQ(folder.files(), files);
}

}  // namespace
}  // namespace losscast::test
