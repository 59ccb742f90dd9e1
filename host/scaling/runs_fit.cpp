#include "losscast/scaling/runs_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "losscast/base/error.hpp"

namespace losscast {

namespace {

constexpr double kSlack = 1.001;  // by which a number may leave what is reliable

SeenRange range_of(std::span<const FinishedRun> runs, double RunSetting::*member) {
  SeenRange range = {runs.front().setting.*member, runs.front().setting.*member};
  for (const FinishedRun& run : runs) {
    range.low = std::min(range.low, run.setting.*member);
    range.high = std::max(range.high, run.setting.*member);
  }
  return range;
}

void require_sizes(std::span<const FinishedRun> runs) {
  const auto sizes = sizes_of(runs).size();
  if (sizes >= 2) return;
  throw InputError(sizes == 0 ? "there are no runs" : "all runs are of one size",
                   "how LRs and losses move with the size is seen from two sizes or more", "add runs of another size");
}

void describe(std::span<const FinishedRun> runs, std::span<const LrSweep> sweeps, RunsFit& fit) {
  fit.params = range_of(runs, &RunSetting::params);
  fit.tokens = range_of(runs, &RunSetting::tokens);
  fit.batch = range_of(runs, &RunSetting::batch);
  fit.runs = static_cast<int>(runs.size());
  fit.diverged = static_cast<int>(std::ranges::count(runs, true, &FinishedRun::diverged));
  for (const FinishedRun& run : runs)
    if (!run.diverged) fit.loss_error += std::abs(fit.loss.smoothed_loss(run.setting) - run.best_known_loss());
  fit.loss_error /= std::max(1, fit.runs - fit.diverged);
  for (const LrSweep& sweep : sweeps) {
    if (!has_peak(sweep)) continue;
    const SweepBest best = best_of_sweep(sweep);
    ++fit.sweeps;
    fit.one_sided += best.at_low_end || best.at_high_end ? 1 : 0;
  }
}

RunSetting at_best_lr(const RunsFit& fit, double params, double tokens, double batch) {
  return {params, tokens, batch, fit.peak.best_lr(params, tokens, batch)};
}

RunSetting at_best_batch(const RunsFit& fit, double params, double tokens) {
  constexpr int kSteps = 400;
  RunSetting best;
  double least = INFINITY;
  for (int i = 0; i <= kSteps; ++i) {
    const double batch = fit.batch.low * std::pow(fit.batch.high / fit.batch.low, static_cast<double>(i) / kSteps);
    const RunSetting tried = at_best_lr(fit, params, tokens, batch);
    const double loss = fit.loss.smoothed_loss(tried);
    if (loss >= least) continue;
    least = loss;
    best = tried;
  }
  return best;
}

void require_positive(double number, const char* what) {
  if (!(number > 0) || !std::isfinite(number))
    throw InputError(fmt::format("{:.4g} is no number of {}", number, what), "it is counted, from above 0",
                     "give a number such as 1e9");
}

// Nothing if a number is within what was seen, or less than the reliable ratio beyond.
std::optional<std::string> leaves(double number, const SeenRange& seen, const char* what) {
  if (number > kReliableRunRatio * seen.high * kSlack)
    return fmt::format(
        "{:.3g} {} are {:.1f} times the most seen, {:.3g}; the laws are known to hold up to {:.0f} times", number, what,
        number / seen.high, seen.high, kReliableRunRatio);
  if (number * kReliableRunRatio * kSlack < seen.low)
    return fmt::format("{:.3g} {} are {:.1f} times fewer than the fewest seen, {:.3g}", number, what, seen.low / number,
                       seen.low);
  return std::nullopt;
}

}  // namespace

RunsFit fit_runs(std::span<const FinishedRun> runs, const DivergenceOptions& options) {
  require_sizes(runs);
  const std::vector<LrSweep> sweeps = lr_sweeps(runs);
  RunsFit fit;
  fit.loss = fit_final_loss(runs);
  fit.peak = fit_peak_law(sweeps);
  fit.divergence = fit_divergence(runs, options);
  describe(runs, sweeps, fit);
  return fit;
}

PeakAdvice advise(const RunsFit& fit, double params, double tokens, std::optional<double> batch) {
  require_positive(params, "parameters");
  require_positive(tokens, "tokens");
  if (batch) require_positive(*batch, "tokens per step");
  PeakAdvice advice;
  advice.setting = batch ? at_best_lr(fit, params, tokens, *batch) : at_best_batch(fit, params, tokens);
  advice.smoothed_loss = fit.loss.smoothed_loss(advice.setting);
  advice.last_batch_offset = fit.loss.last_batch_offset(advice.setting);
  advice.error = fit.held_out_error.value_or(fit.loss_error);
  if (!fit.divergence) return advice;
  RunSetting doubled = advice.setting;
  doubled.peak_lr *= 2;
  advice.divergence = fit.divergence->probability(advice.setting);
  advice.divergence_at_double = fit.divergence->probability(doubled);
  advice.lr_of_1_percent = fit.divergence->highest_lr(advice.setting, 0.01);
  advice.lr_of_10_percent = fit.divergence->highest_lr(advice.setting, 0.1);
  return advice;
}

std::vector<std::string> extrapolations(const RunsFit& fit, const RunSetting& setting) {
  std::vector<std::string> found;
  for (const auto& doubt :
       {leaves(setting.params, fit.params, "parameters"), leaves(setting.tokens, fit.tokens, "tokens"),
        leaves(setting.batch, fit.batch, "tokens per step")})
    if (doubt) found.push_back(*doubt);
  return found;
}

}  // namespace losscast
