// `losscast hazard` as a user runs it, and the hazard that it puts into a fit on its way through the other commands.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

#include "losscast/format/text_file.hpp"
#include "losscast/io/fit_file.hpp"
#include "losscast/io/runs_file.hpp"
#include "tests/cli/program.hpp"
#include "tests/cli/small_problem.hpp"
#include "tests/format/expect_error.hpp"
#include "tests/scaling/synthetic_runs.hpp"

namespace losscast::test {
namespace {

using Json = nlohmann::json;

constexpr ExitCode kInput = ExitCode::usage_or_input;
const std::string kExamples = LOSSCAST_EXAMPLES "/stability/";
const std::string kJumps = "{ jump_rate = 2e-3, critical_lr = 3e-3, mean_jump = 0.1, jump_decay = 1e-2 }";
const std::string kBarrier =
    "{ barrier_noise = 0.02, barrier_pull = 1e-2, barrier_growth = 0.02, barrier_limit = 0.6 }";
const std::string kOfFit = "The fit's hazard is in this: ";

// Two runs of 2,000 steps logged every 10, the one at the higher LR with three spikes.
void write_runs(const ScratchFolder& folder) {
  std::string calm = "step,loss,norm\n", spiked = calm;
  for (int step = 10; step <= 2000; step += 10) {
    const double loss = 3 + 1 / std::sqrt(step) + 0.001 * ((step / 10) * 7 % 11 - 5);
    double extra = 0;
    for (const int at : {500, 1000, 1500})
      if (step >= at) extra += 0.5 * std::exp(-(step - at) / 30.0);
    calm += std::to_string(step) + "," + std::to_string(loss) + ",1\n";
    spiked += std::to_string(step) + "," + std::to_string(loss + extra) + "," + std::to_string(1 + 20 * extra) + "\n";
  }
  folder.write("calm.csv", calm);
  folder.write("spiked.csv", spiked);
  std::string manifest = "format = 1\n";
  for (const auto& [name, lr] : {std::pair{"calm", "1e-3"}, {"spiked", "2e-3"}})
    manifest += std::string("[[curve]]\nname = \"") + name + "\"\nfile = \"" + name +
                ".csv\"\nschedule = { family = \"constant\", peak_lr = " + lr + ", total_steps = 2000 }\n";
  folder.write("runs.toml", manifest);
}

TEST(HazardCommand, FindsSpikesAndTheirRate) {
  const ScratchFolder folder;
  write_runs(folder);
  const Json losses = run_for_json(folder.path(), {"hazard", "runs.toml"});
  EXPECT_EQ(losses["runs"][0]["spikes"].size(), 0u);
  ASSERT_EQ(losses["runs"][1]["spikes"].size(), 3u);
  EXPECT_EQ(losses["runs"][1]["spikes"][0]["peak"], 500);
  EXPECT_NEAR(losses["jumps"]["mean_jump"].get<double>(), 0.5, 0.03);
  EXPECT_NEAR(losses["jumps"]["critical_lr"].get<double>(), 2e-3, 1e-9);
  EXPECT_NEAR(losses["jumps"]["jump_rate"].get<double>(), 3.0 / 2000, 1e-3);
  const Json norms = run_for_json(folder.path(), {"hazard", "runs.toml", "--norms", "norm"});
  EXPECT_EQ(norms["runs"][1]["spikes"].size(), 3u);
  EXPECT_TRUE(norms["jumps"].is_null());
  // What it prints is what --spikes reads.
  const Outcome text = run_well(folder.path(), {"hazard", "runs.toml"});
  EXPECT_NE(text.out.find("spikes = { jump_rate = "), std::string::npos) << text.out;
}

TEST(HazardCommand, RefusesRunsThatTellNoRate) {
  const ScratchFolder folder;
  write_runs(folder);
  folder.write("spiked.csv", "step,loss,norm\n10,3,1\n20,2.9,1\n30,2.8,1\n");
  expect_failure(run_losscast(folder.path(), {"hazard", "runs.toml"}), ExitCode::usage_or_input,
                 {"runs.toml", "no run has a spike"});
  expect_failure(run_losscast(folder.path(), {"hazard", "runs.toml", "--norms", "grad"}), ExitCode::usage_or_input,
                 {"grad"});
}

// Laws of runs with a classifier of divergence, in runs.json: in a run of 1,000 steps half of the runs diverge at 6e-3.
void write_laws(const ScratchFolder& folder) {
  RunsFit laws = fit_runs(true_runs({1e8, 2e8, 4e8}));
  laws.tokens.low = 1e6;  // as if such runs had been among them
  laws.batch.low = 1e3;
  laws.divergence = RunDivergenceLaw{
      .mode = {.weights = {7.45 * std::log(0.01 / 6e-3), 7.45, 0, 0, 0, 0}, .border_steps = 3e4}, .draws = {}};
  write_runs_fit(folder.path() / "laws.json", laws, {});
}

const Words kOfLaws = {"--divergence", "laws.json", "--params", "1e8", "--tokens", "1e6", "--batch", "1000"};

// `losscast hazard`, by this evidence, into out.json.
Words into_fit(Words evidence, const std::string& out = "out.json") {
  evidence.insert(evidence.begin(), "hazard");
  for (const char* word : {"--fit", "fit.json", "--out"}) evidence.emplace_back(word);
  evidence.push_back(out);
  return evidence;
}

Json json_in(const ScratchFolder& folder, const std::string& file) {
  return Json::parse(read_text_file(folder.path() / file));
}

TEST(HazardCommand, PutsTheJumpsOfRunsIntoAFit) {
  const SmallProblem folder;
  write_runs(folder);
  const std::string said = run_well(folder.path(), into_fit({"runs.toml"})).out;
  EXPECT_NE(said.find("Written into the fit out.json"), std::string::npos) << said;
  Json before = json_in(folder, "fit.json"), after = json_in(folder, "out.json");
  EXPECT_EQ(after["spikes"]["jumps_from"], "runs");
  EXPECT_NEAR(after["spikes"]["mean_jump"].get<double>(), 0.5, 0.03);
  EXPECT_FALSE(after["spikes"].contains("barrier_limit"));
  for (Json* one : {&before, &after}) {
    one->erase("provenance");
    one->erase("spikes");
  }
  EXPECT_EQ(before, after) << "nothing else of the fit changes";
}

TEST(HazardCommand, TakesTheRateOfOutcomesOverTheStrain) {
  const SmallProblem folder;
  const Words outcomes = {"--outcomes", kExamples + "outcomes.csv", "--architecture", kExamples + "350m.toml"};
  Words by_hand = outcomes;
  for (const char* word : {"--mean-jump", "0.2", "--jump-decay", "1e-3"}) by_hand.emplace_back(word);
  run_well(folder.path(), into_fit(by_hand));
  const Json jumps = json_in(folder, "out.json")["spikes"];
  EXPECT_EQ(jumps["jumps_from"], "outcomes");
  EXPECT_EQ(jumps["mean_jump"], 0.2);
  EXPECT_EQ(jumps["jump_decay"], 1e-3);
  // A model whose layers stretch less bears higher LRs, by the ratio of the bounds.
  Words scaled = by_hand;
  folder.write("scaled.toml",
               replaced(read_text_file(kExamples + "350m.toml"), "embedding = \"vanilla\"", "embedding = \"scaled\""));
  scaled[3] = "scaled.toml";
  const Json of_scaled = run_for_json(folder.path(), into_fit(scaled, "scaled.json"))["jumps"];
  EXPECT_EQ(of_scaled["jump_rate"], jumps["jump_rate"]);
  EXPECT_NEAR(of_scaled["critical_lr"].get<double>() / jumps["critical_lr"].get<double>(), 27.3 / 1.82, 0.1);
  // The sizes may be those of logged spikes instead.
  write_runs(folder);
  Words of_runs = outcomes;
  of_runs.insert(of_runs.begin(), "runs.toml");
  const Json both = run_for_json(folder.path(), into_fit(of_runs, "both.json"))["jumps"];
  EXPECT_EQ(both["jump_rate"], jumps["jump_rate"]);
  EXPECT_NEAR(both["mean_jump"].get<double>(), 0.5, 0.03);
  expect_failure(run_losscast(folder.path(), into_fit(outcomes, "none.json")), kInput, {"--mean-jump is missing"});
}

TEST(HazardCommand, FindsTheBarrierOfALawOfDivergence) {
  const SmallProblem folder;
  write_laws(folder);
  const Json found = run_for_json(folder.path(), into_fit(kOfLaws));
  EXPECT_EQ(found["spikes"]["barrier_from"], "divergence law");
  EXPECT_EQ(found["barrier"]["steps"], 1000);
  for (const Json& row : found["barrier"]["rows"]) {
    EXPECT_NEAR(row["barrier"].get<double>(), row["classifier"].get<double>(), 0.1) << row;
    const double logit = 7.45 * std::log(row["peak_lr"].get<double>() / 6e-3);
    EXPECT_NEAR(row["classifier"].get<double>(), 1 / (1 + std::exp(-logit)), 1e-6);
  }
  const std::string said = run_well(folder.path(), into_fit(kOfLaws)).out;
  EXPECT_NE(said.find("largest difference where matched "), std::string::npos) << said;
  // Jumps that the fit already has stay with it.
  run_well(folder.path(), {"hazard", "--spikes", kJumps, "--fit", "out.json", "--out", "given.json"});
  Words again = kOfLaws;
  again.insert(again.begin(), "hazard");
  for (const char* word : {"--fit", "given.json", "--out", "both.json"}) again.emplace_back(word);
  run_well(folder.path(), again);
  const Json both = json_in(folder, "both.json")["spikes"];
  EXPECT_EQ(both["jumps_from"], "given");
  EXPECT_EQ(both["jump_rate"], 2e-3);
  EXPECT_EQ(both["barrier_noise"], found["spikes"]["barrier_noise"]);
  // And a hazard is taken away again.
  run_well(folder.path(), {"hazard", "--spikes", "none", "--fit", "both.json", "--out", "calm.json"});
  EXPECT_FALSE(json_in(folder, "calm.json").contains("spikes"));
}

// With --strict a barrier that is far from the law is no success, and neither is one of runs unlike the law's.
TEST(HazardCommand, DistrustsABarrierThatIsFar) {
  const SmallProblem folder;
  write_laws(folder);
  Words near = into_fit(kOfLaws);
  near.emplace_back("--strict");
  run_well(folder.path(), near);
  RunsFit flat = read_runs_fit(folder.path() / "laws.json");
  flat.divergence->mode.weights[0] /=
      10;  // by no barrier P goes from 1% to 90% over LRs that differ by a factor of 1e4
  flat.divergence->mode.weights[1] /= 10;
  write_runs_fit(folder.path() / "laws.json", flat, {});
  const Outcome strict = run_losscast(folder.path(), near);
  EXPECT_EQ(strict.exit_code, static_cast<int>(ExitCode::failed_diagnostics)) << strict.err;
  EXPECT_TRUE(strict.out.starts_with("Do not rely on this: the barrier is off by 0.")) << strict.out;
  EXPECT_NE(strict.out.find("in its logit, a factor of "), std::string::npos) << strict.out;
  const Json json = run_for_json(folder.path(), into_fit(kOfLaws));
  EXPECT_EQ(json["trusted"], false);
  EXPECT_EQ(json["doubts"].size(), 1u);
}

// It says so before it searches.
TEST(HazardCommand, WritesOverNoInput) {
  const SmallProblem folder;
  write_laws(folder);
  for (const char* input : {"fit.json", "laws.json"}) {
    const Outcome outcome = run_losscast(folder.path(), into_fit(kOfLaws, input));
    expect_failure(outcome, kInput, {input, "an input would be written over"});
    EXPECT_EQ(outcome.err.find("looking for the barrier"), std::string::npos) << outcome.err;
  }
}

// Of a file of several fits one size gets it, and the others stay as they are.
TEST(HazardCommand, ChangesOneOfSeveralFits) {
  const SmallProblem folder;
  std::vector<Fit> fits = {small_fit(), small_fit()};
  fits[0].params = 1e8;
  fits[1].params = 2e8;
  write_fits(folder.path() / "fit.json", fits, {});
  Words words = into_fit({"--spikes", kJumps});
  expect_failure(run_losscast(folder.path(), words), kInput, {"one fit is wanted"});
  for (const char* word : {"--params", "2e8"}) words.emplace_back(word);
  run_well(folder.path(), words);
  EXPECT_FALSE(read_fit(folder.path() / "out.json", 1e8).hazard.spikes.any());
  EXPECT_EQ(read_fit(folder.path() / "out.json", 2e8).hazard.spikes.jump_rate, 2e-3);
}

TEST(HazardCommand, RefusesWhatDoesNotGoTogether) {
  const SmallProblem folder;
  write_runs(folder);
  write_laws(folder);
  const auto fails = [&](const Words& more, const std::vector<std::string>& parts) {
    Words words = {"hazard"};
    words.insert(words.end(), more.begin(), more.end());
    expect_failure(run_losscast(folder.path(), words), kInput, parts);
    EXPECT_FALSE(folder.files().contains("out.json"));
  };
  fails({}, {"nothing to tell a hazard from", "MANIFEST"});
  fails({"runs.toml", "--spikes", kJumps}, {"MANIFEST runs.toml", "says all of the hazard"});
  fails({"runs.toml", "--out", "out.json"}, {"--out out.json: --fit is missing"});
  fails({"runs.toml", "--fit", "fit.json"}, {"--fit fit.json: --out is missing"});
  fails({"runs.toml", "--mean-jump", "1"}, {"--mean-jump 1: it has no effect"});
  fails({"runs.toml", "--tokens", "1"}, {"--tokens 1: it has no effect", "it is for --divergence"});
  fails({"--spikes", kJumps, "--fit", "fit.json", "--out", "out.json", "--norms", "norm"}, {"says all of the hazard"});
  fails({"--outcomes", kExamples + "outcomes.csv", "--norms", "norm"},
        {"--norms norm: it has no effect (it is for MANIFEST)"});
  fails({"runs.toml", "--norms", "norm", "--fit", "fit.json", "--out", "out.json"}, {"no jumps follow"});
  fails({"--outcomes", kExamples + "outcomes.csv"}, {"--architecture is missing"});
  fails({"--divergence", "laws.json"}, {"--fit is missing"});
  fails({"--divergence", "laws.json", "--fit", "fit.json"}, {"--tokens is missing"});
  fails({"--divergence", "laws.json", "--fit", "fit.json", "--tokens", "1e6", "--batch", "1000"},
        {"--params is missing"});
  fails({"--divergence", "laws.json", "--fit", "fit.json", "--tokens", "1e3", "--batch", "1000", "--params", "1e8"},
        {"--tokens 1e3: this makes 1 steps"});
  Words shaped = kOfLaws;
  for (const std::string& word : {std::string("--fit"), std::string("fit.json"), std::string("--schedule"),
                                  replaced(kWsd, "total_steps = 1000", "total_steps = 1200")})
    shaped.push_back(word);
  fails(shaped, {"--schedule: this schedule has 1200 steps"});
  shaped.back() = replaced(kWsd, "warmup_steps = 100", "warmup_steps = 1000");
  fails(shaped, {"--schedule"});
  shaped.back() = "{ family = \"two-stage\", peak_lr = 1e-2, final_lr = 5e-3, decay_start = 500, total_steps = 1000 }";
  fails(shaped, {"--schedule with a peak_lr of 0.00"});
  RunsFit calm = fit_runs(true_runs({1e8, 2e8, 4e8}));
  calm.divergence.reset();
  calm.diverged = 0;
  write_runs_fit(folder.path() / "laws.json", calm, {});
  shaped.back() = kWsd;
  fails(shaped, {"laws.json: there is no classifier of divergence"});
}

// The small problem, with jumps or a barrier in fit.json.
class Hazardous : public SmallProblem {
 public:
  explicit Hazardous(const std::string& spikes) {
    run_well(path(), {"hazard", "--spikes", spikes, "--fit", "fit.json", "--out", "hazard.json"});
    std::filesystem::rename(path() / "hazard.json", path() / "fit.json");
  }

