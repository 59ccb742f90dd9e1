#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <csignal>

#include "losscast/format/csv_reader.hpp"
#include "losscast/format/text_file.hpp"
#include "losscast/schedule/schedule_text.hpp"
#include "tests/cli/program.hpp"
#include "tests/cli/small_problem.hpp"
#include "tests/cli/with_flags.hpp"
#include "tests/format/expect_error.hpp"

namespace losscast::test {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using Names = std::vector<std::string>;

Words predict(const Words& more, const std::string& schedule = kWsd) {
  return with_flags({"predict", "fit.json", "--schedule", schedule, "--paths", "256"}, more);
}

std::vector<std::int64_t> steps_of(const fs::path& bands) {
  CsvReader reader(bands);
  std::vector<std::int64_t> steps;
  while (reader.next_row()) steps.push_back(reader.whole_number(reader.column("step")));
  return steps;
}

TEST(PredictCommand, WritesBandsOverTime) {
  const SmallProblem folder;
  const Outcome outcome = run_well(folder.path(), predict({"--out", "bands.csv", "--times", "7"}));
  EXPECT_TRUE(outcome.out.starts_with("loss after 1000 steps: mean ")) << outcome.out;

  const fs::path bands = folder.path() / "bands.csv";
  EXPECT_TRUE(read_text_file(bands).starts_with(
      "step,mean,se,posterior_se,reduction,q05,q25,q50,q75,q95,q99,q999,tail_mean,q05_low,q05_high,"));
  EXPECT_EQ(steps_of(bands), (std::vector<std::int64_t>{100, 250, 400, 550, 700, 850, 1000}));
  CsvReader reader(bands);
  while (reader.next_row()) {
    const char* ascending[] = {"q25_low", "q25", "q50", "q75", "q75_high"};
    for (int i = 1; i < 5; ++i)
      EXPECT_LE(reader.number(reader.column(ascending[i - 1])), reader.number(reader.column(ascending[i])));
    EXPECT_GT(reader.number(reader.column("se")), 0);
  }
}

TEST(PredictCommand, AlwaysRecordsTheLastStep) {
  const SmallProblem folder;
  const fs::path bands = folder.path() / "bands.csv";
  run_well(folder.path(), predict({"--out", "bands.csv", "--times", "1"}));
  EXPECT_EQ(steps_of(bands), std::vector<std::int64_t>{1000});

  const std::string short_run = R"({ family = "linear", peak_lr = 3e-3, total_steps = 5 })";
  run_well(folder.path(), predict({"--out", "bands.csv"}, short_run));
  EXPECT_EQ(steps_of(bands), (std::vector<std::int64_t>{1, 2, 3, 4, 5}));
}

TEST(PredictCommand, SaysHowFarALaterPhaseRaisesTheLoss) {
  const SmallProblem folder;
  const std::string two =
      "{ family = \"phases\", phases = [" + kWsd +
      ", { family = \"cosine\", peak_lr = 3e-3, final_lr = 0, warmup_steps = 50, total_steps = 600 }] }";
  const Json phases = run_for_json(folder.path(), predict({}, two))["phases"];
  ASSERT_EQ(phases.size(), 1u);
  EXPECT_EQ(keys(phases[0]), (Names{"before", "begin", "bump", "end", "last", "recovery"}));
  EXPECT_EQ(phases[0]["begin"], 1000);
  EXPECT_EQ(phases[0]["end"], 1600);
  EXPECT_GT(phases[0]["bump"]["rise"]["q05"], 0);
  EXPECT_GT(phases[0]["bump"]["step"], 1000);
  EXPECT_GT(phases[0]["recovery"]["q50"], phases[0]["bump"]["step"]);
  EXPECT_GT(phases[0]["recovery"]["probability"], 0.5);
  const std::string text = run_well(folder.path(), predict({}, two)).out;
  EXPECT_NE(text.find("phase of steps 1000 to 1600: the loss rises from "), std::string::npos) << text;
  EXPECT_TRUE(run_for_json(folder.path(), predict({}))["phases"].empty());
}

TEST(PredictCommand, GivesTheFinalLossAsJson) {
  const SmallProblem folder;
  const auto files = folder.files();
  const Json prediction = run_for_json(folder.path(), predict({}));
  EXPECT_EQ(keys(prediction), (Names{"block", "doubts", "extrapolations", "final", "hazard_of_fit", "levers", "out",
                                     "performance", "phases", "plot", "precision", "provenance", "rare_events",
                                     "register", "standing_peak_lr", "step_error", "trusted", "warnings"}));
  EXPECT_EQ(keys(prediction["final"]),
            (Names{"enough_paths", "intervals", "lost_share", "mean", "posterior_se", "q05", "q25", "q50", "q75", "q95",
                   "q99", "q999", "reduction", "se", "status", "step", "tail_mean"}));
  EXPECT_EQ(keys(prediction["performance"]),
            (Names{"backend", "block_steps", "device", "engine_seconds", "math", "path_steps", "total_seconds"}));
  EXPECT_EQ(prediction["final"]["step"], 1000);
  EXPECT_EQ(prediction["performance"]["math"], "reproducible");
  EXPECT_EQ(prediction["warnings"], Json{"one peak LR only"});
  EXPECT_TRUE(prediction["extrapolations"].empty());
  EXPECT_LT(prediction["step_error"]["mean"], 5e-4);
  EXPECT_EQ(folder.files(), files) << "nothing is written without --out";
}

TEST(PredictCommand, GivesTheSameBytesOnAnyNumberOfThreads) {
  const SmallProblem folder;
  const fs::path bands = folder.path() / "bands.csv";
  run_well(folder.path(), predict({"--out", "bands.csv", "--threads", "1"}));
  const std::string first = read_text_file(bands);
  for (const char* threads : {"1", "2", "3"}) {
    run_well(folder.path(), predict({"--out", "bands.csv", "--threads", threads}));
    EXPECT_EQ(read_text_file(bands), first) << threads;
  }
  run_well(folder.path(), predict({"--out", "bands.csv", "--seed", "2"}));
  EXPECT_NE(read_text_file(bands), first) << "another seed gives other paths";
}

TEST(PredictCommand, SourcesOfUncertaintyCanBeSwitchedOff) {
  const SmallProblem folder;
  const auto width = [&](const Words& more) {
    const Json final = run_for_json(folder.path(), predict(more))["final"];
    return final["q95"].get<double>() - final["q05"].get<double>();
  };
  const double both = width({});
  const double noise_alone = width({"--no-parameter-uncertainty"});
  const double parameters_alone = width({"--no-noise"});
  EXPECT_LT(noise_alone, both);
  EXPECT_LT(parameters_alone, both);
  EXPECT_GT(noise_alone, 0);
  EXPECT_GT(parameters_alone, 0);
  EXPECT_EQ(width({"--no-parameter-uncertainty", "--no-noise"}), 0);
}

TEST(PredictCommand, BlockSchemeAndWeightDecayReachTheEngine) {
  const SmallProblem folder;
  const Json usual = run_for_json(folder.path(), predict({}));
  for (const Words& other : {Words{"--block", "2"}, Words{"--block", "1", "--scheme", "euler"}}) {
    const Json prediction = run_for_json(folder.path(), predict(other));
    EXPECT_EQ(std::to_string(prediction["block"].get<int>()), other[1]);
    EXPECT_NE(prediction["final"]["mean"], usual["final"]["mean"]);
  }
  expect_failure(run_losscast(folder.path(), predict({"--block", "500", "--scheme", "euler"})),
                 ExitCode::usage_or_input, {"a block of 500 steps is too long"});
  // The model `power` knows no weight decay, so it must not matter here; that it does in others is the engine's test.
  EXPECT_EQ(run_for_json(folder.path(), predict({"--weight-decay", "0.5"}))["final"], usual["final"]);
}

TEST(PredictCommand, FlagsExtrapolationOnBothStreams) {
  const SmallProblem folder;
  const Outcome outcome = run_well(folder.path(), predict({"--json"}, replaced(kWsd, "3e-3", "4e-3")));
  ASSERT_EQ(Json::parse(outcome.out)["extrapolations"].size(), 1u);
  EXPECT_TRUE(Json::parse(outcome.out)["extrapolations"][0].get<std::string>().starts_with("peak_lr"));
  EXPECT_NE(outcome.err.find("warning: extrapolation: peak_lr"), std::string::npos) << outcome.err;
  EXPECT_EQ(run_well(folder.path(), predict({})).err.find("extrapolation"), std::string::npos);
}

TEST(PredictCommand, DrawsThePictureWithTheMeasuredPoints) {
  const SmallProblem folder;
  run_well(folder.path(), predict({"--plot", "bands.svg"}));
  run_well(folder.path(), predict({"--plot", "both.svg", "--measured", "wsd.csv"}));
  const std::string alone = read_text_file(folder.path() / "bands.svg");
  const std::string both = read_text_file(folder.path() / "both.svg");
  EXPECT_TRUE(alone.starts_with("<svg")) << alone.substr(0, 80);
  EXPECT_TRUE(alone.ends_with("</svg>\n"));
  EXPECT_GT(both.size(), alone.size());

  const auto files = folder.files();
  expect_failure(run_losscast(folder.path(), predict({"--measured", "wsd.csv"})), ExitCode::usage_or_input,
                 {"--measured wsd.csv", "Add --plot FILE"});
  expect_failure(run_losscast(folder.path(), predict({"--plot", "new.svg", "--measured", "absent.csv"})),
                 ExitCode::usage_or_input, {"absent.csv", "no such file"});
  expect_failure(run_losscast(folder.path(), predict({"--plot", "new.svg", "--times", "1"})), ExitCode::usage_or_input,
                 {"--plot new.svg", "Raise --times"});
  EXPECT_EQ(folder.files(), files);
}

const std::string kJumps = "jump_rate = 2e-3, critical_lr = 3e-3, mean_jump = 0.1, jump_decay = 1e-2";
const std::string kBarrier = "barrier_noise = 0.02, barrier_pull = 1e-3, barrier_limit = 2";

std::string table(const std::string& entries) { return "{ " + entries + " }"; }

TEST(PredictCommand, ReportsRareEventsUnderSpikes) {
  const SmallProblem folder;
  const Words more = {"--paths", "1024", "--spikes", table(kJumps + ", " + kBarrier)};
  const Json events = run_for_json(folder.path(), predict(more))["rare_events"];
  EXPECT_EQ(keys(events),
            (Names{"diverge", "diverged_by", "expected_loss", "expected_spikes", "spike", "spikes", "tail"}));
  EXPECT_EQ(keys(events["spikes"]),
            (Names{"barrier_exponent", "barrier_growth", "barrier_limit", "barrier_noise", "barrier_pull",
                   "critical_lr", "jump_decay", "jump_exponent", "jump_rate", "mean_jump"}));
  EXPECT_EQ(events["spikes"]["barrier_limit"], 2);
  EXPECT_EQ(keys(events["tail"]), (Names{"mean", "probability", "quantile"}));
  EXPECT_EQ(events["tail"]["probability"], 0.999);
  for (const Json& estimate :
       {events["diverge"], events["spike"], events["tail"]["quantile"], events["tail"]["mean"]}) {
    EXPECT_EQ(keys(estimate), (Names{"method", "path_steps", "reduction", "se", "value"}));
    EXPECT_GT(estimate["value"], 0);
  }
  EXPECT_GT(events["diverge"]["se"], 0);
  EXPECT_LT(events["diverge"]["value"], 1);
  EXPECT_GT(events["tail"]["mean"]["value"], events["tail"]["quantile"]["value"]);

  const std::string text = run_well(folder.path(), predict(more)).out;
  for (const char* part :
       {"\nP(diverge) ", "\nP(spike) ", " (exact)\n", "\n99.9% quantile of the final loss ", "\nmean of the losses"})
    EXPECT_NE(text.find(part), std::string::npos) << text;
}

// The exact probability of a jump at a rate in proportion to the LR; and of many plain paths the quantile, whose error
// is about 0.02 nats where the tail is exponential with the mean jump.
TEST(PredictCommand, RareEventsAreThoseOfTheSimulatedPaths) {
  const SmallProblem folder;
  const auto with = [&](const Words& more) {
    return run_for_json(folder.path(), with_flags(predict({"--spikes", table(kJumps)}), more));
  };
  const Json many = with({"--paths", "16384", "--seed", "2"});
  const Json events = with({"--paths", "2048"})["rare_events"];
  double jumps = 0;
  const Schedule schedule = parse_schedule(kWsd, "test");
  for (Step s = 0; s < schedule.total_steps(); ++s) jumps += 2e-3 * schedule.lr(s) / 3e-3;
  constexpr double kSinglePrecision = 1e-5;  // of the blocks' probabilities
  EXPECT_NEAR(events["spike"]["value"], 1 - std::exp(-jumps), kSinglePrecision);
  const double plain_error = 0.1 * std::sqrt(1e-3 / 16384) / 1e-3;
  const Json& quantile = events["tail"]["quantile"];
  EXPECT_NEAR(quantile["value"], many["final"]["q999"], 5 * std::hypot(plain_error, quantile["se"].get<double>()));
  EXPECT_GT(many["final"]["q999"].get<double>() - with({"--no-noise", "--paths", "512"})["final"]["q50"].get<double>(),
            0.1);
}

// Of few paths the 99.9% quantile is left out of the paths' own, and given by the tail's estimate: once, not both.
TEST(PredictCommand, SaysOfAQuantileOneThingOnly) {
  const SmallProblem folder;
  const Words few = {"--paths", "600", "--plain"}, jumps = {"--spikes", table(kJumps)};
  const std::string calm = run_well(folder.path(), predict(few)).out;
  EXPECT_NE(calm.find("too few paths for the 99.9% quantile"), std::string::npos) << calm;
  const std::string text = run_well(folder.path(), with_flags(predict(few), jumps)).out;
  EXPECT_EQ(text.find("too few paths for the"), std::string::npos) << text;
  EXPECT_NE(text.find("\n99.9% quantile of the final loss "), std::string::npos) << text;
}

// The same as a text, a folder of results and a file of rates.
TEST(PredictCommand, TakesAResultOrRatesForASchedule) {
  const SmallProblem folder;
  run_well(folder.path(), {"sweep", "sweep.toml", "--set", "paths=8", "--out", "results"});
  const std::string best = Json::parse(read_text_file(folder.path() / "results" / "results.json"))["best"]["schedule"];
  const auto final_of = [&](const std::string& schedule) {
    return run_for_json(folder.path(), predict({}, schedule))["final"];
  };
  EXPECT_EQ(final_of("results"), final_of(best));
  run_well(folder.path(), {"schedule", "results", "--out", "rates.csv"});
  EXPECT_NEAR(final_of("rates.csv")["mean"], final_of(best)["mean"], 1e-4);
  expect_failure(run_losscast(folder.path(), predict({}, "nothing")), ExitCode::usage_or_input,
                 {"--schedule nothing", "neither a schedule nor a result"});
}

TEST(PredictCommand, ReportsWhatTheSpikesAllow) {
  const SmallProblem folder;
  const auto events = [&](const Words& more) { return run_for_json(folder.path(), predict(more))["rare_events"]; };
  EXPECT_TRUE(events({}).is_null());
  EXPECT_EQ(run_well(folder.path(), predict({})).out.find("P("), std::string::npos);
  const Json barrier = events({"--spikes", table(kBarrier)});
  EXPECT_TRUE(barrier["spike"].is_null() && barrier["tail"].is_null());
  EXPECT_FALSE(barrier["diverge"].is_null());
  const Json jumps = events({"--spikes", table(kJumps), "--paths", "512"});
  EXPECT_TRUE(jumps["diverge"].is_null());
  EXPECT_TRUE(jumps["diverged_by"].is_null());
  EXPECT_GT(jumps["expected_spikes"], 0);
  EXPECT_FALSE(jumps["spike"].is_null());
  const Json median = events({"--spikes", table(kJumps), "--paths", "512", "--tail", "0.5"});
  EXPECT_EQ(median["tail"]["probability"], 0.5);
  EXPECT_LT(median["tail"]["quantile"]["value"], jumps["tail"]["quantile"]["value"]);
}

TEST(PredictCommand, RareEventsStandBesideGoalsLeversAndThreads) {
  const SmallProblem folder;
  const auto run_with = [&](const Words& more) {
    return run_for_json(folder.path(),
                        with_flags(predict({"--spikes", table(kJumps + ", " + kBarrier), "--block", "8"}), more));
  };
  const Json usual = run_with({"--paths", "1024"});
  // A goal's first round has 1,024 paths: rare events are of the paths that were simulated, not of those allowed.
  const Json one_round = run_with({"--paths", "65536", "--rounds", "1"});
  EXPECT_EQ(one_round["precision"]["rounds"], 1);
  EXPECT_EQ(one_round["rare_events"], usual["rare_events"]);
  const Json sharp = run_with({"--paths", "65536", "--target-se", "1e-3"});
  EXPECT_LE(sharp["final"]["se"], 1e-3);
  EXPECT_FALSE(sharp["rare_events"].is_null());
  EXPECT_EQ(run_with({"--paths", "1024", "--threads", "3"})["rare_events"], usual["rare_events"]);
  for (const Words& levers : {Words{"--plain"}, Words{"--levers", "antithetic,conditional-mean"}}) {
    Words words = levers;
    words.insert(words.end(), {"--paths", "1024"});
    const Json other = run_with(words);
    EXPECT_EQ(other["rare_events"], usual["rare_events"]) << levers.front();
    const double error = std::hypot(other["final"]["se"].get<double>(), usual["final"]["se"].get<double>());
    EXPECT_NEAR(other["final"]["mean"], usual["final"]["mean"], 5 * error) << levers.front();
  }
}

TEST(PredictCommand, RefusesSpikesThatMakeNoSense) {
  const SmallProblem folder;
  const auto files = folder.files();
  const auto fails = [&](const Words& more, const std::vector<std::string>& parts) {
    Words words = predict(more);
    words.insert(words.end(), {"--out", "new.csv"});
    expect_failure(run_losscast(folder.path(), words), ExitCode::usage_or_input, parts);
    EXPECT_EQ(folder.files(), files);
  };
  fails({"--spikes", table(replaced(kJumps, "mean_jump", "mean_jmup"))}, {"--spikes", "Did you mean \"mean_jump\"?"});
  fails({"--spikes", table(replaced(kJumps, "0.1", "-0.1"))}, {"--spikes", "mean_jump", "negative"});
  fails({"--spikes", table(replaced(kJumps, "mean_jump = 0.1, ", ""))}, {"--spikes", "mean_jump is missing"});
  fails({"--spikes", table(kJumps), "--paths", "64"}, {"64 paths are too few", "512 or more"});
  fails({"--spikes", table(kBarrier), "--tail", "0.9"}, {"--tail 0.9", "no tail", "jump_rate"});
  fails({"--tail", "0.9"}, {"--tail 0.9", "Add --spikes"});
  for (const char* tail : {"0", "1", "-0.5", "nan", "most"})
    fails({"--spikes", table(kJumps), "--paths", "512", "--tail", tail}, {std::string("--tail ") + tail});
  run_well(folder.path(), predict({"--spikes", table(kJumps), "--paths", "512", "--tail", "0.9", "--out", "new.csv"}));
}

TEST(PredictCommand, SaysWhenThereIsNoGpu) {
  const SmallProblem folder;
  if (!run_for_json(folder.path(), {"version"})["gpu"].is_null()) GTEST_SKIP() << "this machine has a GPU";
  expect_failure(run_losscast(folder.path(), predict({"--backend", "cuda", "--out", "bands.csv"})), ExitCode::device,
                 {"no GPU"});
  EXPECT_FALSE(fs::exists(folder.path() / "bands.csv"));
  run_well(folder.path(), predict({"--backend", "cpu", "--out", "bands.csv"}));
}

// Wherever it is: in the middle of something that takes minutes.
TEST(PredictCommand, EndsAtOnceByASignalAndLeavesNothing) {
  const SmallProblem folder;
  const auto files = folder.files();
  const auto begun = [](const std::string& err) { return err.find("simulating") != std::string::npos; };
  for (const int signal : {SIGINT, SIGTERM}) {
    const auto began = std::chrono::steady_clock::now();
    const Outcome outcome = run_and_signal(folder.path(),
                                           {"predict", "fit.json", "--schedule", kWsd, "--paths", "50000000", "--times",
                                            "1", "--block", "1", "--backend", "cpu", "--out", "bands.csv"},
                                           begun, signal);
    EXPECT_EQ(outcome.exit_code, 128 + signal) << outcome.err;
    EXPECT_EQ(outcome.out, "");
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(30));
    EXPECT_EQ(folder.files(), files);
  }
}

}  // namespace
}  // namespace losscast::test
