// The losses over time of a sweep's candidates.
#include "losscast/sweep/bands.hpp"

#include <gtest/gtest.h>

#include "bench/common/experiment.hpp"
#include "losscast/base/error.hpp"
#include "losscast/base/memory.hpp"
#include "losscast/fit/forecast.hpp"
#include "losscast/sweep/sweep.hpp"
#include "tests/sweep/problem.hpp"

namespace losscast::test {

using bench::Experiment;

namespace {

using Of = BandsConfig::Candidates;
using Steps = std::vector<Step>;
using Kind = Axis::Kind;

SweepConfig config_with(BandsConfig bands, int paths = 200) {
  SweepConfig config = example_config(paths);
  config.bands = bands;
  return config;
}

SweepResult sweep(const SweepConfig& config) { return run_sweep(config, example_fit(7), options()); }

TEST(BandSteps, AreTheFirstEndsOfBlocksAtOrAfterEvenlySpacedTimes) {
  EXPECT_EQ(band_steps(1000, 4, 64), (Steps{256, 512, 768, 1000}));
  EXPECT_EQ(band_steps(1000, 4, 1), (Steps{250, 500, 750, 1000}));
  EXPECT_EQ(band_steps(1000, 3, 1), (Steps{334, 667, 1000}));
  EXPECT_EQ(band_steps(1024, 2, 64), (Steps{512, 1024}));
  EXPECT_EQ(band_steps(1000, 1, 256), Steps{1000});
}

TEST(BandSteps, RepeatInARunOfFewBlocks) {
  EXPECT_EQ(band_steps(100, 5, 64), (Steps{64, 64, 64, 100, 100}));
  EXPECT_EQ(band_steps(1, 3, 8), (Steps{1, 1, 1}));
}

// What a user relies on: the last of the bands is what was ranked, to the bit, whatever the length of the run.
TEST(Bands, EndAtWhatWasRanked) {
  SweepConfig config = config_with({Of::all, 7});
  config.space.families.push_back(wsd_space({choice("total_steps", {301.0, 240.0, 301.0, 90.0})}));
  const SweepResult result = sweep(config);
  ASSERT_TRUE(result.bands);
  ASSERT_EQ(result.bands->ranks.size(), result.ranked.size());
  ASSERT_EQ(result.bands->statistics.size(), 7 * result.ranked.size());
  EXPECT_EQ(result.bands->fractions.back(), 1);
  for (std::size_t c = 0; c < result.ranked.size(); ++c) {
    const Statistics& last = result.bands->statistics[7 * c + 6];
    const Statistics& ranked = result.ranked[c].statistics;
    EXPECT_EQ(result.bands->ranks[c], c + 1);
    EXPECT_EQ(result.bands->steps[7 * c + 6], result.ranked[c].candidate.recipe.total_steps());
    EXPECT_EQ(last.mean, ranked.mean) << c;
    EXPECT_EQ(last.standard_error, ranked.standard_error) << c;
    EXPECT_EQ(last.q25, ranked.q25) << c;
    EXPECT_EQ(last.intervals[1].high, ranked.intervals[1].high) << c;
  }
}

// Also with the block that the engine chooses, and on the way: the values at these steps of a request of their own.
TEST(Bands, AreTheStatisticsAtTheirSteps) {
  const SweepConfig config = config_with({Of::finalists, 5});
  SweepOptions chosen = options();
  chosen.block.reset();
  const Fit fit = example_fit(7);
  const SweepResult result = run_sweep(config, fit, chosen);
  const Statistics& ranked = result.ranked[0].statistics;
  EXPECT_EQ(result.bands->statistics[4].mean, ranked.mean);
  EXPECT_EQ(result.bands->statistics[4].q50, ranked.q50);
  Experiment request = bench::experiment_of(fit);
  request.recipes = {result.ranked[0].candidate.recipe};
  request.record_steps = {result.bands->steps[2]};
  request.paths = config.paths;
  request.seed = config.seed;
  request.backend = Backend::cpu;
  request.block = result.step_error.block;
  EXPECT_EQ(result.bands->statistics[2].mean, run(request).statistics[0][0].mean);
}

TEST(Bands, RepeatStatisticsWhereStepsRepeat) {
  const SweepResult result = sweep(config_with({Of::finalists, 100}));  // of 300 steps in blocks of 8
  const SweepBands& bands = *result.bands;
  ASSERT_EQ(bands.fractions.size(), 100u);
  int repeats = 0;
  for (std::size_t t = 1; t < 100; ++t) {
    EXPECT_LT(bands.fractions[t - 1], bands.fractions[t]);
    EXPECT_LE(bands.steps[t - 1], bands.steps[t]);
    EXPECT_EQ(bands.steps[t - 1] == bands.steps[t], bands.statistics[t - 1].mean == bands.statistics[t].mean) << t;
    repeats += bands.steps[t - 1] == bands.steps[t] ? 1 : 0;
  }
  EXPECT_EQ(repeats, 100 - 38);
}

TEST(Bands, AreOfTheCandidatesThatCannotBeToldFromTheFirst) {
  SweepConfig config = config_with({Of::finalists, 3}, 64);
  // Every candidate has a twin, which cannot be told from it; the best two are told from most others.
  config.space.families.assign(2, wsd_space({range("decay_fraction", Kind::linear, 0.1, 0.9, 20)}));
  const SweepResult result = sweep(config);
  std::vector<std::size_t> expected;
  for (std::size_t i = 0; i < result.ranked.size(); ++i)
    if (result.ranked[i].difference.low <= 0) expected.push_back(i + 1);
  EXPECT_EQ(result.bands->ranks, expected);
  EXPECT_EQ(result.bands->finalists, expected.size());
  EXPECT_GT(expected.size(), 1u);
  EXPECT_LT(expected.size(), 40u);
}

// 130 candidates that are one and the same.
TEST(Bands, HaveAHundredFinalistsAtMost) {
  SweepConfig config = config_with({Of::finalists, 2}, 8);
  config.space.families = {wsd_space({choice("total_steps", std::vector<Value>(130, 300.0))})};
  const SweepResult capped = sweep(config);
  EXPECT_EQ(capped.bands->ranks.size(), 100u);
  EXPECT_EQ(capped.bands->finalists, 130u);
  config.bands.candidates = Of::all;
  EXPECT_EQ(sweep(config).bands->ranks.size(), 130u);
}

TEST(Bands, CanBeLeftOut) {
  const SweepResult without = sweep(config_with({Of::none, 50}));
  EXPECT_FALSE(without.bands);
  const SweepResult with = sweep(config_with({Of::all, 50}));
  // Twice the paths, and control variates that are read at more times.
  EXPECT_GE(with.performance.block_steps, 2 * without.performance.block_steps);
  EXPECT_LT(with.performance.block_steps, 3 * without.performance.block_steps);
  EXPECT_EQ(with.ranked[3].statistics.mean, without.ranked[3].statistics.mean);
}

// Hears of the work before it is done.
class Listener final : public SweepObserver {
 public:
  explicit Listener(std::function<void(const EnsembleWork&)> told) : told_(std::move(told)) {}
  void before_run(const EnsembleWork& work) override { told_(work); }

