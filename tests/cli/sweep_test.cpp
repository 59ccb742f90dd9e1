#include <gtest/gtest.h>

#include <sstream>

#include "losscast/format/text_file.hpp"
#include "losscast/schedule/schedule_text.hpp"
#include "tests/cli/program.hpp"
#include "tests/cli/small_problem.hpp"
#include "tests/format/npy_reader.hpp"

namespace losscast::test {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using Names = std::vector<std::string>;

constexpr std::size_t kCandidates = 48;

// The rows of a CSV file none of whose values has a comma in it, keyed by the header.
std::vector<std::map<std::string, std::string>> rows_of(const fs::path& file) {
  std::istringstream lines(read_text_file(file));
  const auto next = [&](std::vector<std::string>& cells) {
    std::string line, cell;
    cells.clear();
    if (!std::getline(lines, line)) return false;
    std::istringstream values(line);
    while (std::getline(values, cell, ',')) cells.push_back(cell);
    return true;
  };
  std::vector<std::string> header, cells;
  next(header);
  std::vector<std::map<std::string, std::string>> rows;
  while (next(cells)) {
    EXPECT_EQ(cells.size(), header.size());
    auto& row = rows.emplace_back();
    for (std::size_t c = 0; c < cells.size(); ++c) row[header[c]] = cells[c];
  }
  return rows;
}

TEST(SweepCommand, RanksTheCandidates) {
  const SmallProblem folder;
  const Outcome outcome = run_well(folder.path(), {"sweep", "sweep.toml"});
  const fs::path results = folder.path() / "sweep_results";
  EXPECT_TRUE(read_text_file(results / "results.csv")
                  .starts_with("rank,family,decay_fraction,final_lr_ratio,peak_lr,shape,total_steps,warmup_steps,"
                               "mean,se,posterior_se,reduction,q05,q25,q50,q75,q95,q99,q999,tail_mean,q05_low,q05_high,"
                               "q25_low,q25_high,q50_low,q50_high,q75_low,q75_high,q95_low,q95_high,q99_low,q99_high,"
                               "q999_low,q999_high,known_difference,known_low,known_high,p_within,difference,"
                               "difference_se,difference_posterior_se,"
                               "difference_low,difference_high,paths,extrapolates,status\n"));
  const auto rows = rows_of(results / "results.csv");
  ASSERT_EQ(rows.size(), kCandidates);
  double last_mean = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& row = rows[i];
    EXPECT_EQ(row.at("rank"), std::to_string(i + 1));
    EXPECT_EQ(row.at("status"), "ok");
    const bool is_cosine = row.at("family") == "cosine";
    EXPECT_EQ(row.at("shape").empty(), is_cosine);
    EXPECT_EQ(row.at("final_lr_ratio"), is_cosine ? "0.1" : "");
    EXPECT_EQ(row.at("extrapolates").empty(), std::stod(row.at("peak_lr")) == 3e-3);
    // On common random numbers, the mean of the differences is the difference of the means.
    EXPECT_NEAR(std::stod(row.at("difference")), std::stod(row.at("mean")) - std::stod(rows[0].at("mean")), 1e-6);
    EXPECT_LE(std::stod(row.at("known_low")), std::stod(row.at("known_high")));
    EXPECT_GE(std::stod(row.at("p_within")), 0);
    EXPECT_LE(std::stod(row.at("p_within")), 1);
    EXPECT_LE(std::stod(row.at("difference_low")), std::stod(row.at("difference")));
    EXPECT_GE(std::stod(row.at("difference_high")), std::stod(row.at("difference")));
    EXPECT_GE(std::stod(row.at("mean")), last_mean);
    last_mean = std::stod(row.at("mean"));
  }
  for (const char* part : {"rank", "minus best", "90% interval (fit)", "P(within 0.001)", "of 48 candidates,",
                           "the simulation's own error", "outside: peak_lr", "sweep_results/results.csv"})
    EXPECT_NE(outcome.out.find(part), std::string::npos) << part << " is not in: " << outcome.out;
  EXPECT_NE(outcome.out.find("\n10 "), std::string::npos) << "ten are shown";
  EXPECT_EQ(outcome.out.find("\n11 "), std::string::npos) << "ten are shown";
  EXPECT_NE(outcome.err.find("48 of 48 candidates lie outside"), std::string::npos) << outcome.err;
}

