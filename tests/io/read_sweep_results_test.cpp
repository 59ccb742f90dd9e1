#include "losscast/io/read_sweep_results.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "losscast/format/text_file.hpp"
#include "losscast/io/results_file.hpp"
#include "losscast/io/sweep_file.hpp"
#include "losscast/schedule/families.hpp"
#include "losscast/schedule/schedule_text.hpp"
#include "tests/format/expect_error.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast::test {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr ExitCode kInput = ExitCode::usage_or_input;

const std::string kSweep = R"(format = 1
fit = "fit.json"
paths = 64
[search]
method = "sobol"
[[family]]
name = "wsd"
shape = ["linear", "sqrt"]
peak_lr = { log = [1e-4, 1e-3] }
decay_fraction = 0.25
total_steps = 100
[[family]]
name = "multi-step"
peak_lr = 1e-3
total_steps = 100
milestone_fractions = [0.8, 0.9]
factors = [[0.5, 0.25], [0.5, 0.1]]
)";

RankedCandidate candidate(std::size_t family, const std::string& schedule, double mean) {
  const Arguments arguments = parse_schedule_text(schedule, "test");
  RankedCandidate one{.candidate = {family, arguments, make_recipe(arguments)},
                      .statistics = {},
                      .difference = {},
                      .paths = 64,
                      .extrapolations = {}};
  one.statistics.mean = mean;
  one.statistics.q05 = mean - 0.5;
  one.statistics.q95 = mean + 0.5;
  return one;
}

// A sweep of two families, with the loss over time of its first candidate, written into a folder.
class Written : public ScratchFolder {
 public:
  Written() {
    config = parse_resolved_sweep(kSweep, "test");
    fit.model = "power";
    fit.seen.peak_lr_min = 1e-4;
    fit.seen.peak_lr_max = 2e-4;
    fit.warnings = {"all peaks are alike"};
    result.ranked = {
        candidate(0, R"({ family = "wsd", shape = "sqrt", peak_lr = 3e-4, decay_fraction = 0.25, total_steps = 100 })",
                  2.5),
        candidate(
            1,
            R"({ family = "multi-step", peak_lr = 1e-3, milestone_fractions = [0.8, 0.9], factors = [0.5, 0.25], )"
            "total_steps = 100 }",
            2.75),
        candidate(0,
                  R"({ family = "wsd", shape = "linear", peak_lr = 1e-3, decay_fraction = 0.25, total_steps = 100 })",
                  kInfinity)};
    result.ranked[1].known = {0.25, 1.5, -2, 2, 0.75};
    result.ranked[1].difference = {0.25, 0.125, 0.0625, -1, 1};
    result.ranked[1].extrapolations = {"peak_lr 0.001 above 0.0002", "total_steps 100 above 60"};
    result.ranked[2].statistics.status = Status::diverged;
    result.known.delta = 1e-3;
    result.known.draws = 128;
    result.known.undecided = 2;
    result.known.next_run = result.ranked[1].candidate.arguments;
    result.bands =
        SweepBands{.ranks = {1}, .finalists = 1, .fractions = {0.5, 1}, .steps = {50, 100}, .statistics = {}};
    result.bands->statistics.assign(2, result.ranked[0].statistics);
    result.bands->statistics[0].mean = 2.625;
    result.performance.backend = "cpu";
    result.performance.device = "generic";
    result.step_error.block = 16;
    write();
  }

  void write() const {
    write_results(path(), config, fit, result, {"losscast sweep", {"fit.json"}, "1", "r", "b", "d", "2026"});
  }

  // Writes the file anew, with this part of its text replaced.
  void damage(const char* file, const std::string& from, const std::string& to) const {
    ScratchFolder::write(file, replaced(read_text_file(path() / file), from, to));
  }

  SweepConfig config;
  Fit fit;
  SweepResult result;
};

