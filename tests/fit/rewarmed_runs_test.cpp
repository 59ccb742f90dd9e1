// Second phases of real runs (LOSSCAST_DATA), forecast by a fit to four runs of one phase.
#include "bench/common/rewarmed_runs.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "losscast/fit/fit_model.hpp"

namespace losscast::bench {
namespace {

class RewarmedRuns : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* data = std::getenv("LOSSCAST_DATA");
    if (data == nullptr) GTEST_SKIP() << "LOSSCAST_DATA is not set: second phases of real runs are not tested.";
    all_ = read_small_transformer(std::filesystem::path(data) / "small_transformer");
    ASSERT_EQ(all_.rewarmed.size(), 2u);
  }
  SmallTransformer all_;
};

bool holds(const LossForecast& band, double value) { return band.q05 <= value && value <= band.q95; }

TEST_F(RewarmedRuns, AreForecastFromRunsOfOnePhase) {
  const std::vector<Curve> four = four_runs(all_);
  ASSERT_EQ(four.size(), 4u);
  const Fit fit = fit_model(four, find_model("adamw"));
  for (const Curve& run : all_.rewarmed) {
    const MeasuredPhase measured = measured_phase(run);
    const ForecastPhase forecast = forecast_phase(fit, run);
    EXPECT_NEAR(forecast.last.mean, measured.last, 1e-2) << run.name;
    EXPECT_TRUE(holds(forecast.last, measured.last)) << run.name;
    EXPECT_TRUE(holds(forecast.rewarming.before, measured.before)) << run.name;
    EXPECT_GT(forecast.share_in_band, 0.8) << run.name;
    // The highest loss is not asked for: for some 400 updates after a short warm-up it exceeds the law
    // (docs/phases.md).
    const Rewarming::Recovery& recovery = forecast.rewarming.recovery;
    ASSERT_TRUE(recovery.early && recovery.late) << run.name;
    EXPECT_LE(*recovery.early, measured.back) << run.name;
    EXPECT_GE(*recovery.late, measured.back) << run.name;
  }
}

}  // namespace
}  // namespace losscast::bench