TEST(SweepCommand, DescribesTheResultInJson) {
  const SmallProblem folder;
  const Json printed = run_for_json(folder.path(), {"sweep", "sweep.toml", "--out", "a/b"});
  Json written = Json::parse(read_text_file(folder.path() / "a" / "b" / "results.json"));
  EXPECT_EQ(keys(written),
            (Names{"bands", "best", "block", "certificate", "confidence", "config", "counts", "fit", "format", "known",
                   "levers", "performance", "precision", "provenance", "step_error"}));
  EXPECT_EQ(keys(written["performance"]),
            (Names{"backend", "block_steps", "device", "engine_seconds", "math", "path_steps", "total_seconds"}));
  EXPECT_EQ(written["counts"]["candidates"], kCandidates);
  EXPECT_EQ(written["counts"]["ok"], kCandidates);
  EXPECT_EQ(written["counts"]["paths_per_candidate"], 40);
  EXPECT_EQ(written["fit"]["model"], "power");
  EXPECT_EQ(written["provenance"]["inputs"], (Json{"sweep.toml", "fit.json"}));
  EXPECT_EQ(parse_schedule(written["best"]["schedule"].get<std::string>(), "best").peak_lr(),
            written["best"]["arguments"]["peak_lr"].get<double>());

  ASSERT_EQ(printed["first"].size(), 10u);
  EXPECT_EQ(printed["first"][0]["mean"], written["best"]["mean"]);
  EXPECT_EQ(printed["out"], "a/b");
  for (const auto& [key, value] : written.items()) EXPECT_EQ(printed[key], value) << key;
}

// Each of them ends at what results.csv says of that rank.
TEST(SweepCommand, WritesTheBandsOfTheFinalists) {
  const SmallProblem folder;
  const Outcome outcome = run_well(folder.path(), {"sweep", "sweep.toml", "--set", "bands.times=4"});
  EXPECT_NE(outcome.err.find("once more, for bands over time"), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.out.find("sweep_results/bands.npy"), std::string::npos) << outcome.out;
  const fs::path results = folder.path() / "sweep_results";
  const Json bands = Json::parse(read_text_file(results / "results.json"))["bands"];
  const auto rows = rows_of(results / "results.csv");
  const auto array = read_npy(read_text_file(results / "bands.npy"));
  ASSERT_EQ(array.shape, (std::vector<std::size_t>{bands["candidates"].size(), 4, bands["statistics"].size()}));
  EXPECT_EQ(bands["fractions"], (Json{0.25, 0.5, 0.75, 1.0}));
  EXPECT_EQ(bands["finalists"], bands["candidates"].size());
  for (std::size_t c = 0; c < array.shape[0]; ++c) {
    const auto& row = rows.at(bands["candidates"][c].get<std::size_t>() - 1);
    EXPECT_LE(std::stod(row.at("difference_low")), 0);
    EXPECT_EQ(array.at(c, 3, 0), 1000);
    for (std::size_t s = 1; s < array.shape[2]; ++s) {
      const double ranked = std::stod(row.at(bands["statistics"][s].get<std::string>()));
      EXPECT_TRUE(array.at(c, 3, s) == ranked || (std::isnan(array.at(c, 3, s)) && std::isnan(ranked))) << s;
    }
  }
  run_well(folder.path(), {"sweep", "sweep.toml", "--set", "bands.candidates=\"none\"", "--out", "none"});
  EXPECT_FALSE(fs::exists(folder.path() / "none" / "bands.npy"));
}

TEST(SweepCommand, GivesTheSameBytesOnAnyNumberOfThreads) {
  const SmallProblem folder;
  std::vector<std::string> tables, bands;
  std::vector<Json> documents;
  for (const char* threads : {"1", "1", "2", "3"}) {
    run_well(folder.path(), {"sweep", "sweep.toml", "--threads", threads});
    tables.push_back(read_text_file(folder.path() / "sweep_results" / "results.csv"));
    bands.push_back(read_text_file(folder.path() / "sweep_results" / "bands.npy"));
    documents.push_back(Json::parse(read_text_file(folder.path() / "sweep_results" / "results.json")));
    documents.back().erase("performance");
    documents.back().erase("provenance");
  }
  for (std::size_t i = 1; i < tables.size(); ++i) {
    EXPECT_EQ(tables[i], tables[0]);
    EXPECT_EQ(bands[i], bands[0]);
    EXPECT_EQ(documents[i].dump(), documents[0].dump());
  }
}