 private:
  std::function<void(const EnsembleWork&)> told_;
};

// What is told before the run holds the candidates and their bands.
TEST(Bands, AreInTheMemoryThatIsAnnounced) {
  const auto announced = [](const SweepConfig& config) {
    std::size_t bytes = 0;
    Listener listener([&](const EnsembleWork& work) { bytes = work.host_bytes; });
    SweepOptions telling = options();
    telling.observer = &listener;
    run_sweep(config, example_fit(7), telling);
    return bytes;
  };
  const std::size_t none = announced(config_with({Of::none, 50})), all = announced(config_with({Of::all, 50}));
  EXPECT_GE(all - none, 7 * 50 * (200 * sizeof(float) + sizeof(Statistics)));
  SweepConfig more = config_with({Of::none, 50}, 2);
  const std::size_t few = announced(more);
  more.space.families = {wsd_space({choice("peak_lr", std::vector<Value>(1007, 3e-4))})};
  EXPECT_GT(announced(more) - few, 1000 * 500u);  // above half a kilobyte each
  EXPECT_LT(announced(more) - few, 1000 * 5000u);
}

// There are so many paths that the ranking fits into memory, but bands do not, between whose times paths have to wait.
TEST(Bands, ThatDoNotFitAreRefusedBeforeTheRun) {
  constexpr std::size_t kMost = 90'000'000'000;
  if (usable_memory() > kMost) GTEST_SKIP() << "SKIPPED: this machine has more memory than paths can be asked for";
  struct Begun {};
  SweepOptions telling = options();
  telling.block = 1;
  Listener listener([](const EnsembleWork&) { throw Begun(); });
  telling.observer = &listener;
  SweepConfig config =
      config_with({Of::none, 300}, static_cast<int>(usable_memory() / 45));  // 28 bytes a path, 60 with bands
  EXPECT_THROW(run_sweep(config, example_fit(7), telling), Begun);           // control
  config.bands.candidates = Of::finalists;
  try {
    run_sweep(config, example_fit(7), telling);
    FAIL() << "it ran";
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("bands.times"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace losscast::test
