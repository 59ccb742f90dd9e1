#include "scaling/peak_score.hpp"

#include <algorithm>
#include <cmath>

namespace losscast {

namespace {

// Linear between the sorted values.
double quantile(std::vector<double> values, double share) {
  std::ranges::sort(values);
  const double place = share * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return std::lerp(values[below], values[above], place - static_cast<double>(below));
}

}  // namespace

SweepRegret regret_of(const LrSweep& sweep, double lr) {
  constexpr double kStep = 1.44;
  const auto farness = [lr](const FinishedRun& run) { return std::abs(std::log(run.setting.peak_lr / lr)); };
  const FinishedRun& lowest = *std::ranges::min_element(sweep.runs, {}, &FinishedRun::final_loss);
  const FinishedRun& nearest = *std::ranges::min_element(sweep.runs, {}, farness);
  return {farness(lowest) <= std::log(kStep), nearest.final_loss - lowest.final_loss};
}

PeakScore score_peaks(std::span<const SweepRegret> regrets) {
  constexpr double kLow = 2e-3, kMost = 0.9;
  PeakScore score;
  if (regrets.empty()) return score;
  std::vector<double> all;
  for (const SweepRegret& one : regrets) {
    score.within_step += one.within_step ? 1 : 0;
    score.low_regret += one.regret <= kLow ? 1 : 0;
    score.mean_regret += one.regret;
    all.push_back(one.regret);
  }
  const auto count = static_cast<double>(regrets.size());
  score.within_step /= count;
  score.low_regret /= count;
  score.mean_regret /= count;
  score.regret_q90 = quantile(std::move(all), kMost);
  return score;
}

}  // namespace losscast
