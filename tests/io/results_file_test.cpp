#include "losscast/io/results_file.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "losscast/format/text_file.hpp"
#include "losscast/schedule/families.hpp"
#include "tests/format/expect_error.hpp"
#include "tests/format/npy_reader.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast::test {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using Names = std::set<std::string>;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

RankedCandidate ranked(std::size_t family, const Arguments& arguments, double mean) {
  return {.candidate = {family, arguments, make_schedule(arguments)},
          .statistics = {.mean = mean,
                         .standard_deviation = 1,
                         .standard_error = 0.5,
                         .posterior_error = 0.125,
                         .reduction = 16,
                         .q05 = 1,
                         .q25 = 2,
                         .q50 = 3,
                         .q75 = 4,
                         .q95 = 5,
                         .q99 = 6,
                         .q999 = 7,
                         .tail_mean = 8,
                         .diverged_share = 0,
                         .status = Status::ok},
          .difference = {},
          .paths = 64,
          .extrapolations = {}};
}

// Two families of one candidate each: one outside what the fit has seen, one that lost all its paths.
struct Sweep {
  SweepConfig config;
  Fit fit;
  SweepResult result;

  Sweep() {
    const Arguments linear = {{{"family", "linear"}, {"peak_lr", 1e-3}, {"total_steps", 100.0}}};
    const Arguments multi_step = {{{"family", "multi-step"},
                                   {"peak_lr", 2e-3},
                                   {"total_steps", 100.0},
                                   {"milestone_fractions", std::vector<double>{0.8, 0.9}},
                                   {"factors", std::vector<double>{0.5, 0.25}}}};
    config.fit = "fit.json";
    config.resolved = "format = 1\n";
    config.space.families = {{.family = "linear", .fixed = linear, .axes = {}},
                             {.family = "multi-step", .fixed = multi_step, .axes = {}}};
    fit.model = "power";
    result.ranked = {ranked(0, linear, 2.5), ranked(1, multi_step, kInfinity)};
    result.ranked[0].extrapolations = {"peak_lr high", "total_steps, low"};
    result.ranked[1].statistics.status = Status::diverged;
    result.ranked[1].difference = {0.25, 0.125, 0.0625, -1, 1};
    result.ranked[1].known = {0.5, 1.5, -2, 2, 0.75};
    result.known.delta = 1e-3;
    result.known.draws = 128;
    result.known.undecided = 2;
    result.known.next_run = multi_step;
    result.known.next_run_gain = 1.5;
  }

  void write(const fs::path& folder) const { write_results(folder, config, fit, result, {}); }
};

TEST(WriteResults, WritesARowACandidateWithTheArgumentsOfAllFamilies) {
  const ScratchFolder folder;
  Sweep().write(folder.path());
  EXPECT_EQ(folder.files(), (Names{"results.csv", "results.json"}));
  EXPECT_EQ(read_text_file(folder.path() / "results.csv"),
            "rank,family,factors,milestone_fractions,peak_lr,total_steps,mean,se,posterior_se,reduction,q05,q25,q50,"
            "q75,q95,q99,q999,tail_mean,q05_low,q05_high,q25_low,q25_high,q50_low,q50_high,q75_low,q75_high,q95_low,"
            "q95_high,q99_low,q99_high,q999_low,q999_high,"
            "known_difference,known_low,known_high,p_within,"
            "difference,"
            "difference_se,"
            "difference_posterior_se,difference_low,difference_high,paths,extrapolates,status\n"
            "1,linear,,,0.001,100,2.5,0.5,0.125,16,1,2,3,4,5,6,7,8,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,64,"
            "\"peak_lr "
            "high; total_steps, low\",ok\n"
            "2,multi-step,\"[0.5, 0.25]\",\"[0.8, "
            "0.9]\",0.002,100,inf,0.5,0.125,16,1,2,3,4,5,6,7,8,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0.5,-2,2,0.75,0.25,0.125,0."
            "0625,-1,1,64,,"
            "diverged\n");
}

// Where divergence has a cost: its probability, and the mean with what it adds, beside the mean itself.
TEST(WriteResults, WritesWhatDivergenceAdds) {
  const ScratchFolder folder;
  Sweep sweep;
  sweep.config.divergence_cost = 0.5;
  sweep.result.ranked[0].divergence = {0.25, 0.125};
  sweep.write(folder.path());
  const std::string csv = read_text_file(folder.path() / "results.csv");
  EXPECT_NE(csv.find(",difference_low,difference_high,p_diverge,weighed_mean,paths,"), std::string::npos);
  EXPECT_NE(csv.find("\n1,linear,,,0.001,100,2.5,"), std::string::npos);
  EXPECT_NE(csv.find(",0.25,2.625,64,"), std::string::npos);
  EXPECT_NE(csv.find(",0,inf,64,"), std::string::npos);
  const Json best = Json::parse(read_text_file(folder.path() / "results.json"))["best"];
  EXPECT_EQ(best["mean"], 2.5);
  EXPECT_EQ(best["p_diverge"], 0.25);
  EXPECT_EQ(best["weighed_mean"], 2.625);
  sweep.config.divergence_cost = 0;
  sweep.write(folder.path());
  EXPECT_FALSE(Json::parse(read_text_file(folder.path() / "results.json"))["best"].contains("weighed_mean"));
}