TEST(SweepCommand, SettingsBeatTheFile) {
  const SmallProblem folder;
  run_well(folder.path(),
           {"sweep", "sweep.toml", "--set", "paths=8", "--set", "family.wsd.shape=[\"sqrt\", \"cosine\"]", "--set",
            "family.cosine.peak_lr=3e-3", "--out", "quick"});
  const Json written = Json::parse(read_text_file(folder.path() / "quick" / "results.json"));
  EXPECT_EQ(written["counts"]["paths_per_candidate"], 8);
  EXPECT_EQ(written["counts"]["candidates"], 41);
  EXPECT_EQ(written["counts"]["extrapolating"], 40);
  std::set<std::string> shapes;
  for (const auto& row : rows_of(folder.path() / "quick" / "results.csv")) shapes.insert(row.at("shape"));
  EXPECT_EQ(shapes, (std::set<std::string>{"", "sqrt", "cosine"}));
  expect_failure(run_losscast(folder.path(), {"sweep", "sweep.toml", "--set", "path=8"}), ExitCode::usage_or_input,
                 {"--set", "\"path\"", "Did you mean \"paths\"?"});
}

TEST(SweepCommand, SaysWhatConstraintsLeaveOut) {
  const SmallProblem folder;
  const auto err = [&](const std::string& constraint) {
    return run_well(folder.path(),
                    {"sweep", "sweep.toml", "--set", "paths=8", "--out", "out_of_" + constraint.substr(0, 1), "--set",
                     "family.wsd.constraints=[\"" + constraint + "\"]"})
        .err;
  };
  const std::string some = err("peak_lr > 5e-3"), all = err("0 > 1");
  EXPECT_NE(some.find("family wsd: its constraints leave out 30 of 40 points"), std::string::npos) << some;
  EXPECT_NE(some.find("simulating 18 candidates among 48 points: 48 of 48"), std::string::npos) << some;
  EXPECT_NE(
      all.find("warning: sweep.toml:7: family wsd is not searched: its constraints leave out all of its points (40)"),
      std::string::npos)
      << all;
}

TEST(SweepCommand, StopsAtAPrecisionAndSaysWhatItTook) {
  const SmallProblem folder;
  const Json reached = run_for_json(folder.path(), {"sweep", "sweep.toml", "--target-se", "1e-2", "--out", "a"});
  EXPECT_EQ(reached["precision"]["stopped_by"], "target");
  EXPECT_EQ(reached["precision"]["missed"], 0);
  const Outcome warned =
      run_losscast(folder.path(), {"sweep", "sweep.toml", "--target-se", "1e-5", "--plain", "--out", "b", "--json"});
  EXPECT_NE(warned.err.find("48 of 48 means missed the standard error of 1e-05"), std::string::npos) << warned.err;
  const Json missed = Json::parse(warned.out);
  EXPECT_EQ(missed["precision"]["stopped_by"], "paths");
  EXPECT_EQ(missed["precision"]["missed"], kCandidates);
  EXPECT_EQ(missed["levers"]["antithetic"], false);
  EXPECT_EQ(missed["best"]["reduction"], 1.0);
}

TEST(SweepCommand, RefusesGoalsThatCannotBeMet) {
  const SmallProblem folder;
  const auto message = [&](const std::vector<std::string>& flags) {
    std::vector<std::string> all = {"sweep", "sweep.toml", "--out", "refused"};
    all.insert(all.end(), flags.begin(), flags.end());
    const Outcome outcome = run_losscast(folder.path(), all);
    EXPECT_EQ(outcome.exit_code, 2) << outcome.err;
    EXPECT_FALSE(fs::exists(folder.path() / "refused"));
    return outcome.err;
  };
  EXPECT_NE(message({"--target-se", "1e-9"}).find("cannot be honest"), std::string::npos);
  EXPECT_NE(message({"--target-se", "1e-3", "--max-path-steps", "10"}).find("reach nothing"), std::string::npos);
  EXPECT_NE(message({"--plain", "--levers", "antithetic"}).find("contradicts --plain"), std::string::npos);
  EXPECT_NE(message({"--levers", "magic"}).find("there is no lever \"magic\""), std::string::npos);
  EXPECT_NE(message({"--target-se", "-1"}).find("--target-se"), std::string::npos);
}

