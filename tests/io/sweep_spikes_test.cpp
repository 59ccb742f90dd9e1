// Sweep files that leave the spikes to the fit.
#include "losscast/io/sweep_spikes.hpp"

#include <gtest/gtest.h>

#include "losscast/format/text_file.hpp"
#include "losscast/io/sweep_file.hpp"
#include "tests/format/expect_error.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast::test {
namespace {

namespace fs = std::filesystem;
using Settings = std::vector<std::string>;

const fs::path kData = LOSSCAST_TEST_DATA;
const Spikes kJumps = {.jump_rate = 1e-4, .critical_lr = 3e-4, .mean_jump = 0.1};
const Spikes kBarrier = {.barrier_noise = 0.02, .barrier_growth = 0.007, .barrier_limit = 1};

SweepConfig read(const Spikes& of_fit, const Settings& settings) {
  Fit fit;
  fit.hazard.spikes = of_fit;
  return read_sweep_with_spikes(kData / "sweep.toml", settings, fit);
}

TEST(SweepSpikes, AreThoseOfTheFit) {
  const SweepConfig config = read(kJumps, {});
  EXPECT_EQ(config.spikes.jump_rate, 1e-4);
  EXPECT_EQ(config.spikes.mean_jump, 0.1);
  // The resolved text stands for itself, whatever becomes of the fit.
  const ScratchFolder folder;
  const SweepConfig frozen = read_frozen_sweep(folder.write("frozen.toml", config.resolved), kData / "sweep.toml");
  EXPECT_EQ(frozen.spikes.critical_lr, 3e-4);
  EXPECT_EQ(frozen.resolved, config.resolved);
}

TEST(SweepSpikes, AreThoseOfTheFileWhereItSaysThem) {
  const SweepConfig own = read(kJumps, {"spikes={ barrier_noise = 0.5, barrier_limit = 3 }"});
  EXPECT_EQ(own.spikes.jump_rate, 0);
  EXPECT_EQ(own.spikes.barrier_limit, 3);
  const SweepConfig none = read(kJumps, {"spikes=\"none\""});
  EXPECT_FALSE(none.spikes.any());
  const ScratchFolder folder;
  folder.write("fit.json", "{}");
  Fit fit;
  fit.hazard.spikes = kJumps;
  EXPECT_FALSE(read_sweep_with_spikes(folder.write("again.toml", none.resolved), {}, fit).spikes.any())
      << "the resolved text says none, too";
}

TEST(SweepSpikes, ChangeNothingForAFitWithoutAny) {
  EXPECT_EQ(read({}, {}).resolved, read_sweep(kData / "sweep.toml", {}).resolved);
}

TEST(SweepSpikes, LimitDivergenceInARace) {
  const std::string race = "search.method=\"race\"";
  EXPECT_EQ(read(kBarrier, {race}).limits.divergence_probability, kUsualDivergenceLimit);
  EXPECT_EQ(read(kBarrier, {race, "limits.p_diverge=1e-3"}).limits.divergence_probability, 1e-3);
  EXPECT_FALSE(read(kBarrier, {}).limits.divergence_probability) << "all candidates are simulated";
  EXPECT_FALSE(read(kJumps, {race}).limits.divergence_probability);
  EXPECT_EQ(read(kJumps, {race, "limits.p_spike=0.1"}).limits.spike_probability, 0.1);
}

TEST(SweepSpikes, AreWeighedInPlaceOfTheLimit) {
  for (const Settings& settings : {Settings{"search.method=\"race\""}, Settings{}}) {
    Settings weighed = settings;
    weighed.push_back("divergence_cost=0.5");
    const SweepConfig config = read(kBarrier, weighed);
    EXPECT_EQ(config.divergence_cost, 0.5);
    EXPECT_FALSE(config.limits.divergence_probability);
    EXPECT_EQ(config.spikes.barrier_noise, 0.02);
  }
}

TEST(SweepSpikes, RefuseLimitsOnWhatCannotHappen) {
  const std::string race = "search.method=\"race\"";
  const auto refused = [&](const Spikes& of_fit, const std::string& limit, const std::vector<std::string>& parts) {
    expect_error(ExitCode::usage_or_input, parts, [&] { read(of_fit, {race, limit}); });
  };
  refused({}, "limits.p_spike=0.1", {"limits.p_spike: there are no jumps", "or the fit"});
  refused(kBarrier, "limits.p_spike=0.1", {"limits.p_spike: there are no jumps"});
  refused(kJumps, "limits.p_diverge=0.1", {"limits.p_diverge: no run can diverge", "or the fit"});
  refused({}, "divergence_cost=0.1", {"divergence_cost: no run can diverge", "or the fit"});
  refused(kJumps, "divergence_cost=0.1", {"divergence_cost: no run can diverge"});
  expect_error(ExitCode::usage_or_input, {"spikes: \"non\" is unknown", "none"}, [] { read({}, {"spikes=\"non\""}); });
}

}  // namespace
}  // namespace losscast::test