TEST(WriteResults, LeavesNothingWhereALaterFileFails) {
  const ScratchFolder folder;
  fs::create_directories(folder.path() / "taken" / "results.json");
  expect_error(ExitCode::internal_or_io, {"taken/results.json", "Is a directory"},
               [&] { Sweep().write(folder.path() / "taken"); });
  EXPECT_FALSE(fs::exists(folder.path() / "taken" / "results.csv"));
}

TEST(WriteResults, SumsUpInJson) {
  const ScratchFolder folder;
  const Sweep sweep;
  sweep.write(folder.path() / "new" / "results");
  const Json json = Json::parse(read_text_file(folder.path() / "new" / "results" / "results.json"));
  EXPECT_EQ(json["format"], 1);
  EXPECT_EQ(json["counts"], (Json{{"candidates", 2},
                                  {"paths_per_candidate", 1024},
                                  {"ok", 1},
                                  {"diverged", 1},
                                  {"non_finite", 0},
                                  {"extrapolating", 1}}));
  EXPECT_EQ(json["best"]["mean"], 2.5);
  EXPECT_EQ(json["best"]["schedule"], R"({ family = "linear", peak_lr = 0.001, total_steps = 100 })");
  EXPECT_EQ(json["best"]["known"],
            (Json{{"difference", 0.0}, {"deviation", 0.0}, {"low", 0.0}, {"high", 0.0}, {"p_within", 0.0}}));
  EXPECT_EQ(json["known"]["delta"], 1e-3);
  EXPECT_EQ(json["known"]["undecided"], 2);
  EXPECT_NE(json["known"]["next_run"].get<std::string>().find("multi-step"), std::string::npos);
  EXPECT_EQ(json["known"]["next_run_gain"], 1.5);
  EXPECT_EQ(json["config"], sweep.config.resolved);
  EXPECT_TRUE(json["bands"].is_null());
}

// The second of the candidates, at two times.
SweepBands example_bands(const Statistics& one) {
  return {.ranks = {2}, .finalists = 3, .fractions = {0.5, 1}, .steps = {64, 100}, .statistics = {one, one}};
}

TEST(WriteResults, WritesBandsAsAnArrayThatJsonDescribes) {
  const ScratchFolder folder;
  Sweep sweep;
  sweep.result.bands = example_bands(sweep.result.ranked[1].statistics);
  sweep.write(folder.path());
  EXPECT_EQ(folder.files(), (Names{"bands.npy", "results.csv", "results.json"}));
  const auto array = read_npy(read_text_file(folder.path() / "bands.npy"));
  EXPECT_EQ(array.shape, (std::vector<std::size_t>{1, 2, 13}));
  EXPECT_EQ(array.at(0, 0, 0), 64);
  EXPECT_EQ(array.at(0, 1, 0), 100);
  EXPECT_EQ(array.at(0, 1, 1), kInfinity);
  EXPECT_EQ(array.at(0, 1, 12), 8);
  const Json json = Json::parse(read_text_file(folder.path() / "results.json"));
  EXPECT_EQ(json["bands"], (Json{{"file", "bands.npy"},
                                 {"finalists", 3},
                                 {"finalists_left_out", 2},
                                 {"candidates", {2}},
                                 {"fractions", {0.5, 1.0}},
                                 {"statistics",
                                  {"step", "mean", "se", "posterior_se", "reduction", "q05", "q25", "q50", "q75", "q95",
                                   "q99", "q999", "tail_mean"}}}));
}

TEST(WriteResults, HasNullForWhatIsNotFinite) {
  const ScratchFolder folder;
  Sweep sweep;
  std::swap(sweep.result.ranked[0], sweep.result.ranked[1]);
  sweep.write(folder.path());
  const Json best = Json::parse(read_text_file(folder.path() / "results.json"))["best"];
  EXPECT_TRUE(best["mean"].is_null());
  EXPECT_EQ(best["status"], "diverged");
  EXPECT_EQ(best["arguments"]["factors"], (Json{0.5, 0.25}));
}

TEST(WriteResults, LeavesNothingBehindWhenItFails) {
  const ScratchFolder folder;
  folder.write("a_file", "");
  expect_error(ExitCode::internal_or_io, {"a_file"}, [&] { Sweep().write(folder.path() / "a_file" / "results"); });
  fs::create_directories(folder.path() / "results.json");
  Sweep sweep;
  sweep.result.bands = example_bands({});
  expect_error(ExitCode::internal_or_io, {"results.json"}, [&] { sweep.write(folder.path()); });
  EXPECT_EQ(folder.files(), (Names{"a_file", "results.json"}));
}

}  // namespace
}  // namespace losscast::test