TEST(SweepResults, ReadBackAsTheyWereWritten) {
  const Written folder;
  const SweepResults results = read_sweep_results(folder.path());
  ASSERT_EQ(results.rows.size(), 3u);
  EXPECT_EQ(results.candidates, 3u);
  EXPECT_EQ(results.lost, 1u);
  for (std::size_t i = 0; i < 3; ++i) {
    const RankedCandidate& written = folder.result.ranked[i];
    EXPECT_EQ(results.rows[i].rank, i + 1);
    EXPECT_EQ(results.rows[i].arguments, written.candidate.arguments) << i;
    EXPECT_EQ(results.rows[i].statistics.mean, written.statistics.mean);
    EXPECT_EQ(results.rows[i].statistics.q95, written.statistics.q95);
    EXPECT_EQ(results.rows[i].statistics.status, written.statistics.status);
    EXPECT_EQ(results.rows[i].ranked_by, written.statistics.mean);
    EXPECT_EQ(results.rows[i].known.p_within, written.known.p_within);
    EXPECT_EQ(results.rows[i].difference.high, written.difference.high);
    EXPECT_FALSE(results.rows[i].p_diverge);
  }
  EXPECT_EQ(results.rows[1].extrapolates, "peak_lr 0.001 above 0.0002; total_steps 100 above 60");
  EXPECT_EQ(results.config.space.families.size(), 2u);
  EXPECT_EQ(results.config.paths, 64);
  EXPECT_EQ(results.known.undecided, 2);
  EXPECT_EQ(results.known.next_run, folder.result.known.next_run);
  EXPECT_EQ(results.fit.file, "fit.json");
  EXPECT_EQ(results.fit.seen.peak_lr_max, 2e-4);
  EXPECT_EQ(results.fit.warnings, folder.fit.warnings);
  ASSERT_TRUE(results.bands);
  EXPECT_EQ(results.bands->steps, (std::vector<Step>{50, 100}));
  EXPECT_EQ(results.bands->statistics[0].mean, 2.625);
  EXPECT_EQ(results.block, 16);
  EXPECT_EQ(results.provenance.command_line, "losscast sweep");
  EXPECT_FALSE(results.certificate);
}

TEST(SweepResults, ReadBackDivergenceAndDoubts) {
  Written folder;
  folder.config = parse_resolved_sweep(
      replaced(kSweep, "paths = 64\n",
               "paths = 64\ndivergence_cost = 0.5\nspikes = { barrier_noise = 0.02, barrier_limit = 4 }\n"),
      "test");
  folder.result.ranked[1].divergence = {0.25, 0.125};
  folder.fit.diagnostics.push_back({.curve = "a", .points = 100, .rms_residual = 0.1});
  folder.write();
  const SweepResults results = read_sweep_results(folder.path());
  EXPECT_EQ(results.rows[1].p_diverge, 0.25);
  EXPECT_EQ(results.rows[1].ranked_by, 2.875);
  ASSERT_EQ(results.fit.doubts.size(), 1u);
}

// A search over horizons has its steps in no column: candidates are ranked at those of the best schedule.
TEST(SweepResults, ReadBackTheStepsThatASearchHasFound) {
  Written folder;
  std::string sweep = replaced(kSweep, "\"sobol\"", "\"race\"\nhorizons = [50, 200]");
  for (const std::string fixed = "total_steps = 100\n"; sweep.find(fixed) != std::string::npos;)
    sweep.erase(sweep.find(fixed), fixed.size());
  folder.config = parse_resolved_sweep(sweep, "test");
  folder.write();
  const SweepResults results = read_sweep_results(folder.path());
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_EQ(results.rows[i].arguments, folder.result.ranked[i].candidate.arguments) << i;
}

