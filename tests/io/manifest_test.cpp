#include "losscast/io/manifest.hpp"

#include <gtest/gtest.h>

#include "losscast/format/text_file.hpp"
#include "tests/format/expect_error.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast::test {
namespace {

namespace fs = std::filesystem;

const fs::path kData = LOSSCAST_TEST_DATA;

TEST(ReadManifest, MergesDefaultsAndReadsTheCurves) {
  const Manifest manifest = read_manifest(kData / "runs.toml");
  EXPECT_EQ(manifest.file, kData / "runs.toml");
  EXPECT_TRUE(manifest.warnings.empty());
  EXPECT_TRUE(manifest.norm_warnings.empty());
  ASSERT_EQ(manifest.curves.size(), 2u);

  const Curve& cosine = manifest.curves[0];
  EXPECT_EQ(cosine.name, "cosine");
  EXPECT_EQ(cosine.file, kData / "cosine.csv");
  EXPECT_EQ(cosine.optimizer, "adamw");
  EXPECT_EQ(cosine.recipe.weight_decay, StepValues(0.05));
  EXPECT_EQ(cosine.params, 25e6);
  EXPECT_EQ(cosine.recipe.batch, StepValues(524288.0));
  EXPECT_EQ(cosine.branch_of, "");
  EXPECT_EQ(cosine.family, "cosine");
  EXPECT_EQ(cosine.recipe.total_steps(), 1000);
  ASSERT_EQ(cosine.points.size(), 5u);
  EXPECT_EQ(cosine.points[4].step, 1000);
  EXPECT_EQ(cosine.points[4].loss, 3.4);

  const Curve& two_stage = manifest.curves[1];
  EXPECT_EQ(two_stage.recipe.weight_decay, StepValues(0.0)) << "a curve's own value beats the default";
  EXPECT_EQ(two_stage.params, 1e8);
  EXPECT_EQ(two_stage.branch_of, "cosine");
  ASSERT_EQ(two_stage.points.size(), 3u) << "resume = last, steps_below = 900";
  EXPECT_EQ(two_stage.points[1].loss, 3.66);
}

// A change to tests/data/runs.toml: `from` becomes `bad`, which must fail, or `good`, which must not.
struct Change {
  std::string from, bad;
  std::vector<std::string> parts;
  std::string good;
};

const std::string kCosineLr = "peak_lr = 3e-4, final_lr = 3e-5";

const std::vector<Change> kChanges = {
    {"format = 1", "", {"\"format\" is missing", "Add format = 1"}, "format = 1.0"},
    {"format = 1",
     "format = 2",
     {":1:10: format: ", "format 2 is unknown", "losscast", "reads format 1"},
     "format = 1"},
    {"format = 1", "format = 1\nformat = 1", {":2:10: ", "not valid TOML", "redefine"}, "format = 1 # one"},
    {"[defaults]",
     "[default]",
     {":3:1: default: ", "unknown key", "Did you mean \"defaults\"?"},
     "[defaults] # of all"},
    {"[defaults]",
     "[defaults]\nname = \"a\"",
     {":4:8: defaults.name: ", "unknown key", "resume"},
     "[defaults]\nresume = \"first\""},
    {"optimizer =",
     "optimiser =",
     {":4:13: defaults.optimiser: ", "unknown key", "Did you mean \"optimizer\"?"},
     "\"optimizer\" ="},
    {"optimizer = \"adamw\"", "optimizer = 1", {":4:13: defaults.optimizer: ", "text in quotes"}, "optimizer = 'muon'"},
    {"= 0.05", "= -0.05", {":5:16: defaults.weight_decay: ", "-0.05 is negative", "Give 0"}, "= 0"},
    {"= 0.05", "= \"0.05\"", {":5:16: defaults.weight_decay: ", "this is text", "a number is wanted"}, "= 5e-2"},
    {"= 0.05", "= inf", {":5:16: defaults.weight_decay: ", "not finite"}, "= 1"},
    {"= 524_288", "= 0", {":6:19: defaults.tokens_per_step: ", "0 is not positive"}, "= 1"},
    {"= 25_000_000", "= -1", {":7:10: defaults.params: ", "-1 is not positive"}, "= 1e9"},
    {"name = \"cosine\"",
     "name = \"two_stage\"",
     {":15:8: ", "name \"two_stage\" is there twice", ":10:8", "Rename"},
     "name = \"cosine\" # unique"},
    {"name = \"cosine\"", "name = \"a,b\"", {":10:8: curve[0].name: ", "comma"}, "name = \"cosine\" "},
    {"name = \"cosine\"", "name = \"\"", {":10:8: curve[0].name: ", "empty"}, "name = 'cosine'"},
    {"name = \"cosine\"\n", "", {":9:1: curve[0]: ", "\"name\" is missing", "Add it"}, "name = 'cosine'\n"},
    {"file = \"cosine.csv\"",
     "file = \"cosin.csv\"",
     {":11:8: curve[0].file: ", "no file", "cosin.csv", "relative"},
     "file = \"./cosine.csv\""},
    {"file = \"cosine.csv\"\n", "", {":9:1: curve[0]: ", "\"file\" is missing"}, "file = \"cosine.csv\" \n"},
    {"family = \"cosine\"", "family = \"cosin\"", {":12:23: curve[0].schedule.family: ", "cosin"}, "family = 'cosine'"},
    {kCosineLr,
     "peak_lr = -3e-4, final_lr = 3e-5",
     {":12:43: curve[0].schedule.peak_lr: ", "negative"},
     "peak_lr = 1, final_lr = 0"},
    {kCosineLr,
     "peek_lr = 3e-4, final_lr = 3e-5",
     {":12:43: curve[0].schedule.peek_lr: ", "peak_lr"},
     "peak_lr = 0.01, final_lr_ratio = 0.5"},
    {kCosineLr,
     "final_lr = 3e-5",
     {":12:12: curve[0].schedule: ", "peak_lr is missing"},
     "final_lr = 3e-5, peak_lr = 3e-4"},
    {kCosineLr,
     kCosineLr + ", warmup_start_lr = true",
     {":12:84: curve[0].schedule.warmup_start_lr: ", "true or false"},
     kCosineLr + ", warmup_start_lr = 0"},
    {"total_steps = 1_000", "total_steps = 50", {":12:81: curve[0].schedule.warmup_steps: "}, "total_steps = 2e3"},
    {"total_steps = 1_000",
     "total_steps = 900",
     {"cosine.csv:6:1: step: ", "1000 is past the end"},
     "total_steps = 1001"},
    {"final_lr = 9e-5",
     "final_lr = 9e-5, weight_decay = 0.1",
     {":18:16: curve[1].weight_decay: ", "the schedule has a weight_decay too", "Remove one"},
     "final_lr = 9e-5, batch = 1e5"},
    {"final_lr = 3e-5",
     "final_lr = 3e-5, weight_decay = { steps = [0, 1000], values = [0.1, 0] }",
     {":12:", ": curve[0].schedule.weight_decay.steps: ", "contains 1000"},
     "final_lr = 3e-5, weight_decay = { steps = [0, 999], values = [0.1, 0] }"},
    {"steps_below = 900",
     "steps_below = 0",
     {":19:15: curve[1].steps_below: ", "0 leaves no point"},
     "steps_below = 700"},
    {"steps_below = 900",
     "steps_below = 899.5",
     {":19:15: curve[1].steps_below: ", "not a whole number"},
     "steps_below = 9e2"},
    {"steps_below = 900", "steps_below = 600", {"two_stage.csv:", "no point is left"}, "steps_below = 601"},
    {"resume = \"last\"",
     "resume = \"latest\"",
     {":20:10: curve[1].resume: ", "\"latest\" is unknown", "\"first\""},
     "resume = \"first\""},
    {"resume = \"last\"",
     "resume = \"error\"",
     {"two_stage.csv:5:1: step: ", "700 comes after step 800"},
     "resume = 'last'"},
    {"branch_of = \"cosine\"",
     "branch_of = \"cosin\"",
     {":21:13: curve[1].branch_of: ", "no other curve", "Did you mean \"cosine\"?"},
     "#"},
    {"branch_of = \"cosine\"",
     "branch_of = \"two_stage\"",
     {":21:13: curve[1].branch_of: ", "no other curve"},
     "branch_of = 'cosine'"},
    {"branch_of = \"cosine\"",
     "branches_of = \"cosine\"",
     {":21:15: curve[1].branches_of: ", "unknown key", "branch_of"},
     ""},
};

TEST(ReadManifest, LeadsToTheWrongKey) {
  const std::string text = read_text_file(kData / "runs.toml");
  for (const Change& change : kChanges) {
    SCOPED_TRACE(change.from + " -> " + change.bad);
    const ScratchFolder folder;
    fs::copy(kData / "cosine.csv", folder.path());
    fs::copy(kData / "two_stage.csv", folder.path());
    const fs::path bad = folder.write("bad.toml", replaced(text, change.from, change.bad));
    const fs::path good = folder.write("good.toml", replaced(text, change.from, change.good));
    const auto before = folder.files();
    std::vector<std::string> parts = change.parts;
    if (parts.front().front() == ':') parts.front().insert(0, bad.string());
    expect_error(ExitCode::usage_or_input, parts, [&] { read_manifest(bad); });
    EXPECT_NO_THROW(read_manifest(good));
    EXPECT_EQ(folder.files(), before);
  }
}

// tests/data/runs.toml with a table of priors at its end.
fs::path with_priors(const ScratchFolder& folder, const std::string& priors) {
  fs::copy(kData / "cosine.csv", folder.path());
  fs::copy(kData / "two_stage.csv", folder.path());
  return folder.write("runs.toml", read_text_file(kData / "runs.toml") + "[priors]\n" + priors);
}

TEST(ReadManifest, NeedsACurve) {
  const ScratchFolder folder;
  for (const char* text : {"format = 1\n", "format = 1\ncurve = []\n"})
    expect_error(ExitCode::usage_or_input, {"runs.toml:1:1: ", "no curve", "Add a [[curve]]"},
                 [&] { read_manifest(folder.write("runs.toml", text)); });
  expect_error(ExitCode::usage_or_input, {"runs.toml:2:1: curve: ", "a table", "[[...]]"},
               [&] { read_manifest(folder.write("runs.toml", "format = 1\n[curve]\nname = \"a\"\n")); });
  expect_error(ExitCode::usage_or_input, {"missing.toml", "no such file"},
               [&] { read_manifest(folder.path() / "missing.toml"); });
}

TEST(ReadManifest, LetsASchedulesOwnSeriesBeatTheDefaults) {
  const ScratchFolder folder;
  fs::copy(kData / "cosine.csv", folder.path());
  fs::copy(kData / "two_stage.csv", folder.path());
  const std::string text =
      replaced(read_text_file(kData / "runs.toml"), "final_lr = 3e-5",
               "final_lr = 3e-5, batch = 1e5, weight_decay = { steps = [0, 500], values = [0.1, 0] }");
  const Manifest manifest = read_manifest(folder.write("runs.toml", text));
  EXPECT_EQ(manifest.curves[0].recipe.weight_decay, StepValues(std::vector<Step>{0, 500}, std::vector{0.1, 0.0}));
  EXPECT_EQ(manifest.curves[0].recipe.batch, StepValues(1e5));
  EXPECT_EQ(manifest.curves[1].recipe.batch, StepValues(524288.0));
}

TEST(ReadManifest, RefusesABatchBesideTokensPerStep) {
  const ScratchFolder folder;
  fs::copy(kData / "cosine.csv", folder.path());
  fs::copy(kData / "two_stage.csv", folder.path());
  const std::string text =
      replaced(read_text_file(kData / "runs.toml"), "final_lr = 9e-5", "final_lr = 9e-5, batch = 1e5");
  EXPECT_NO_THROW(read_manifest(folder.write("runs.toml", text)));
  expect_error(ExitCode::usage_or_input, {"curve[1].tokens_per_step: ", "the schedule has a batch too"}, [&] {
    read_manifest(folder.write("runs.toml", replaced(text, "steps_below", "tokens_per_step = 1e5\nsteps_below")));
  });
}

TEST(ReadManifest, ReadsPriors) {
  EXPECT_TRUE(read_manifest(kData / "runs.toml").priors.empty());
  const ScratchFolder folder;
  const Manifest manifest = read_manifest(with_priors(folder,
                                                      "alpha = { centre = 0.55, deviation = 0.1 }\n"
                                                      "[priors.L0]\ncentre = 2\ndeviation = 1\n"));
  ASSERT_EQ(manifest.priors.size(), 2u);
  EXPECT_EQ(manifest.curves.size(), 2u);
  EXPECT_EQ(manifest.priors[0].name, "alpha");
  EXPECT_EQ(manifest.priors[0].centre, 0.55);
  EXPECT_EQ(manifest.priors[0].deviation, 0.1);
  EXPECT_EQ(manifest.priors[1].name, "L0");
  EXPECT_EQ(manifest.priors[1].centre, 2);
  EXPECT_EQ(manifest.priors[1].deviation, 1);
}

TEST(ReadManifest, LeadsToTheWrongKeyOfAPrior) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> bad = {
      {"alpha = 0.55", {":24:9: priors.alpha: ", "this is a number", "a table of keys and values is wanted"}},
      {"alpha = { deviation = 0.1 }", {":24:9: priors.alpha: ", "\"centre\" is missing"}},
      {"alpha = { centre = 0.55 }", {":24:9: priors.alpha: ", "\"deviation\" is missing"}},
      {"alpha = { centre = nan, deviation = 0.1 }", {":24:20: priors.alpha.centre: ", "not finite"}},
      {"alpha = { centre = 0.55, deviation = 0 }", {":24:38: priors.alpha.deviation: ", "0 is below 1e-6"}},
      {"alpha = { centre = 0.55, deviation = -1 }", {":24:38: priors.alpha.deviation: ", "-1 is below 1e-6"}},
      {"alpha = { centre = 0.55, deviation = 9e-7 }", {":24:38: priors.alpha.deviation: ", "9e-7 is below 1e-6"}},
      {"alpha = { centre = 0.55, sd = 0.1 }", {":24:31: priors.alpha.sd: ", "unknown key", "deviation"}},
  };
  for (const auto& [line, parts] : bad) {
    SCOPED_TRACE(line);
    const ScratchFolder folder;
    expect_error(ExitCode::usage_or_input, parts, [&, line = line] { read_manifest(with_priors(folder, line)); });
  }
}

