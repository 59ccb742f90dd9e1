// Warm-ups beyond the limit of stability, of the small transformer (LOSSCAST_DATA).
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "bench/common/high_peaks.hpp"
#include "losscast/fit/fit_model.hpp"

namespace losscast::bench {
namespace {

class Warmup : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* data = std::getenv("LOSSCAST_DATA");
    if (data == nullptr) GTEST_SKIP() << "LOSSCAST_DATA is not set: warm-ups of real runs are not tested.";
    runs_ = read_high_peaks(std::filesystem::path(data) / "small_transformer");
  }

  // To the usual runs and those at high peaks up to this one.
  Fit fit_up_to(double peak) const {
    std::vector<Curve> train = runs_.usual;
    for (const Curve& run : runs_.high)
      if (run.recipe.peak_lr() < 1.01 * peak) train.push_back(run);
    return fit_model(train, find_model("adamw"));
  }

  const Curve& run(double peak, bool is_short_one) const {
    for (const Curve& one : runs_.high)
      if (std::abs(one.recipe.peak_lr() / peak - 1) < 0.01 && is_short(one) == is_short_one) return one;
    throw std::logic_error("no such run");
  }

  double gap(const Fit& fit, double peak) const {
    const auto last = [&](const Curve& one) {
      return fitted_law(fit, one.recipe, one.weight_decay, std::vector<Step>{one.recipe.total_steps()}).front();
    };
    return last(run(peak, true)) - last(run(peak, false));
  }

  double measured_gap(double peak) const { return last_loss(run(peak, true)) - last_loss(run(peak, false)); }

 private:
  HighPeaks runs_;
};

TEST_F(Warmup, SetsRunsApartBeyondTheHighestPeakFitted) {
  const Fit fit = fit_up_to(0.04);
  EXPECT_GT(fit.reference.limit_power, 0);
  for (const double peak : {0.04, 0.08}) {
    EXPECT_LT(gap(fit, peak), 2 * measured_gap(peak)) << peak;
    EXPECT_GT(gap(fit, peak), measured_gap(peak) / 2) << peak;
  }
}

TEST_F(Warmup, IsToldByRunsFarBeyondTheLimit) {
  for (const double highest : {0.08, 0.16}) {
    const Fit fit = fit_up_to(highest);
    EXPECT_GT(fit.reference.limit_power, 0);
    for (const double peak : {0.04, 0.08}) {
      EXPECT_LT(gap(fit, peak), 2 * measured_gap(peak)) << peak;
      EXPECT_GT(gap(fit, peak), measured_gap(peak) / 2) << peak;
    }
  }
}

}  // namespace
}  // namespace losscast::bench