// Of long rankings the first rows, the first of each family, and some of the others are kept.
TEST(SweepResults, OfVeryManyCandidatesAreAFew) {
  Written folder;
  const RankedCandidate other = folder.result.ranked[1];
  folder.result.ranked.erase(folder.result.ranked.begin() + 1);
  folder.result.ranked.insert(folder.result.ranked.begin() + 1, 9'000, folder.result.ranked[0]);
  folder.result.ranked.push_back(other);
  folder.write();
  const SweepResults results = read_sweep_results(folder.path());
  EXPECT_EQ(results.candidates, 9'003u);
  EXPECT_LE(results.rows.size(), kFirstRanks + kSpreadRanks + 2);
  EXPECT_GE(results.rows.size(), kFirstRanks + kSpreadRanks / 2);
  EXPECT_EQ(results.rows[kFirstRanks - 1].rank, kFirstRanks);
  EXPECT_EQ(results.rows.back().rank, 9'003u) << "the only one of its family";
}

TEST(SweepResults, AreRefusedWhereAFileIsMissingOrAnotherOne) {
  const Written folder;
  expect_error(kInput, {"nowhere", "no such folder"}, [&] { read_sweep_results(folder.path() / "nowhere"); });
  expect_error(kInput, {"results.csv", "this is no folder"},
               [&] { read_sweep_results(folder.path() / "results.csv"); });
  const ScratchFolder empty;
  expect_error(kInput, {"this folder holds no results", "there is no results.json"},
               [&] { read_sweep_results(empty.path()); });
  empty.write("results.json", "{ \"format\": 1, ");
  expect_error(kInput, {"results.json:1:", "not valid JSON"}, [&] { read_sweep_results(empty.path()); });
  empty.write("results.json", "{ \"a\": 1 }");
  expect_error(kInput, {"results.json", "format"}, [&] { read_sweep_results(empty.path()); });
  empty.write("results.json", read_text_file(folder.path() / "results.json"));
  expect_error(kInput, {"bands.npy", "no such file"}, [&] { read_sweep_results(empty.path()); });
  empty.write("bands.npy", read_text_file(folder.path() / "bands.npy"));
  expect_error(kInput, {"results.csv", "no such file"}, [&] { read_sweep_results(empty.path()); });
  empty.write("results.csv", read_text_file(folder.path() / "results.csv"));
  EXPECT_EQ(read_sweep_results(empty.path()).candidates, 3u);  // control
}

struct Damage {
  const char* file;
  std::string from, to;
  std::vector<std::string> said;
};

TEST(SweepResults, AreRefusedWhereTheyAreDamaged) {
  const Damage kDamages[] = {
      {"results.json", "\"schedule\"", "\"shedule\"", {"results.json", "\"schedule\" is missing"}},
      {"results.json", "name = \\\"wsd\\\"", "name = \\\"wds\\\"", {"results.json: config", "wds"}},
      {"results.json", "\"fractions\": [0.5, 1]", "\"fractions\": [1]", {"bands.npy", "another shape"}},
      {"results.json", "\"mean\": 2.5", "\"mean\": 2.25", {"results.json", "different sweeps"}},
      {"results.json", "\"candidates\": 3", "\"candidates\": 4", {"results.csv", "the file has 3 candidates"}},
      {"results.csv", "2,multi-step", "3,multi-step", {"results.csv:3:1", "rank 2 is wanted here"}},
      {"results.csv", "2,multi-step", "2,multi-stop", {"results.csv:3:3", "multi-stop"}},
      {"results.csv", "diverged\n", "lost\n", {"results.csv:4", "\"lost\" is no status"}},
      {"results.csv", ",p_within", ",p_inside", {"results.csv:1", "\"p_within\" is missing"}},
      {"results.csv", "\n1,wsd,0.25", "\n1,wsd,x", {"results.csv:2", "decay_fraction"}},
      {"bands.npy", "'<f8'", "'<f4'", {"bands.npy", "its header is another one"}},
      {"bands.npy", "NUMPY", "NUMPI", {"bands.npy", "no such .npy file"}}};
  for (const auto& [file, from, to, said] : kDamages) {
    const Written folder;
    folder.damage(file, from, to);
    expect_error(kInput, said, [&] { read_sweep_results(folder.path()); });
  }
}

// Bands of another sweep of the same shape end at other losses.
TEST(SweepResults, AreRefusedWithTheBandsOfAnotherSweep) {
  Written folder, other;
  other.result.bands->statistics[1].mean = 2.4375;
  other.write();
  folder.ScratchFolder::write("bands.npy", read_text_file(other.path() / "bands.npy"));
  expect_error(kInput, {"bands.npy", "rank 1 has another loss", "different sweeps"},
               [&] { read_sweep_results(folder.path()); });
}

}  // namespace
}  // namespace losscast::test
