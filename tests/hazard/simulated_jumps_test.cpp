// The whole way: runs with a known hazard are simulated and logged, and their spikes tell it again.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "losscast/hazard/jumps_of_runs.hpp"
#include "tests/engine/requests.hpp"

namespace losscast::test {
namespace {

constexpr Step kSteps = 20'000, kLogged = 10;
constexpr int kRuns = 8;  // of each LR
constexpr Spikes kKnown = {
    .jump_rate = 2.5e-5, .critical_lr = 6e-4, .jump_exponent = 4, .mean_jump = 0.3, .jump_decay = 1.0 / 100};

Schedule constant(double lr) { return Schedule({{.end = kSteps, .span = static_cast<double>(kSteps), .from = lr}}); }

// Runs at a constant LR as they would be logged.
std::vector<WatchedRun> simulated_runs(double lr, std::uint64_t seed) {
  Experiment request = example_request(find_model("adamw"));
  request.noise.observation = 2e-3f;
  request.spikes = kKnown;
  request.recipes = {constant(lr)};
  request.paths = kRuns;
  request.seed = seed;
  request.block = 1;
  for (Step step = kLogged; step <= kSteps; step += kLogged) request.record_steps.push_back(step);
  const std::vector<float> values = bench::run(request).values.front();
  std::vector<WatchedRun> runs;
  for (std::size_t path = 0; path < kRuns; ++path) {
    std::vector<LoggedValue> log;
    for (std::size_t i = 0; i < request.record_steps.size(); ++i)
      log.push_back({request.record_steps[i], static_cast<double>(values[i * kRuns + path])});
    const Schedule schedule = constant(lr);
    runs.push_back(
        {schedule, log.front().step, log.back().step, without_rises(schedule, find_spikes(log, SeriesKind::loss))});
  }
  return runs;
}

// At 3e-4, 6e-4 and 1.2e-3 the runs have 0.25, 4 and 64 jumps in all. One in 25 is lower than what stands out, and one
// in eight lies on another one: the rate is so much too low, and the mean too high.
TEST(SimulatedJumps, AreFoundAgain) {
  std::vector<WatchedRun> runs;
  for (const double lr : {3e-4, 6e-4, 1.2e-3})
    for (WatchedRun& run : simulated_runs(lr, 1)) runs.push_back(std::move(run));
  std::vector<RateEvidence> evidence;
  double count = 0;
  for (const WatchedRun& run : runs) {
    evidence.push_back(rate_evidence(run));
    count += static_cast<double>(run.spikes.size());
  }
  const SpikeRate rate(evidence);
  const Spikes found = jumps_of_runs(runs, rate);
  // At the LR where most jumps are.
  const auto log_rate = [](const Spikes& jumps) {
    return std::log(jumps.jump_rate) + jumps.jump_exponent * std::log(1.2e-3 / jumps.critical_lr);
  };
  constexpr double kMissed = 0.17;
  const double error = 3 / std::sqrt(count);
  EXPECT_GT(count, 40);
  EXPECT_NEAR(log_rate(found), log_rate(kKnown), error + kMissed);
  EXPECT_NEAR(found.jump_exponent, kKnown.jump_exponent, 3 * rate.exponent_deviation());
  EXPECT_NEAR(found.mean_jump / kKnown.mean_jump, 1, error + kMissed);
  EXPECT_NEAR(std::log(found.jump_decay / kKnown.jump_decay), 0, error);
  RecordProperty("spikes", static_cast<int>(count));
  RecordProperty("found", fmt::format("rate {:.3g} at 1.2e-3, exponent {:.2f} +- {:.2f}, mean {:.3f}, decay {:.4f}",
                                      std::exp(log_rate(found)), found.jump_exponent, rate.exponent_deviation(),
                                      found.mean_jump, found.jump_decay));
}

}  // namespace
}  // namespace losscast::test
