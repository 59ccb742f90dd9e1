#include "losscast/scaling/runs_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "losscast/base/contract.hpp"
#include "losscast/base/counted.hpp"
#include "losscast/base/error.hpp"
#include "losscast/scaling/plausible_numbers.hpp"

namespace losscast {

namespace {

constexpr double kSlack = 1.001;  // by which a number may leave what is reliable

// How many numbers the laws have: fewer runs or sweeps than these leave some of them to the priors.
constexpr int kPeakNumbers = 5, kDivergenceNumbers = 7, kLossNumbers = FinalLossLaw::kParameters;
constexpr double kLargestError = 0.1;  // nats; of public runs it is a hundredth to a fiftieth

SeenRange range_of(std::span<const FinishedRun> runs, double RunSetting::*member) {
  SeenRange range = {runs.front().setting.*member, runs.front().setting.*member};
  for (const FinishedRun& run : runs) {
    range.low = std::min(range.low, run.setting.*member);
    range.high = std::max(range.high, run.setting.*member);
  }
  return range;
}

std::vector<FinishedRun> that_went_well(std::span<const FinishedRun> runs) {
  std::vector<FinishedRun> well;
  std::ranges::copy_if(runs, std::back_inserter(well), [](const FinishedRun& run) { return !run.diverged; });
  return well;
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
  fit.peak_lr = range_of(that_went_well(runs), &RunSetting::peak_lr);
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
  RunSetting best = at_best_lr(fit, params, tokens, fit.batch.low);
  double least = INFINITY;
  for (int i = 0; i <= kSteps; ++i) {
    const double batch = fit.batch.low * std::pow(fit.batch.high / fit.batch.low, static_cast<double>(i) / kSteps);
    if (batch > tokens) break;
    const RunSetting tried = at_best_lr(fit, params, tokens, batch);
    const double loss = fit.loss.smoothed_loss(tried);
    if (loss >= least) continue;
    least = loss;
    best = tried;
  }
  return best;
}

std::optional<BatchEnd> end_of_batches(const RunsFit& fit, double batch) {
  const bool least = batch <= fit.batch.low * kSlack, most = batch * kSlack >= fit.batch.high;
  if (least && most) return BatchEnd::only;
  if (least) return BatchEnd::smallest;
  if (most) return BatchEnd::largest;
  return std::nullopt;
}

void require_positive(double number, const char* what) {
  if (!(number > 0) || !std::isfinite(number))
    throw InputError(fmt::format("{:.4g} is no number of {}", number, what), "it is counted, from above 0",
                     "give a number such as 1e9");
}

void require_step(double tokens, double batch) {
  if (batch > tokens)
    throw InputError(fmt::format("{:.4g} tokens are less than a step of {:.4g}", tokens, batch),
                     "a run has a step or more", "give more tokens, or a smaller batch");
}

void require_advice(const PeakAdvice& advice) {
  const RunSetting& setting = advice.setting;
  for (const double number : {setting.peak_lr, advice.smoothed_loss, advice.divergence.value_or(0),
                              advice.lr_of_1_percent.value_or(0), advice.lr_of_10_percent.value_or(0)})
    if (!std::isfinite(number) || !kPlausibleLr.holds(setting.peak_lr) || !kPlausibleLoss.holds(advice.smoothed_loss))
      throw InputError(fmt::format("the laws have no numbers for {:.4g} parameters, {:.4g} tokens and {:.4g} per step",
                                   setting.params, setting.tokens, setting.batch),
                       "they are too far from the runs that were fitted", "ask nearer to them");
}

void add_divergence(const RunDivergenceLaw& law, PeakAdvice& advice) {
  RunSetting doubled = advice.setting;
  doubled.peak_lr *= 2;
  advice.divergence = law.probability(advice.setting);
  advice.divergence_at_double = law.probability(doubled);
  advice.lr_of_1_percent = law.highest_lr(advice.setting, 0.01);
  advice.lr_of_10_percent = law.highest_lr(advice.setting, 0.1);
}

// Nothing if the best LR is among those that were run, if these are not known, or if no LR is asked about.
std::optional<std::string> beyond_lrs(const SeenRange& seen, double best) {
  if (!(seen.low > 0) || !(best > 0)) return std::nullopt;
  if (best > seen.high * kSlack)
    return fmt::format("the best LR, {:.3g}, is above the highest of the runs that went well, {:.3g}", best, seen.high);
  if (best * kSlack < seen.low)
    return fmt::format("the best LR, {:.3g}, is below the lowest of the runs that went well, {:.3g}", best, seen.low);
  return std::nullopt;
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
  require_numbers(fit);
  return fit;
}

void require_numbers(const RunsFit& fit) {
  const auto middle = [](const SeenRange& range) { return std::sqrt(range.low) * std::sqrt(range.high); };
  const RunSetting setting = at_best_lr(fit, middle(fit.params), middle(fit.tokens), middle(fit.batch));
  const auto fail = [](const char* what, double number) {
    throw InputError(fmt::format("{} is {:.4g} in the middle of the runs that the laws were fitted to", what, number),
                     "that is none of a training run", "fit runs whose units are right, and do not change the laws");
  };
  if (!kPlausibleLr.holds(setting.peak_lr)) fail("the best LR", setting.peak_lr);
  if (const double loss = fit.loss.smoothed_loss(setting); !kPlausibleLoss.holds(loss)) fail("the final loss", loss);
  if (!fit.divergence) return;
  if (const double lr = fit.divergence->even_lr(setting); !(lr > 0) || !std::isfinite(lr))
    fail("the LR at which half of the runs diverge", lr);
  if (const double p = fit.divergence->probability(setting); !(p >= 0 && p <= 1)) fail("P(diverge)", p);
}

PeakAdvice advise(const RunsFit& fit, double params, double tokens, std::optional<double> batch) {
  require_positive(params, "parameters");
  require_positive(tokens, "tokens");
  if (batch) require_positive(*batch, "tokens per step");
  require_step(tokens, batch.value_or(fit.batch.low));
  PeakAdvice advice;
  advice.setting = batch ? at_best_lr(fit, params, tokens, *batch) : at_best_batch(fit, params, tokens);
  if (!batch) advice.batch_at_end = end_of_batches(fit, advice.setting.batch);
  advice.smoothed_loss = fit.loss.smoothed_loss(advice.setting);
  advice.last_batch_offset = fit.loss.last_batch_offset(advice.setting);
  advice.error = fit.held_out_error;
  if (fit.divergence) add_divergence(*fit.divergence, advice);
  require_advice(advice);
  return advice;
}

std::vector<std::string> doubts(const RunsFit& fit) {
  std::vector<std::string> found;
  const int two_sided = fit.sweeps - fit.one_sided, well = fit.runs - fit.diverged;
  if (two_sided < kPeakNumbers)
    found.push_back(
        fmt::format("the best LR is mostly from the priors: {} of LRs with the best inside tell its {} "
                    "numbers",
                    two_sided == 1 ? "1 sweep" : fmt::format("{} sweeps", two_sided), kPeakNumbers));
  if (well < kLossNumbers)
    found.push_back(fmt::format("the final loss is mostly from the priors: {} that went well tell its {} numbers",
                                counted(well, "run"), kLossNumbers));
  if (fit.divergence && std::min(fit.diverged, well) < kDivergenceNumbers)
    found.push_back(
        fmt::format("P(diverge) is mostly from the priors: {} that diverged and {} that did not tell its "
                    "{} numbers",
                    counted(fit.diverged, "run"), well, kDivergenceNumbers));
  if (fit.divergence && fit.divergence->draws.size() < 2)
    found.push_back("the law of divergence has fewer than two draws, so that its own uncertainty is not in P");
  if (!fit.held_out_error)
    found.push_back("how far such forecasts are off is not known: that needs three sizes, two of them with sweeps");
  if (const double error = fit.held_out_error.value_or(fit.loss_error); error > kLargestError)
    found.push_back(fmt::format("final losses {} are {:.3g} nats off on average: the runs follow no such law",
                                fit.held_out_error ? "of sizes left out" : "of the runs fitted", error));
  return found;
}

std::string reason_without_classifier(const RunsFit& fit) {
  LOSSCAST_EXPECTS(!fit.divergence);
  return fit.diverged == 0 ? "no run diverged; a classifier of divergence needs some that were lost"
                           : "runs diverged at lower LRs rather than at higher ones; a classifier of divergence needs "
                             "P to grow with the LR";
}

std::vector<std::string> extrapolations(const RunsFit& fit, const RunSetting& setting) {
  std::vector<std::string> found;
  for (const auto& doubt :
       {leaves(setting.params, fit.params, "parameters"), leaves(setting.tokens, fit.tokens, "tokens"),
        leaves(setting.batch, fit.batch, "tokens per step")})
    if (doubt) found.push_back(*doubt);
  if (const std::optional<std::string> doubt = beyond_lrs(fit.peak_lr, setting.peak_lr)) found.push_back(*doubt);
  return found;
}

}  // namespace losscast