  // Whether the command says so, in its text and in "hazard_of_fit" of its JSON.
  bool says_hazard(Words words) const {
    const bool in_text = run_well(path(), words).out.find(kOfFit) != std::string::npos;
    EXPECT_EQ(run_for_json(path(), words)["hazard_of_fit"].is_null(), !in_text);
    return in_text;
  }
};

Words predict(const Words& more) {
  Words words = {"predict", "fit.json", "--schedule", kWsd, "--paths", "512"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

TEST(HazardOfAFit, IsInForecasts) {
  const SmallProblem calm;
  const Hazardous folder(kJumps);
  EXPECT_TRUE(folder.says_hazard(predict({})));
  EXPECT_FALSE(folder.says_hazard(predict({"--spikes", "none"})));
  EXPECT_FALSE(folder.says_hazard(predict({"--spikes", kBarrier})));
  const Json with = run_for_json(folder.path(), predict({}));
  EXPECT_EQ(with["rare_events"]["spikes"]["jump_rate"], 2e-3);
  EXPECT_EQ(with["final"], run_for_json(calm.path(), predict({"--spikes", kJumps}))["final"]);
  const Json without = run_for_json(folder.path(), predict({"--spikes", "none"}));
  EXPECT_EQ(without["final"], run_for_json(calm.path(), predict({}))["final"]);
  EXPECT_TRUE(without["rare_events"].is_null());
  EXPECT_GT(with["final"]["q99"], without["final"]["q99"]);
  const Json on_record = run_for_json(folder.path(), predict({"--register", "record.json"}));
  EXPECT_EQ(json_in(folder, "record.json")["final"]["q95"], on_record["final"]["q95"]);
  EXPECT_GT(on_record["final"]["q95"], without["final"]["q95"]);
  EXPECT_EQ(json_in(folder, "record.json")["hazard_of_fit"], with["hazard_of_fit"]);
  EXPECT_EQ(run_for_json(folder.path(), {"verify", "record.json", "wsd.csv"})["record"]["hazard_of_fit"],
            with["hazard_of_fit"]);
}

TEST(HazardOfAFit, IsInScoresOptimaAndComparisons) {
  const Hazardous folder(kJumps);
  const Words score = {"score", "fit.json", "runs.toml", "--curves", "wsd"};
  EXPECT_TRUE(folder.says_hazard(score));
  Words calm = score;
  for (const char* word : {"--spikes", "none"}) calm.emplace_back(word);
  EXPECT_FALSE(folder.says_hazard(calm));
  const auto upper = [&](const Words& words) {
    return run_for_json(folder.path(), words)["curves"]["wsd"]["final"]["q95"].get<double>();
  };
  EXPECT_GT(upper(score), upper(calm));

  const Words optimize = {"optimize", "fit.json", "--steps", "1000", "--peak-lr", "3e-3", "--draws", "4"};
  EXPECT_TRUE(folder.says_hazard(optimize));
  Words calm_optimum = optimize;
  for (const char* word : {"--spikes", "none"}) calm_optimum.emplace_back(word);
  EXPECT_FALSE(folder.says_hazard(calm_optimum));
  const auto optimum = [&](const Words& words) { return run_for_json(folder.path(), words)["free_form"]; };
  EXPECT_GT(optimum(optimize)["loss"], optimum(calm_optimum)["loss"]) << "jumps cost something";
  EXPECT_TRUE(optimum(optimize)["p_diverge"].is_null());

  EXPECT_TRUE(folder.says_hazard({"sweep", "sweep.toml", "--out", "one"}));
  run_well(folder.path(), {"sweep", "sweep.toml", "--out", "two"});
  EXPECT_TRUE(folder.says_hazard({"compare", "one", "two", "--paths", "64"}));
  EXPECT_FALSE(folder.says_hazard({"compare", "one", "two", "--paths", "64", "--spikes", "none"}));
}

TEST(HazardOfAFit, IsInSweepsAndTheirPlans) {
  const Hazardous folder(kJumps);
  EXPECT_NE(run_well(folder.path(), {"sweep", "sweep.toml"}).out.find(kOfFit + "jumps as given"), std::string::npos);
  const Json results = json_in(folder, "sweep_results/results.json");
  EXPECT_NE(results["config"].get<std::string>().find("\n[spikes]\njump_rate = "), std::string::npos);
  EXPECT_EQ(results["fit"]["spikes"]["jumps_from"], "given");
  const std::string none = "spikes=\"none\"";
  EXPECT_EQ(run_well(folder.path(), {"sweep", "sweep.toml", "--set", none, "--out", "calm"}).out.find(kOfFit),
            std::string::npos);
  EXPECT_EQ(json_in(folder, "calm/results.json")["config"].get<std::string>().find("[spikes]"), std::string::npos);

  run_well(folder.path(), {"plan", "sweep.toml", "--shards", "2", "--out", "planned"});
  for (const char* shard : {"0", "1"}) run_well(folder.path(), {"shard", "planned", "--index", shard});
  EXPECT_NE(run_well(folder.path(), {"merge", "planned"}).out.find(kOfFit), std::string::npos);
  EXPECT_EQ(read_text_file(folder.path() / "planned" / "results.csv"),
            read_text_file(folder.path() / "sweep_results" / "results.csv"));

  const Words next = {"next", "fit.json", "sweep.toml", "--budget", "2e5", "--tokens-per-step", "100"};
  EXPECT_TRUE(folder.says_hazard(next));
}

TEST(HazardOfAFit, IsInBudgets) {
  const Hazardous folder(kJumps);
  folder.write("one.json", replaced(read_text_file(folder.path() / "fit.json"), "\"params\": null", "\"params\": 1e6"));
  folder.write("one.toml", open_race("one.json"));
  const std::string said =
      run_well(folder.path(), {"budget", "one.toml", "--tokens", "1e6", "--tokens-per-step", "1000"}).out;
  EXPECT_NE(said.find("one: " + kOfFit), std::string::npos) << said;
  const Json use =
      run_for_json(folder.path(), {"budget", "one.toml", "--tokens", "1e6", "--tokens-per-step", "1000"})["uses"][0];
  EXPECT_EQ(use["hazard_of_fit"]["jumps_from"], "given");
}

// A barrier of the fit limits a race, in which losses of runs that are lost have no place.
TEST(HazardOfAFit, LimitsDivergenceInARace) {
  const Hazardous folder(kBarrier);
  const Words race = {"sweep",   "sweep.toml", "--set", "search.method=\"race\"", "--set", "search.points=\"grid\"",
                      "--delta", "2e-3"};
  const Json certificate = run_for_json(folder.path(), race)["certificate"];
  EXPECT_EQ(certificate["limits"]["p_diverge"]["limit"], 0.01);
  EXPECT_GT(certificate["excluded"], 0);
  EXPECT_NE(run_well(folder.path(), race).out.find(kOfFit + "a barrier as given"), std::string::npos);
  const Json optimum =
      run_for_json(folder.path(), {"optimize", "fit.json", "--steps", "1000", "--peak-lr", "3e-3", "--draws", "8"});
  EXPECT_GT(optimum["free_form"]["p_diverge"], 0);
  EXPECT_GT(optimum["families"][0]["p_diverge"], 0);
}

// A run under way shows its own spikes.
TEST(HazardOfAFit, IsLeftOutOfUpdates) {
  const Hazardous folder(kJumps);
  std::string part;
  std::istringstream whole(read_text_file(folder.path() / "wsd.csv"));
  for (std::string line; std::getline(whole, line) && std::strtol(line.c_str(), nullptr, 10) <= 600;)
    part += line + "\n";
  folder.write("part.csv", part);
  const Words update = {"update", "fit.json", "--run", "part.csv", "--schedule", kWsd};
  EXPECT_NE(run_well(folder.path(), update).err.find("the fit's hazard is left out"), std::string::npos);
  const SmallProblem calm;
  calm.write("part.csv", part);
  EXPECT_EQ(run_for_json(folder.path(), update)["final"], run_for_json(calm.path(), update)["final"]);
}

// Curves that spike tell the jumps of their fit; curves that do not change nothing.
TEST(HazardOfAFit, FollowsFromTheCurvesThatItIsOf) {
  const SmallProblem folder;
  const Outcome calm = run_well(folder.path(), {"fit", "runs.toml", "--model", "power", "--out", "calm.json"});
  EXPECT_EQ(calm.err.find("spike"), std::string::npos) << calm.err;
  EXPECT_EQ(read_text_file(folder.path() / "calm.json").find("spikes"), std::string::npos);

  std::string spiked = "step,loss\n";
  std::istringstream whole(read_text_file(folder.path() / "constant.csv"));
  std::string line;
  std::getline(whole, line);
  while (std::getline(whole, line)) {
    const long step = std::strtol(line.c_str(), nullptr, 10);
    const double loss = std::strtod(line.c_str() + line.find(',') + 1, nullptr);
    spiked += fmt::format("{},{:.6f}\n", step, loss + (step >= 600 ? 0.4 * std::exp(-(step - 600) / 40.0) : 0));
  }
  folder.write("constant.csv", spiked);
  const Outcome with = run_well(folder.path(), {"fit", "runs.toml", "--model", "power", "--out", "spiked.json"});
  EXPECT_NE(with.err.find("the training curves spike: jumps of "), std::string::npos) << with.err;
  const Json spikes = json_in(folder, "spiked.json")["spikes"];
  EXPECT_EQ(spikes["jumps_from"], "runs");
  EXPECT_NEAR(spikes["mean_jump"].get<double>(), 0.4, 0.05);
  EXPECT_NEAR(spikes["critical_lr"].get<double>(), 3e-3, 1e-9);
}

}  // namespace
}  // namespace losscast::test
