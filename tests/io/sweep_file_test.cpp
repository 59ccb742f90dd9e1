#include "losscast/io/sweep_file.hpp"

#include <gtest/gtest.h>

#include "losscast/base/printable_line.hpp"
#include "losscast/format/text_file.hpp"
#include "losscast/schedule/schedule_text.hpp"
#include "tests/format/expect_error.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast::test {
namespace {

namespace fs = std::filesystem;
using Settings = std::vector<std::string>;

const fs::path kData = LOSSCAST_TEST_DATA;

// A folder with a fit.json to name.
class SweepFolder : public ScratchFolder {
 public:
  SweepFolder() { write("fit.json", "{}"); }
};

SweepConfig read(std::string_view text, const Settings& settings = {}) {
  const SweepFolder folder;
  return read_sweep(folder.write("sweep.toml", text), settings);
}

std::string example() { return read_text_file(kData / "sweep.toml"); }

TEST(ReadSweep, ReadsFixedArgumentsChoicesAndRanges) {
  const SweepConfig config = read_sweep(kData / "sweep.toml", {});
  EXPECT_EQ(config.space.file, kData / "sweep.toml");
  EXPECT_EQ(config.fit, kData / "fit.json");
  EXPECT_EQ(config.seed, 7u);
  EXPECT_EQ(config.paths, 64);
  EXPECT_EQ(config.space.method, SearchMethod::grid);
  EXPECT_EQ(config.space.candidates, 1000);
  EXPECT_EQ(config.confidence, 0.9);
  ASSERT_EQ(config.space.families.size(), 2u);

  const FamilySpace& wsd = config.space.families[0];
  EXPECT_EQ(wsd.family, "wsd");
  EXPECT_EQ(wsd.line, 12);
  EXPECT_EQ(schedule_text(wsd.fixed), "{ family = \"wsd\", final_lr_ratio = 0, total_steps = 24000 }");
  ASSERT_EQ(wsd.axes.size(), 4u) << "in the file's order";
  EXPECT_EQ(wsd.axes[0].argument, "shape");
  EXPECT_EQ(wsd.axes[0].kind, Axis::Kind::choice);
  ASSERT_EQ(wsd.axes[0].choices.size(), 2u);
  EXPECT_EQ(std::get<std::string>(wsd.axes[0].choices[1]), "sqrt");
  EXPECT_EQ(wsd.axes[1].argument, "peak_lr");
  EXPECT_EQ(wsd.axes[1].kind, Axis::Kind::log);
  EXPECT_EQ(wsd.axes[1].low, 1e-4);
  EXPECT_EQ(wsd.axes[1].high, 1e-3);
  EXPECT_EQ(wsd.axes[1].grid_points, 4);
  EXPECT_EQ(wsd.axes[2].kind, Axis::Kind::linear);
  EXPECT_EQ(wsd.axes[3].kind, Axis::Kind::integer);
  EXPECT_EQ(wsd.axes[3].high, 3000);

  const FamilySpace& cosine = config.space.families[1];
  EXPECT_EQ(cosine.line, 21);
  ASSERT_EQ(cosine.axes.size(), 1u);
  EXPECT_EQ(std::get<double>(cosine.axes[0].choices[1]), 6e-4);
}

TEST(ReadSweep, HasDefaults) {
  const SweepConfig config = read(
      "format = 1\nfit = \"fit.json\"\n[[family]]\nname = \"constant\"\npeak_lr = { log = [1e-4, 1e-3] }\n"
      "total_steps = 100\n");
  EXPECT_EQ(config.seed, 1u);
  EXPECT_EQ(config.paths, 1024);
  EXPECT_EQ(config.space.method, SearchMethod::sobol);
  EXPECT_EQ(config.space.candidates, 1000);
  EXPECT_EQ(config.confidence, 0.95);
  EXPECT_EQ(config.bands.candidates, BandsConfig::Candidates::finalists);
  EXPECT_EQ(config.bands.times, 50);
  EXPECT_FALSE(config.space.families[0].axes[0].grid_points);
}

TEST(ReadSweep, SaysWhatHasNoDefaultInFiles) {
  for (const std::string critical_lr : {"1", "3e-4"}) {
    const SweepConfig config =
        read(example(), {"spikes={ jump_rate = 1e-4, critical_lr = " + critical_lr + ", mean_jump = 0.1 }"});
    EXPECT_EQ(read(config.resolved).resolved, config.resolved) << config.resolved;
  }
}

TEST(ReadSweep, TakesListsThatAreOneValueAsOneValue) {
  const std::string family =
      "format = 1\nfit = \"fit.json\"\n[[family]]\nname = \"multi-step\"\npeak_lr = 1e-3\n"
      "total_steps = 100\n";
  const FamilySpace fixed = read(family + "milestones = [50, 80]\n").space.families[0];
  EXPECT_TRUE(fixed.axes.empty());
  EXPECT_EQ(std::get<std::vector<double>>(fixed.fixed.values.at("milestones")), (std::vector<double>{50, 80}));
  const FamilySpace chosen = read(family + "milestones = [[50, 80], [60, 90]]\n").space.families[0];
  ASSERT_EQ(chosen.axes.size(), 1u);
  EXPECT_EQ(std::get<std::vector<double>>(chosen.axes[0].choices.at(1)), (std::vector<double>{60, 90}));
}

TEST(ReadSweep, TakesWeightDecayAndBatchAsNumbersStairsChoicesAndRanges) {
  const SweepFolder folder;
  const SweepConfig config =
      read_sweep(folder.write("sweep.toml",
                              "format = 1\nfit = \"fit.json\"\n[[family]]\nname = \"constant\"\npeak_lr = 1e-3\n"
                              "total_steps = 100\nbatch = { steps = [0, 50], values = [1e5, 2e5] }\n"
                              "weight_decay = [0.1, { steps = [0, 50], values = [0.1, 0] }]\n"
                              "[[family]]\nname = \"constant\"\npeak_lr = 1e-3\ntotal_steps = 100\nbatch = 1e5\n"
                              "weight_decay = { log = [1e-3, 1e-1] }\n"),
                 {});
  const FamilySpace &first = config.space.families[0], &second = config.space.families[1];
  EXPECT_EQ(first.fixed.values.at("batch"), Value(Stairs{{0, 50}, {1e5, 2e5}}));
  ASSERT_EQ(first.axes.size(), 1u);
  EXPECT_EQ(first.axes[0].choices, (std::vector<Value>{0.1, Stairs{{0, 50}, {0.1, 0}}}));
  EXPECT_EQ(second.fixed.values.at("batch"), Value(1e5));
  ASSERT_EQ(second.axes.size(), 1u);
  EXPECT_EQ(second.axes[0].kind, Axis::Kind::log);
  EXPECT_EQ(read_sweep(folder.write("resolved.toml", config.resolved), {}).resolved, config.resolved);
}

TEST(ReadSweep, WritesTheConfigurationAsItWasUnderstood) {
  const SweepFolder folder;
  const Settings settings = {"paths=32",
                             "family.wsd.peak_lr=3e-4",
                             "search.method=\"random\"",
                             "bands.candidates=\"all\"",
                             "bands.times=10",
                             "family.wsd.constraints=[\"decay_fraction < 0.8\", \"peak_lr > 0\"]"};
  const SweepConfig config = read_sweep(folder.write("sweep.toml", example()), settings);
  const SweepConfig again = read_sweep(folder.write("resolved.toml", config.resolved), {});
  EXPECT_EQ(again.resolved, config.resolved);
  EXPECT_EQ(again.paths, 32);
  EXPECT_EQ(again.space.method, SearchMethod::random);
  EXPECT_EQ(again.bands.candidates, BandsConfig::Candidates::all);
  EXPECT_EQ(again.bands.times, 10);
  EXPECT_EQ(again.fit, config.fit);
  EXPECT_EQ(again.space.families[0].axes.size(), 3u);
  EXPECT_EQ(again.space.families[0].constraints, (std::vector<std::string>{"decay_fraction < 0.8", "peak_lr > 0"}));
  EXPECT_EQ(schedule_text(again.space.families[0].fixed), schedule_text(config.space.families[0].fixed));
}

TEST(ReadSweep, NamesTheSizeOfAFitAmongSeveral) {
  const SweepConfig config = read(example(), {"params=25e6"});
  EXPECT_EQ(config.params, 25e6);
  EXPECT_EQ(read(config.resolved).params, 25e6) << config.resolved;
  EXPECT_FALSE(read(example()).params);
  expect_error(ExitCode::usage_or_input, {"params", "0 is not positive"}, [&] { read(example(), {"params=0"}); });
}

TEST(ReadSweep, TakesARaceWithPointsOfItsOwn) {
  const SweepConfig race = read(example(), {"search.method=\"race\""});
  ASSERT_TRUE(race.race);
  EXPECT_FALSE(race.delta);
  EXPECT_EQ(race.space.method, SearchMethod::sobol);
  const Settings settings = {"search.method=\"race\"", "search.points=\"grid\"", "search.delta=2e-3",
                             "search.candidates=500_000_000"};
  const SweepFolder folder;
  const SweepConfig grid = read_sweep(folder.write("sweep.toml", example()), settings);
  EXPECT_EQ(grid.delta, 2e-3);
  EXPECT_EQ(grid.space.method, SearchMethod::grid);
  EXPECT_EQ(grid.space.candidates, 500'000'000);
  EXPECT_EQ(read_sweep(folder.write("resolved.toml", grid.resolved), {}).resolved, grid.resolved);
}

TEST(ReadSweep, FindsTheFilesOfSchedulesBesideIt) {
  const SweepFolder folder;
  const SweepConfig config =
      read_sweep(folder.write("sweep.toml",
                              "format = 1\nfit = \"fit.json\"\n[[family]]\nname = \"file\"\npath = \"a.csv\"\n"
                              "[[family]]\nname = \"file\"\npath = [\"b.csv\", \"c.csv\"]\n"),
                 {});
  EXPECT_EQ(std::get<std::string>(config.space.families[0].fixed.values.at("path")), folder.path() / "a.csv");
  EXPECT_EQ(std::get<std::string>(config.space.families[1].axes[0].choices[1]), folder.path() / "c.csv");
  EXPECT_EQ(config.resolved.find(folder.path().string()), std::string::npos) << config.resolved;
}

TEST(Settings, BeatTheFile) {
  const SweepConfig config =
      read(example(), {"seed=9", "search.candidates=1_00", "search . confidence = 0.5", "family.wsd.shape=\"sqrt\"",
                       "family.wsd.peak_lr={ linear = [1e-3, 2e-3], grid = 2 }", "family.wsd.decay_fraction.grid=7",
                       "family.cosine.warmup_start_lr=1e-5"});
  EXPECT_EQ(config.seed, 9u);
  EXPECT_EQ(config.space.candidates, 100);
  EXPECT_EQ(config.confidence, 0.5);
  const FamilySpace& wsd = config.space.families[0];
  EXPECT_EQ(std::get<std::string>(wsd.fixed.values.at("shape")), "sqrt");
  ASSERT_EQ(wsd.axes.size(), 3u);
  EXPECT_EQ(wsd.axes[0].kind, Axis::Kind::linear);
  EXPECT_EQ(wsd.axes[1].grid_points, 7);
  EXPECT_EQ(std::get<double>(config.space.families[1].fixed.values.at("warmup_start_lr")), 1e-5);
}

TEST(Settings, GoToEveryFamilyOfTheName) {
  const std::string text = replaced(example(), "name = \"cosine\"", "name = \"wsd\"\ndecay_fraction = 0.5");
  const SweepConfig config = read(text, {"family.wsd.peak_lr=5e-4"});
  for (const FamilySpace& family : config.space.families)
    EXPECT_EQ(std::get<double>(family.fixed.values.at("peak_lr")), 5e-4);
}

// What a race limits must be able to happen, and what may happen to a race must be limited.
TEST(ReadSweep, PairsLimitsWithWhatTheyLimit) {
  const std::string race = "search.method=\"race\"", barrier = "spikes={ barrier_noise = 0.02, barrier_limit = 3 }",
                    jumps = "spikes={ jump_rate = 1e-4, critical_lr = 3e-4, mean_jump = 0.1 }";
  EXPECT_EQ(read(example(), {race, barrier, "limits.p_diverge=1e-3"}).limits.divergence_probability, 1e-3);
  EXPECT_EQ(read(example(), {race, jumps, "limits.p_spike=0.1"}).limits.spike_probability, 0.1);
  EXPECT_FALSE(read(example(), {race, jumps}).limits.spike_probability);
  EXPECT_FALSE(read(example(), {barrier}).limits.divergence_probability);
  const auto refused = [&](const Settings& settings, const std::vector<std::string>& parts) {
    expect_error(ExitCode::usage_or_input, parts, [&] { read(example(), settings); });
  };
  refused({race, barrier}, {"spikes: runs may diverge", "Set limits.p_diverge", "or divergence_cost"});
  refused({race, jumps, "limits.p_diverge=1e-3"}, {"limits.p_diverge: no run can diverge", "barrier_limit"});
  refused({race, barrier, "limits.p_diverge=1e-3", "limits.p_spike=0.1"}, {"limits.p_spike: there are no jumps"});
  refused({race, barrier, "limits.p_diverge=1"}, {"limits.p_diverge: 1 is no limit"});
  refused({race, barrier, "limits.p_divege=1"}, {"limits.p_divege: ", "Did you mean \"p_diverge\"?"});
}

// With a race or without; a cost of 0 is none, and is not written.
TEST(ReadSweep, WeighsDivergenceWhereRunsCanDiverge) {
  const std::string race = "search.method=\"race\"", barrier = "spikes={ barrier_noise = 0.02, barrier_limit = 3 }",
                    jumps = "spikes={ jump_rate = 1e-4, critical_lr = 3e-4, mean_jump = 0.1 }";
  for (const Settings& settings :
       {Settings{barrier}, Settings{race, barrier}, Settings{race, barrier, "objective={ tail_mean = 0.9 }"},
        Settings{race, barrier, "limits.p_diverge=1e-3"}}) {
    Settings weighed = settings;
    weighed.push_back("divergence_cost=0.25");
    const SweepConfig config = read(example(), weighed);
    EXPECT_EQ(config.divergence_cost, 0.25);
    EXPECT_EQ(read(config.resolved).divergence_cost, 0.25);
  }
  const SweepConfig free = read(example(), {barrier}), zero = read(example(), {barrier, "divergence_cost=0"});
  EXPECT_EQ(zero.divergence_cost, 0);
  EXPECT_EQ(zero.resolved, free.resolved);
  const auto refused = [&](const Settings& settings, const std::vector<std::string>& parts) {
    expect_error(ExitCode::usage_or_input, parts, [&] { read(example(), settings); });
  };
  refused({"spikes=\"none\"", "divergence_cost=0.25"}, {"divergence_cost: no run can diverge", "barrier_limit"});
  refused({jumps, "divergence_cost=0.25"}, {"divergence_cost: no run can diverge"});
  refused({barrier, "divergence_cost=-0.25"}, {"divergence_cost: -0.25 is no cost of divergence", "from 0 to 100"});
  refused({barrier, "divergence_cost=101"}, {"divergence_cost: 101 is no cost of divergence"});
  refused({barrier, "divergence_cost=inf"}, {"divergence_cost: ", "not finite"});
  refused({barrier, "divergence_costs=1"}, {"divergence_costs: ", "Did you mean \"divergence_cost\"?"});
  refused({race, barrier, "divergence_cost=0"}, {"spikes: runs may diverge", "or divergence_cost"});
  const std::string open = replaced(replaced(example(), "total_steps = 24_000\n", ""), "total_steps = 24000\n", "");
  expect_error(ExitCode::usage_or_input, {"objective: divergence has a cost", "set limits.p_diverge"}, [&] {
    read(open,
         {race, barrier, "divergence_cost=1", "search.horizons=[6_000, 96_000]", "objective={ steps_to_loss = 2.9 }"});
  });
}

TEST(ReadSweep, LooksForStepsBetweenTwoHorizons) {
  const std::string text = replaced(replaced(example(), "total_steps = 24_000\n", ""), "total_steps = 24000\n", "");
  const Settings target = {"search.method=\"race\"", "search.horizons=[6_000, 96_000]",
                           "objective={ steps_to_loss = 2.9 }"};
  const SweepConfig config = read(text, target);
  EXPECT_EQ(config.race->target_loss, 2.9);
  EXPECT_EQ(config.space.horizons, (std::vector<Step>{6000, 96000}));
  EXPECT_EQ(read(config.resolved).race->target_loss, 2.9);
}

// A change to tests/data/sweep.toml: `from` becomes `bad`, which must fail, or `good`, which must not.
struct Change {
  std::string from, bad;
  std::vector<std::string> parts;
  std::string good;
};

const std::string kPeak = "{ log = [1e-4, 1e-3], grid = 4 }";

const std::vector<Change> kChanges = {
    {"format = 1\n", "\n", {":1:1: ", "\"format\" is missing", "Add format = 1"}, "format = 1\n"},
    {"format = 1\n", "format = 3\n", {":1:10: format: ", "reads format 1"}, "format = 0x1\n"},
    {"\"fit.json\"", "\"other.json\"", {":2:7: fit: ", "no file", "other.json", "Correct"}, "\"./fit.json\""},
    {"fit = \"fit.json\"\n", "\n", {":1:1: ", "\"fit\" is missing"}, "fit = 'fit.json'\n"},
    {"seed = 7", "seed = -7", {":3:8: seed: ", "-7 is negative"}, "seed = 9223372036854775807"},
    {"seed = 7",
     "sead = 7",
     {":3:8: sead: ", "unknown key", "format, fit, params, seed", "Did you mean \"seed\"?"},
     ""},
    {"paths = 64", "paths = 0", {":4:9: paths: ", "0 is too few", "Give 2"}, "paths = 2"},
    {"paths = 64", "paths = 3_000_000_000", {":4:9: paths: ", "too many", "Lower"}, "paths = 2e6"},
    {"paths = 64", "paths = 1.5", {":4:9: paths: ", "not a whole number"}, "paths = 2.0"},
    {"\"mean\"", "\"quantile\"", {":5:13: objective: ", "\"quantile\" is unknown", "mean"}, "'mean'"},
    {"method = \"grid\"",
     "method = \"race\"\nhorizons = [12_000, 24_000]",
     {":15:15: family[0].total_steps: ", "the search has horizons"},
     "method = \"race\""},
    {"method = \"grid\"",
     "method = \"race\"\nhorizons = [12_000, 12_000]",
     {":9:21: search.horizons[1]: ", "12000 does not come after 12000"},
     "method = \"race\""},
    {"candidates = 1_000", "horizons = [12_000]", {":9:12: search.horizons: ", "only a race has this"}, ""},
    {"objective = \"mean\"", "limits = { p_spike = 0.1 }", {":5:10: limits: ", "only a race has limits"}, ""},
    {"\"mean\"", "{ quantile = 0.9 }", {":5:13: objective: ", "only a race"}, "'mean'"},
    {"\"mean\"", "{ quantile = 1.5 }", {":5:26: objective.quantile: ", "1.5 is no level"}, "'mean'"},
    {"\"mean\"",
     "{ steps_to_loss = 2.9 }",
     {":5:13: objective: ", "between which numbers of steps", "search.horizons"},
     "'mean'"},
    {"\"mean\"", "{ steps_to_loss = 0 }", {":5:31: objective.steps_to_loss: ", "0 is no loss"}, "'mean'"},
    {"\"mean\"", "{ quantil = 0.9 }", {":5:25: objective.quantil: ", "Did you mean \"quantile\"?"}, "'mean'"},
    {"method = \"grid\"",
     "method = \"gird\"",
     {":8:10: search.method: ", "\"gird\" is unknown", "Did you mean \"grid\"?"},
     "method = \"sobol\""},
    {"candidates = 1_000", "candidates = 0", {":9:14: search.candidates: ", "too few"}, "candidates = 1e6"},
    {"candidates = 1_000", "points = \"sobol\"", {":9:10: search.points: ", "only a race has this"}, ""},
    {"method = \"grid\"",
     "method = \"race\"\ndelta = 0",
     {":9:9: search.delta: ", "0 is no difference that matters"},
     "method = \"race\"\ndelta = 1e-3\npoints = \"grid\""},
    {"method = \"grid\"",
     "method = \"race\"\ndelta = inf",
     {":9:9: search.delta: ", "not finite"},
     "method = \"race\""},
    {"confidence = 0.9",
     "confidence = 1",
     {":10:14: search.confidence: ", "1 is no confidence", "0.95"},
     "confidence = 0.999"},
    {"confidence = 0.9",
     "confidence = 0.9999999999999999",
     {":10:14: search.confidence: ", "too close to 1", "1 - 1e-11"},
     "confidence = 0.99999999999"},
    {"confidence = 0.9",
     "confidence = 0.9\n[bands]\ncandidates = \"finalist\"",
     {":12:14: bands.candidates: ", "\"finalist\" is unknown", "all, none", "Did you mean \"finalists\"?"},
     "confidence = 0.9\n[bands]\ncandidates = \"none\""},
    {"confidence = 0.9",
     "confidence = 0.9\n[bands]\ntimes = 0",
     {":12:9: bands.times: ", "0 is too few", "Give 1 or more"},
     "confidence = 0.9\n[bands]\ntimes = 1"},
    {"confidence = 0.9",
     "confidence = 0.9\n[bands]\ntimes = 10_001",
     {":12:9: bands.times: ", "too many", "10000"},
     "confidence = 0.9\n[bands]\ntimes = 10_000"},
    {"confidence = 0.9",
     "confidence = 0.9\n[bands]\ntime = 5",
     {":12:8: bands.time: ", "unknown key", "Did you mean \"times\"?"},
     "confidence = 0.9\n[bands]\ntimes = 5"},
    {"confidence = 0.9", "confidence = 0.9\nbands = 5", {":11:9: search.bands: ", "unknown key"}, "confidence = 0.9"},
    {"confidence = 0.9", "confidence = 0", {":10:14: search.confidence: ", "0 is no confidence"}, "confidence = 1e-3"},
    {"name = \"wsd\"", "name = \"wsdd\"", {":13:8: family[0].name: ", "wsdd"}, "name = 'wsd'"},
    {"name = \"wsd\"\n", "\n", {":12:1: family[0]: ", "\"name\" is missing"}, "name = \"wsd\" \n"},
    {"name = \"wsd\"", "family = \"wsd\"", {":12:1: family[0]: ", "\"name\" is missing"}, "name = \"wsd\""},
    {kPeak,
     kPeak + "\npeek_lr = 1",
     {":17:11: family[0].peek_lr: ", "unknown key", "Did you mean \"peak_lr\"?"},
     kPeak + "\nwarmup_start_lr = 0"},
    {kPeak, "-1e-4", {":16:11: family[0].peak_lr: ", "negative"}, "1e-4"},
    {kPeak, "\"high\"", {":16:11: family[0].peak_lr: ", "peak_lr is a word", "a learning rate"}, "1"},
    {kPeak, "[]", {":16:11: family[0].peak_lr: ", "the list is empty", "at least one"}, "[1e-3]"},
    {kPeak, "[1e-3, -1e-3]", {":16:18: family[0].peak_lr[1]: ", "negative"}, "[1e-3, 2e-3]"},
    {kPeak,
     "{ log = [1e-3, 1e-4], grid = 4 }",
     {":16:19: family[0].peak_lr.log: ", "[0.001, 1e-4] is reversed", "Swap"},
     "{ log = [1e-4, 2e-4], grid = 4 }"},
    {kPeak,
     "{ log = [1e-3, 1e-3], grid = 4 }",
     {":16:19: family[0].peak_lr.log: ", "empty", "Give the number alone"},
     "1e-3"},
    {kPeak,
     "{ log = [0, 1e-3], grid = 4 }",
     {":16:19: family[0].peak_lr.log: ", "0 is not positive", "linear"},
     "{ linear = [0, 1e-3], grid = 4 }"},
    {kPeak,
     "{ log = [1e-4, inf], grid = 4 }",
     {":16:26: family[0].peak_lr.log[1]: ", "not finite"},
     "{ log = [1e-4, 1e+0], grid = 4 }"},
    {kPeak,
     "{ linear = [nan, 1], grid = 4 }",
     {":16:23: family[0].peak_lr.linear[0]: ", "not finite"},
     "{ linear = [0.5, 1], grid = 4 }"},
    {kPeak,
     "{ log = [1e-4], grid = 4 }",
     {":16:19: family[0].peak_lr.log: ", "there is 1 value (", "[lo, hi]"},
     "[1e-4]"},
    {kPeak,
     "{ log = 1e-4, grid = 4 }",
     {":16:19: family[0].peak_lr.log: ", "a list"},
     "{ log = [1e-4, 2e-4], grid = 4 }"},
    {kPeak,
     "{ logg = [1e-4, 1e-3] }",
     {":16:20: family[0].peak_lr.logg: ", "unknown key", "Did you mean \"log\"?"},
     "{ \"log\" = [1e-4, 1e-3], grid = 2 }"},
    {kPeak, "{ grid = 4 }", {":16:11: family[0].peak_lr: ", "there is no range", "linear = [lo, hi]"}, "4e-4"},
    {kPeak,
     "{ log = [1e-4, 1e-3], linear = [0, 1] }",
     {":16:42: family[0].peak_lr.linear: ", "second range", "\"log\"", "Remove"},
     "{ linear = [0, 1], grid = 4 }"},
    {kPeak,
     "{ log = [1e-4, 1e-3] }",
     {":16:11: family[0].peak_lr: ", "no number of grid points", "Add grid = N"},
     "{ grid = 3, log = [1e-4, 1e-3] }"},
    {kPeak,
     "{ log = [1e-4, 1e-3], grid = 1 }",
     {":16:40: family[0].peak_lr.grid: ", "1 grid points", "Give 2"},
     "{ log = [1e-4, 1e-3], grid = 2 }"},
    {"{ integer = [1000, 3000], grid = 3 }",
     "{ integer = [1000, 1_000_000_000_000], grid = 3_000_000_000 }",
     {":19:62: family[0].warmup_steps.grid: ", "3000000000 grid points", "Give 2 to 2147483647"},
     "{ integer = [1000, 1_000_000_000_000], grid = 3 }"},
    {"{ integer = [1000, 3000], grid = 3 }",
     "{ integer = [1, 2], grid = 3 }",
     {":19:43: family[0].warmup_steps.grid: ", "room for 2"},
     "{ integer = [1, 3], grid = 3 }"},
    {"{ integer = [1000, 3000], grid = 3 }",
     "{ linear = [1, 30], grid = 3 }",
     {":19:27: family[0].warmup_steps.linear: ", "steps are whole numbers", "integer"},
     "{ integer = [1, 30] }"},
    {"{ integer = [1000, 3000], grid = 3 }",
     "{ integer = [1, 2.5] }",
     {":19:32: family[0].warmup_steps.integer[1]: ", "2.5 is not a whole number"},
     "{ integer = [1, 2.0] }"},
    {"[\"linear\", \"sqrt\"]",
     "[\"linear\", \"sqrrt\"]",
     {":15:20: family[0].shape[1]: ", "sqrrt", "Did you mean \"sqrt\"?"},
     "[\"linear\", \"cosine\"]"},
    {"[\"linear\", \"sqrt\"]",
     "{ linear = [0, 1], grid = 2 }",
     {":15:21: family[0].shape.linear[0]: ", "a word"},
     "\"linear\""},
    {"[\"linear\", \"sqrt\"]", "true", {":15:9: family[0].shape: ", "true or false"}, "\"sqrt\""},
};

TEST(ReadSweep, LeadsToTheWrongKey) {
  for (const Change& change : kChanges) {
    SCOPED_TRACE(change.from + " -> " + change.bad);
    const SweepFolder folder;
    const fs::path bad = folder.write("bad.toml", replaced(example(), change.from, change.bad));
    const fs::path good = folder.write("good.toml", replaced(example(), change.from, change.good));
    const auto before = folder.files();
    std::vector<std::string> parts = change.parts;
    parts.front().insert(0, bad.string());
    expect_error(ExitCode::usage_or_input, parts, [&] { read_sweep(bad, {}); });
    EXPECT_NO_THROW(read_sweep(good, {}));
    EXPECT_EQ(folder.files(), before);
  }
}

TEST(ReadSweep, NeedsAFamily) {
  const std::string head = "format = 1\nfit = \"fit.json\"\n";
  expect_error(ExitCode::usage_or_input, {"sweep.toml:1:1: ", "no family", "Add a [[family]]"}, [&] { read(head); });
  expect_error(ExitCode::usage_or_input, {"sweep.toml:3:1: family: ", "a table", "[[...]]"},
               [&] { read(head + "[family]\nname = \"constant\"\n"); });
  EXPECT_NO_THROW(read(head + "[[family]]\nname = \"constant\"\n"));
}

struct BadSetting {
  std::string setting;
  std::vector<std::string> parts;
  std::string good;
};

TEST(Settings, AreCheckedLikeTheFile) {
  const std::vector<BadSetting> kCases = {
      {"search.candidates=0", {"search.candidates: ", "too few"}, "search.candidates=1"},
      {"bands.times=0", {"bands.times: ", "too few"}, "bands.times=10"},
      {"bands=5", {"bands: ", "a table"}, "bands={ candidates = \"none\" }"},
      {"serch.candidates=10", {"serch: ", "unknown key", "Did you mean \"search\"?"}, "search.candidates=10"},
      {"search.candidate=10",
       {"search.candidate: ", "unknown key", "Did you mean \"candidates\"?"},
       "search={ method = \"grid\" }"},
      {"search.method=grid", {"not valid TOML", "quotes"}, "search.method=\"grid\""},
      {"paths", {"not valid TOML", "KEY=VALUE"}, "paths=2"},
      {"", {"not valid TOML", "KEY=VALUE"}, "seed=1"},
      {"#paths=1", {"not one assignment"}, "paths=2#"},
      {"paths=1\nseed=2", {"not one assignment"}, "seed=2"},
      {"#=\npaths=2", {"not one assignment"}, "paths=2"},
      {"family.wsd=1", {"no argument is named", "family.NAME.ARGUMENT"}, "family.wsd.exponent=1"},
      {"family.wds.peak_lr=1", {"no family \"wds\"", "wsd, cosine", "Did you mean \"wsd\"?"}, "family.wsd.peak_lr=1"},
      {"family.wsd.peek_lr=1",
       {"family.wsd.peek_lr: ", "unknown key", "Did you mean \"peak_lr\"?"},
       "family.wsd.warmup_start_lr=1"},
      {"family.wsd.peak_lr=[]", {"family.wsd.peak_lr: ", "the list is empty"}, "family.wsd.peak_lr=[1]"},
      {"family.wsd.peak_lr.log=[2,1]", {"family.wsd.peak_lr.log: ", "reversed"}, "family.wsd.peak_lr.log=[1,2]"},
      {"family.wsd.final_lr_ratio.grid=3",
       {"family[0].final_lr_ratio: ", "there is no range"},
       "family.wsd.peak_lr.grid=3"},
  };
  for (const BadSetting& bad : kCases) {
    SCOPED_TRACE(bad.setting);
    std::vector<std::string> parts = bad.parts;
    parts.push_back("--set " + printable_line(bad.setting));
    expect_error(ExitCode::usage_or_input, parts, [&] { read(example(), {bad.setting}); });
    EXPECT_NO_THROW(read(example(), {bad.good}));
  }
}

}  // namespace
}  // namespace losscast::test