TEST(ReadManifest, RecommendsAModelForOptimisersWithoutOne) {
  const ScratchFolder folder;
  fs::copy(kData / "cosine.csv", folder.path());
  fs::copy(kData / "two_stage.csv", folder.path());
  const std::string text = read_text_file(kData / "runs.toml");
  const Manifest manifest = read_manifest(folder.write("runs.toml", replaced(text, "\"adamw\"", "\"adafactor\"")));
  ASSERT_EQ(manifest.norm_warnings.size(), 1u) << "one for all its curves";
  for (const char* part : {"adafactor", "cosine, two_stage", "--model power"})
    EXPECT_NE(manifest.norm_warnings[0].find(part), std::string::npos) << manifest.norm_warnings[0];
}

TEST(ReadManifest, FindsTheFilesOfSchedulesBesideIt) {
  const ScratchFolder folder;
  folder.write("rates.csv", "step,lr\n0,1e-3\n99,1e-4\n");
  folder.write("bad_rates.csv", "step,lr\n0,-1\n");
  folder.write("curve.csv", "step,loss\n100,3.5\n");
  const std::string text =
      "format = 1\n[[curve]]\nname = \"a\"\nfile = \"curve.csv\"\n"
      "schedule = { family = \"phases\", phases = [{ family = \"file\", path = \"rates.csv\" }] }\n";
  EXPECT_EQ(read_manifest(folder.write("runs.toml", text)).curves[0].recipe.total_steps(), 100);
  expect_error(ExitCode::usage_or_input,
               {"runs.toml:5:69: curve[0].schedule.phases[0].path: ", "bad_rates.csv:2:3: lr: ", "negative"},
               [&] { read_manifest(folder.write("runs.toml", replaced(text, "rates.csv", "bad_rates.csv"))); });
}

}  // namespace
}  // namespace losscast::test
