// Curves of a manifest that continue another one.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "losscast/format/text_file.hpp"
#include "losscast/io/manifest.hpp"
#include "losscast/schedule/continuation.hpp"
#include "losscast/schedule/schedule_text.hpp"
#include "tests/format/expect_error.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast::test {
namespace {

namespace fs = std::filesystem;

const std::string kFirst =
    R"({ family = "cosine", peak_lr = 3e-4, final_lr = 3e-5, warmup_steps = 100, total_steps = 1000 })";
const std::string kNext = R"({ family = "linear", peak_lr = 2e-4, warmup_steps = 50, total_steps = 600 })";

std::string curve(const std::string& name, const std::string& keys, const std::string& schedule) {
  return fmt::format("[[curve]]\nname = \"{0}\"\nfile = \"{0}.csv\"\n{1}\nschedule = {2}\n", name, keys, schedule);
}

// Two runs: a of 1,000 updates, and b, which goes on with `keys`. The log of b is `steps`.
struct Case {
  std::string keys = "continues = \"a\"\ncount_from = \"phase\"";
  std::string steps = "10,3.3\n600,3.1\n";
  std::string first_keys = {};
  std::string next = kNext;
};

fs::path written(const ScratchFolder& folder, const Case& given) {
  folder.write("a.csv", "step,loss\n200,4\n1000,3.4\n");
  folder.write("b.csv", "step,loss\n" + given.steps);
  return folder.write("runs.toml",
                      "format = 1\n" + curve("b", given.keys, given.next) + curve("a", given.first_keys, kFirst));
}

Manifest read(const Case& given) {
  const ScratchFolder folder;
  return read_manifest(written(folder, given));
}

// The recipe and points of b.
void expect_run(const Case& given, const Recipe& recipe, const std::vector<Step>& steps) {
  const Manifest manifest = read(given);
  ASSERT_EQ(manifest.curves.size(), 2u);
  const Curve& run = manifest.curves.front();
  EXPECT_EQ(run.name, "b") << "the order of the file stays";
  EXPECT_EQ(run.branch_of, "a");
  EXPECT_EQ(run.family, "phases");
  ASSERT_EQ(run.recipe.total_steps(), recipe.total_steps());
  for (Step s = 0; s < recipe.total_steps(); ++s) ASSERT_EQ(run.recipe.schedule.lr(s), recipe.schedule.lr(s)) << s;
  std::vector<Step> read_steps;
  for (const CurvePoint& point : run.points) read_steps.push_back(point.step);
  EXPECT_EQ(read_steps, steps);
}

Recipe whole(Step at) { return continued_recipe(parse_recipe(kFirst, "first"), at, parse_recipe(kNext, "next")); }

TEST(ContinuedRun, HasTheRatesOfBothAndItsOwnLog) {
  expect_run({}, whole(1000), {1010, 1600});
  expect_run({.keys = "continues = \"a\"\ncontinues_at = 800\ncount_from = \"phase\""}, whole(800), {810, 1400});
  expect_run({.keys = "continues = \"a\"\ncontinues_at = 200\ncount_from = \"run\"", .steps = "200,4\n550,3.5\n"},
             whole(200), {200, 550});
}

TEST(ContinuedRun, NeedsNoWordOfStepsThatCanCountFromOneBeginOnly) {
  expect_run({.keys = "continues = \"a\"", .steps = "1000,3.4\n1600,3.1\n"}, whole(1000), {1000, 1600});
}

TEST(ContinuedRun, CountsStepsToUseAsItsLogDoes) {
  const Manifest manifest =
      read({.keys = "continues = \"a\"\ncount_from = \"phase\"\nsteps_from = 20\nsteps_below = 90",
            .steps = "10,3.3\n50,3.2\n100,0.1\n"});
  EXPECT_EQ(manifest.curves[0].steps_from, 1020);
  EXPECT_EQ(manifest.curves[0].points.size(), 2u);
}

TEST(ContinuedRun, TakesWhatItDoesNotSayFromTheFirst) {
  const Manifest manifest = read({.first_keys = "params = 1e6\noptimizer = \"lion\"\nweight_decay = 0.2\n"
                                                "tokens_per_step = 512\ninitial_rms = 0.02"});
  const Curve& run = manifest.curves[0];
  EXPECT_EQ(run.params, 1e6);
  EXPECT_EQ(run.initial_rms, 0.02);
  EXPECT_EQ(run.optimizer, "lion");
  EXPECT_EQ(run.recipe.weight_decay, StepValues(0.2));
  EXPECT_EQ(run.recipe.batch, StepValues(512.0));
}

TEST(ContinuedRun, MayHaveAnotherWeightDecayAndBatch) {
  const Manifest manifest = read({.keys = "continues = \"a\"\ncount_from = \"phase\"\nweight_decay = 0\n"
                                          "tokens_per_step = 64",
                                  .first_keys = "tokens_per_step = 32"});
  const std::vector<Step> steps = {0, 1000};
  EXPECT_EQ(manifest.curves[0].recipe.weight_decay, StepValues(steps, std::vector{0.1, 0.0}));
  EXPECT_EQ(manifest.curves[0].recipe.batch, StepValues(steps, std::vector{32.0, 64.0}));
}

TEST(ContinuedRun, ChainsOfThreeWork) {
  const ScratchFolder folder;
  const fs::path file = written(folder, {});
  folder.write("c.csv", "step,loss\n5,3.2\n600,3.0\n");
  folder.write("runs.toml", "format = 1\n" + curve("c", "continues = \"b\"\ncount_from = \"phase\"", kNext) +
                                curve("b", Case{}.keys, kNext) + curve("a", "", kFirst));
  const Manifest manifest = read_manifest(file);
  ASSERT_EQ(manifest.curves.size(), 3u);
  const Curve& third = manifest.curves[0];
  EXPECT_EQ(third.recipe.total_steps(), 2200);
  EXPECT_EQ(third.points.front().step, 1605);
  EXPECT_EQ(third.recipe.schedule.lr(1650), parse_recipe(kNext, "next").schedule.lr(50));
  EXPECT_EQ(third.branch_of, "b");
}

struct Refused {
  Case given;
  std::vector<std::string> parts;
};

const std::string kPhase = "\ncount_from = \"phase\"";
const std::string kContinues = "continues = \"a\"" + kPhase;

const std::vector<Refused> kRefused = {
    {{.keys = "continues = \"aa\"" + kPhase}, {"curve[0].continues", "no other curve", "Did you mean \"a\"?"}},
    {{.keys = "continues = \"b\"" + kPhase}, {"curve[0].continues", "no other curve"}},
    {{.first_keys = "continues = \"b\""}, {".continues", "in a circle"}},
    {{.keys = kContinues + "\ncontinues_at = 1001"}, {"curve[0].continues_at", "1001 is past the end", "1000 or less"}},
    {{.keys = kContinues + "\ncontinues_at = 0"}, {"curve[0].continues_at", "1 or more"}},
    {{.keys = kContinues + "\nparams = 2e6", .first_keys = "params = 1e6"},
     {"curve[0].params", "2000000 is not the 1000000"}},
    {{.keys = kContinues + "\ninitial_rms = 0.02", .first_keys = "initial_rms = 0.01"}, {"curve[0].initial_rms"}},
    {{.keys = kContinues + "\noptimizer = \"lion\""}, {"curve[0].optimizer", "\"lion\"", "\"adamw\""}},
    {{.keys = kContinues + "\nloss_unit = \"bits\""}, {"curve[0].loss_unit", "bits", "nats"}},
    {{.first_keys = "loss_unit = \"bits\""}, {"curve[0].continues", "nats", "bits"}},
    {{.keys = kContinues + "\ntokens_per_step = 64"}, {"curve[0].continues", "tokens", "tokens_per_step"}},
    {{.keys = kContinues + "\nbranch_of = \"a\""}, {"curve[0].branch_of", "continues another one already"}},
    {{.keys = kContinues + "\ndata = \"code\"", .first_keys = "data = \"web\""},
     {"curve[0].data", "other data, \"code\"", "knows nothing of the loss on other data"}},
    {{.keys = kContinues + "\ndata = \"code\""}, {"curve[0].data", "not said to be \"code\""}},
    {{.keys = "continues = \"a\"\ncount_from = \"zero\""}, {"curve[0].count_from", "\"run\"", "\"phase\""}},
    {{.keys = "continues_at = 5"}, {"curve[0].continues_at", "continues no other"}},
    {{.keys = "count_from = \"run\""}, {"curve[0].count_from", "continues no other"}},
    {{.keys = "continues = \"a\""}, {"curve[0].continues", "step 10, before the branch at 1000", "\"phase\""}},
    {{.keys = "continues = \"a\"\ncount_from = \"run\""}, {"curve[0].continues", "step 10, before the branch at 1000"}},
    {{.keys = "continues = \"a\"\ncontinues_at = 200", .steps = "200,3.6\n550,3.5\n"},
     {"curve[0].continues", "steps 200 to 550 may count", "count_from"}},
    {{.steps = "10,3.3\n1600,3.1\n"}, {"b.csv", "1600"}},
    {{.next = fmt::format("{{ family = \"phases\", phases = [{}, {}] }}", kFirst, kNext)},
     {"curve[0].schedule", "contains the run", "branch_of"}},
};

TEST(ContinuedRun, RefusesWhatDoesNotGoTogether) {
  EXPECT_NO_THROW(read({}));
  for (const Refused& refused : kRefused) {
    SCOPED_TRACE(refused.given.keys + " / " + refused.given.first_keys);
    expect_error(ExitCode::usage_or_input, refused.parts, [&] { read(refused.given); });
  }
}

TEST(ContinuedRun, MayHaveAScheduleOfPhasesOfItsOwn) {
  EXPECT_NO_THROW(read({.next = fmt::format("{{ family = \"phases\", phases = [{}, {}] }}", kNext, kFirst)}));
}

// The manifest of docs/phases.md.
TEST(ContinuedRun, OfTheDocumentsIsRead) {
  const std::string page = read_text_file(fs::path(LOSSCAST_EXAMPLES).parent_path() / "docs" / "phases.md");
  const std::string fence = "```toml\n";
  const std::size_t begin = page.find(fence) + fence.size();
  const ScratchFolder folder;
  folder.write("base.csv", "step,loss\n600,4\n12000,3\n");
  folder.write("more.csv", "step,loss\n0,3.1\n4000,2.9\n");
  const fs::path file = folder.write("runs.toml", "format = 1\n" + page.substr(begin, page.find("```", begin) - begin));
  const Manifest manifest = read_manifest(file);
  ASSERT_EQ(manifest.curves.size(), 2u);
  EXPECT_EQ(manifest.curves[1].recipe.total_steps(), 13000);
  EXPECT_EQ(manifest.curves[1].points.back().step, 13000);
}

TEST(ManifestData, AreToBeTheSameForAFit) {
  EXPECT_TRUE(read({.keys = kContinues + "\ndata = \"web\"", .first_keys = "data = \"web\""}).warnings.empty());
  const Manifest manifest = read({.keys = "data = \"code\"", .first_keys = "data = \"web\""});
  ASSERT_EQ(manifest.warnings.size(), 1u);
  EXPECT_NE(manifest.warnings[0].find("differ in data: \"code\" (b), \"web\" (a)"), std::string::npos)
      << manifest.warnings[0];
}

}  // namespace
}  // namespace losscast::test
