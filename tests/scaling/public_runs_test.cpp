// The laws of finished runs on public runs (LOSSCAST_DATA), against values of an independent program in Python.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "losscast/io/runs_csv.hpp"
#include "losscast/scaling/runs_score.hpp"

namespace losscast {
namespace {

class PublicRuns : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* data = std::getenv("LOSSCAST_DATA");
    if (data == nullptr) GTEST_SKIP() << "LOSSCAST_DATA is not set: laws of public finished runs are not tested.";
    runs_ = read_runs_csv(std::filesystem::path(data) / "steplaw" / "dense.csv").runs;
  }

  std::vector<FinishedRun> runs_;
};

TEST_F(PublicRuns, GiveTheReferencesClassifier) {
  const std::optional<RunDivergenceLaw> law = fit_divergence(runs_, {.draws = 4000});
  ASSERT_TRUE(law);
  // The reference takes 2048 tokens times sequences for the batch, which tokens / steps is but for 0.2%.
  EXPECT_NEAR(law->cost, 64.3267, .02);
  EXPECT_NEAR(law->mode.border_steps, 30000, 1e-6);
  constexpr double kReference[] = {-11.9548, 14.695, 3.5051, 8.3054, 7.1742, 2.0243};
  for (std::size_t i = 0; i < law->mode.weights.size(); ++i) EXPECT_NEAR(law->mode.weights[i], kReference[i], .005);
  double at_33000 = 0;
  for (const DivergenceParameters& draw : law->draws) at_33000 += std::abs(draw.border_steps - 33000) < 1 ? 1 : 0;
  EXPECT_NEAR(at_33000 / static_cast<double>(law->draws.size()), .392, .03);
  EXPECT_NEAR(law->probability({429260800, 2.27e10, 2.27e10 / 21696, .01110}), .7336, .01);
  EXPECT_NEAR(law->probability({429260800, 2.27e10, 2.27e10 / 86784, .01560}), .3434, .01);
}

TEST_F(PublicRuns, GiveTheReferencesBestLr) {
  const PeakLaw law = fit_peak_law(lr_sweeps(runs_));
  constexpr double kReference[] = {-5.9819, -.8271, .2337, -5.4760, -.4161};
  for (std::size_t i = 0; i < law.constants.size(); ++i) EXPECT_NEAR(law.constants[i], kReference[i], .001) << i;
}

TEST_F(PublicRuns, GiveTheReferencesFinalLoss) {
  std::erase_if(runs_, [](const FinishedRun& run) { return run.setting.params > 5e8; });
  const FinalLossLaw law = fit_final_loss(runs_);
  EXPECT_NEAR(law.cost, 1228.95 + 11.675, .5);
  EXPECT_NEAR(law.smoothed_loss({536872960, 2.84e10, 512 * 2048, .002760}), 2.2812, 5e-4);
  EXPECT_NEAR(law.smoothed_loss({536872960, 2.84e10, 512 * 2048, .007810}), 2.3460, 5e-4);
}

TEST_F(PublicRuns, AreForetoldAsWellAsByTheReference) {
  const std::optional<RunsScore> score = score_runs(runs_);
  ASSERT_TRUE(score);
  EXPECT_NEAR(score->divergence->log_loss, .0404, .001);
  EXPECT_NEAR(score->divergence->brier, .01168, 3e-4);
  EXPECT_NEAR(score->divergence->f1, .921, .005);
  EXPECT_EQ(score->divergence->bins, 53);
  EXPECT_NEAR(score->divergence->bins_within_2, .962, .02);
  EXPECT_EQ(score->divergence->bins_within_4, 1);
  EXPECT_NEAR(*score->lowest_lost, .75, .01);
  EXPECT_EQ(score->lost_below_half, 0);
  EXPECT_NEAR(score->plain_line.log_loss, .0803, 1e-4);
  EXPECT_NEAR(score->threshold_f1, .817, 1e-3);
  EXPECT_EQ(score->sweeps, 150);
  EXPECT_NEAR(score->peak.within_step, .780, .007);
  EXPECT_NEAR(score->peak.low_regret, .807, .007);
  EXPECT_NEAR(score->peak.regret_q90, .0038, 2e-4);
  EXPECT_NEAR(score->published_peak.low_regret, .480, 1e-3);
  EXPECT_NEAR(score->own_parabola.low_regret, .747, 1e-3);
  EXPECT_EQ(score->largest_runs, 310);
  EXPECT_NEAR(score->largest.smoothed, .0130, 2e-4);
  EXPECT_NEAR(score->largest.final, .0289, 2e-4);
  EXPECT_NEAR(score->largest.shifted, .0269, 2e-4);
  EXPECT_NEAR(score->largest_power_law.smoothed, .0443, 5e-4);
  EXPECT_NEAR(score->largest_neighbour.smoothed, .0513, 1e-4);
  EXPECT_NEAR(score->largest_if_known.final, .0236, 1e-4);
  EXPECT_NEAR(score->largest_if_known.shifted, .0186, 1e-4);
}

}  // namespace
}  // namespace losscast