TEST(SweepCommand, RacesAndCertifies) {
  const SmallProblem folder;
  const Names race = {"sweep", "sweep.toml", "--set", "search.method=\"race\"", "--set", "search.points=\"grid\""};
  const auto with = [&](Names more) {
    Names all = race;
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  const Json result = run_for_json(folder.path(), with({"--delta", "2e-3", "--json", "--strict"}));
  const Json& certificate = result.at("certificate");
  EXPECT_EQ(certificate.at("certified"), true);
  EXPECT_EQ(certificate.at("delta"), 2e-3);
  EXPECT_EQ(certificate.at("candidates"), kCandidates);
  EXPECT_GE(certificate.at("p_selection"), 0.95);
  EXPECT_GT(certificate.at("p_posterior"), 0);
  EXPECT_EQ(certificate.at("stopped_by"), "decided");
  EXPECT_EQ(certificate.at("winner"), result.at("best").at("schedule"));
  EXPECT_EQ(certificate.at("stages").at(0).at("candidates"), kCandidates);
  EXPECT_EQ(read_text_file(folder.path() / "sweep_results" / "results.json").find("\"certificate\": null"),
            std::string::npos);
  const Outcome said = run_well(folder.path(), with({"--delta", "2e-3"}));
  EXPECT_NE(said.err.find("nothing to do"), std::string::npos) << "the answer is given again: " << said.err;
  EXPECT_LT(said.out.find("by what the fit knows, the winner's mean is within 0.002 nats of the best"),
            said.out.find("the simulation is certified"))
      << said.out;
  for (const char* part :
       {"certified: by its mean, the winner is within 0.002 nats of the best of 48 candidates", "winner: {"})
    EXPECT_NE(said.out.find(part), std::string::npos) << said.out;
  expect_failure(run_losscast(folder.path(), with({"--confidence", "1"})), ExitCode::usage_or_input, {"confidence"});
  expect_failure(run_losscast(folder.path(), with({"--delta", "-1"})), ExitCode::usage_or_input, {"search.delta"});
  expect_failure(run_losscast(folder.path(), with({"--delta", "1e-12"})), ExitCode::usage_or_input, {"too small"});
}

TEST(SweepCommand, FindsTheFewestStepsToALoss) {
  const SmallProblem folder;
  folder.write("open.toml", open_race("fit.json"));
  const auto to = [](const std::string& loss) {
    return Names{"sweep", "open.toml",
                 "--set", "search.horizons=[500, 4000]",
                 "--set", "objective={ steps_to_loss = " + loss + " }"};
  };
  const Json found = run_for_json(folder.path(), to("2.87")).at("certificate").at("steps_to_loss");
  EXPECT_EQ(found.at("loss"), 2.87);
  EXPECT_GT(found.at("steps"), 500);
  EXPECT_LT(found.at("steps"), 4000);
  EXPECT_GE(found.at("probes").size(), 3u);
  EXPECT_NE(run_well(folder.path(), to("2.87")).out.find("the fewest steps to a loss of 2.87: "), std::string::npos);
  expect_failure(run_losscast(folder.path(), to("2.4")), ExitCode::usage_or_input, {"no candidate comes to a loss of"});
  for (const auto& [flag, value] : {std::pair("--max-path-steps", "1e9"), std::pair("--rounds", "2")}) {
    Names limited = to("2.87");
    limited.insert(limited.end(), {flag, value});
    expect_failure(run_losscast(folder.path(), limited), ExitCode::usage_or_input, {"is for one race"});
  }
}

TEST(SweepCommand, FindsStepsToALossInTheTimeThatThereIs) {
  const SmallProblem folder;
  folder.write("open.toml", open_race("fit.json"));
  const Names timed = {"sweep",         "open.toml",
                       "--set",         "search.horizons=[500, 4000]",
                       "--set",         "objective={ steps_to_loss = 2.87 }",
                       "--max-seconds", "1e-6"};
  const Json found = run_for_json(folder.path(), timed).at("certificate").at("steps_to_loss");
  EXPECT_EQ(found.at("stopped_by"), "seconds");
  EXPECT_EQ(found.at("steps"), 4000);
  EXPECT_EQ(found.at("above"), 500);
  EXPECT_EQ(found.at("probes").size(), 2u);
  EXPECT_NE(run_well(folder.path(), timed).out.find("a loss of 2.87 takes more than 500 and at most 4000 steps"),
            std::string::npos);
}

TEST(SweepCommand, LimitsDivergence) {
  const SmallProblem folder;
  const Names race = {
      "sweep",   "sweep.toml",
      "--set",   "search.method=\"race\"",
      "--set",   "search.points=\"grid\"",
      "--set",   "spikes={ barrier_noise = 0.02, barrier_pull = 1e-2, barrier_growth = 0.02, barrier_limit = 0.6 }",
      "--set",   "limits.p_diverge=1e-2",
      "--delta", "2e-3"};
  const Json certificate = run_for_json(folder.path(), race).at("certificate");
  EXPECT_GT(certificate.at("excluded"), 0);
  EXPECT_EQ(certificate.at("limits").at("p_diverge").at("limit"), 1e-2);
  EXPECT_LE(certificate.at("limits").at("p_diverge").at("winner"), 1e-2);
  EXPECT_GT(certificate.at("limits").at("p_diverge").at("winner"), 1e-5);
  EXPECT_NE(run_well(folder.path(), race).out.find("p_diverge of the winner is "), std::string::npos);
}

TEST(SweepCommand, WeighsDivergence) {
  const SmallProblem folder;
  const Names sweep = {
      "sweep", "sweep.toml",
      "--set", "spikes={ barrier_noise = 0.02, barrier_pull = 1e-2, barrier_growth = 0.02, barrier_limit = 0.6 }",
      "--set", "divergence_cost=0.5"};
  const Json all = run_for_json(folder.path(), sweep);
  double before = 0;
  for (const Json& one : all.at("first")) {
    EXPECT_GT(one.at("p_diverge"), 0);
    EXPECT_NEAR(one.at("weighed_mean"), one.at("mean").get<double>() + 0.5 * one.at("p_diverge").get<double>(), 1e-12);
    EXPECT_GE(one.at("weighed_mean"), before);
    before = one.at("weighed_mean");
  }
  EXPECT_EQ(all.at("counts").at("diverged"), 0);
  Names race = sweep;
  race.insert(race.end(), {"--set", "search.method=\"race\"", "--set", "search.points=\"grid\"", "--delta", "2e-3"});
  fs::remove_all(folder.path() / "sweep_results");
  EXPECT_EQ(run_for_json(folder.path(), race).at("certificate").at("divergence_cost"), 0.5);
  const std::string text = run_well(folder.path(), race).out;
  EXPECT_NE(text.find("P(diverge)"), std::string::npos);
  EXPECT_NE(text.find("by its mean + 0.5 P(diverge), the winner is within"), std::string::npos);
}

// Jumps too rare for any path to show them are no error, unless a script asks for a certificate; the results are there
// either way.
TEST(SweepCommand, SaysThatNothingIsCertified) {
  const SmallProblem folder;
  const Names race = {"sweep",   "sweep.toml",
                      "--set",   "search.method=\"race\"",
                      "--set",   "objective={ quantile = 0.9 }",
                      "--set",   "paths=1024",
                      "--set",   "spikes={ jump_rate = 1e-9, critical_lr = 3e-3, mean_jump = 0.1 }",
                      "--delta", "1e-3",
                      "--json"};
  EXPECT_EQ(run_for_json(folder.path(), race).at("certificate").at("certified"), false);
  Names strict = race;
  strict.push_back("--strict");
  fs::remove_all(folder.path() / "sweep_results");
  const Outcome outcome = run_losscast(folder.path(), strict);
  EXPECT_EQ(outcome.exit_code, static_cast<int>(ExitCode::failed_diagnostics)) << outcome.err;
  EXPECT_NE(outcome.err.find("certified nothing"), std::string::npos) << outcome.err;
  EXPECT_TRUE(fs::exists(folder.path() / "sweep_results" / "results.json"));
}

}  // namespace
}  // namespace losscast::test
