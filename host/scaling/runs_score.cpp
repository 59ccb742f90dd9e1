#include "losscast/scaling/runs_score.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "scaling/divergence_formula.hpp"
#include "scaling/divergence_score.hpp"
#include "scaling/loss_baselines.hpp"
#include "scaling/peak_score.hpp"

namespace losscast {

namespace {

struct Fold {
  std::vector<FinishedRun> fitted, asked;
  double params = 0;
};

Fold fold_of(std::span<const FinishedRun> runs, double params) {
  Fold fold{.fitted = {}, .asked = {}, .params = params};
  for (const FinishedRun& run : runs) (run.setting.params == params ? fold.asked : fold.fitted).push_back(run);
  return fold;
}

std::vector<FinishedRun> that_went_well(std::span<const FinishedRun> runs) {
  std::vector<FinishedRun> well;
  for (const FinishedRun& run : runs)
    if (!run.diverged) well.push_back(run);
  return well;
}

double plain_probability(const RunSetting& setting) {
  constexpr double kSteepness = 7.45;
  return logistic(kSteepness * std::log(setting.peak_lr / plain_even_lr(setting)));
}

LossScore mean_errors(std::span<const FinishedRun> runs, std::span<const double> losses, const FinalLossLaw& law) {
  LossScore score;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const FinishedRun& run = runs[i];
    score.smoothed += std::abs(losses[i] - run.best_known_loss());
    score.final += std::abs(losses[i] - run.final_loss);
    score.shifted += std::abs(losses[i] + law.last_batch_offset(run.setting) - run.final_loss);
  }
  const auto count = static_cast<double>(std::max<std::size_t>(runs.size(), 1));
  return {score.smoothed / count, score.final / count, score.shifted / count};
}

std::vector<double> losses_of(const FinalLossLaw& law, std::span<const FinishedRun> runs) {
  std::vector<double> losses;
  for (const FinishedRun& run : runs) losses.push_back(law.smoothed_loss(run.setting));
  return losses;
}

// What the folds add up to.
class Scorer {
 public:
  Scorer(std::span<const FinishedRun> runs, const DivergenceOptions& options) : runs_(runs), options_(options) {
    for (const FinishedRun& run : runs) top_lr_ = std::max(top_lr_, run.setting.peak_lr);
  }

  RunsScore score() {
    for (const double params : sizes_of(runs_)) leave_out(fold_of(runs_, params));
    const double runs = well_ > 0 ? well_ : 1;
    score_.loss = {errors_.smoothed / runs, errors_.final / runs, errors_.shifted / runs};
    score_.peak = score_peaks(by_law_);
    score_.published_peak = score_peaks(by_published_);
    score_.own_parabola = score_peaks(by_parabola_);
    score_.sweeps = static_cast<int>(by_law_.size());
    if (foretold_.runs.size() == runs_.size()) score_.divergence = score_divergence(foretold_, top_lr_);
    score_line();
    return std::move(score_);
  }

 private:
  void leave_out(const Fold& fold) {
    const RunsFit fit = fit_runs(fold.fitted, options_);
    FoldScore& score = score_.folds.emplace_back();
    score.params = fold.params;
    score.runs = static_cast<int>(fold.asked.size());
    score.diverged = static_cast<int>(std::ranges::count(fold.asked, true, &FinishedRun::diverged));
    ask_divergence(fit, fold, score);
    ask_peak(fit, fold, score);
    ask_loss(fit, fold, score);
  }

  void ask_divergence(const RunsFit& fit, const Fold& fold, FoldScore& score) {
    if (!fit.divergence) return;
    ForetoldRuns foretold;
    for (const FinishedRun& run : fold.asked) {
      const double probability = fit.divergence->probability(run.setting);
      foretold.add(run, probability);
      foretold_.add(run, probability);
      if (run.diverged) add_lost(run.setting.peak_lr / fit.divergence->even_lr(run.setting));
    }
    score.divergence = score_divergence(foretold, top_lr_);
  }

  // The LR of a run that diverged, over that of P = 1/2.
  void add_lost(double ratio) {
    score_.lowest_lost = std::min(score_.lowest_lost.value_or(ratio), ratio);
    score_.lost_below_half += ratio < 0.5 ? 1 : 0;
  }

  void ask_peak(const RunsFit& fit, const Fold& fold, FoldScore& score) {
    const std::size_t before = by_law_.size();
    for (const LrSweep& sweep : lr_sweeps(fold.asked)) {
      if (!has_peak(sweep)) continue;
      by_law_.push_back(regret_of(sweep, fit.peak.best_lr(sweep.params, sweep.tokens, sweep.batch)));
      by_published_.push_back(regret_of(sweep, published_best_lr(sweep.runs.front().setting)));
      by_parabola_.push_back(regret_of(sweep, std::exp(best_of_sweep(sweep).log_lr)));
    }
    score.sweeps = static_cast<int>(by_law_.size() - before);
    score.peak = score_peaks(std::span(by_law_).subspan(before));
  }

  void ask_loss(const RunsFit& fit, const Fold& fold, FoldScore& score) {
    const std::vector<FinishedRun> well = that_went_well(fold.asked);
    score.loss = mean_errors(well, losses_of(fit.loss, well), fit.loss);
    const auto count = static_cast<double>(well.size());
    errors_.smoothed += count * score.loss.smoothed;
    errors_.final += count * score.loss.final;
    errors_.shifted += count * score.loss.shifted;
    well_ += count;
    if (fold.params == sizes_of(runs_).back()) compare_losses(fit, fold, well);
  }

  void compare_losses(const RunsFit& fit, const Fold& fold, const std::vector<FinishedRun>& well) {
    std::vector<double> known;
    for (const FinishedRun& run : well) known.push_back(run.best_known_loss());
    score_.largest = mean_errors(well, losses_of(fit.loss, well), fit.loss);
    score_.largest_power_law = mean_errors(well, power_law_losses(fold.fitted, well), fit.loss);
    score_.largest_neighbour = mean_errors(well, neighbour_losses(fold.fitted, well), fit.loss);
    score_.largest_if_known = mean_errors(well, known, fit.loss);
    score_.largest_runs = static_cast<int>(well.size());
  }

  void score_line() {
    ForetoldRuns by_line;
    for (const FinishedRun& run : runs_) by_line.add(run, plain_probability(run.setting));
    score_.plain_line = score_divergence(by_line, top_lr_);
    score_.threshold_f1 = best_threshold_f1(runs_);
  }

  std::span<const FinishedRun> runs_;
  DivergenceOptions options_;
  double top_lr_ = 0;
  RunsScore score_;
  ForetoldRuns foretold_;
  std::vector<SweepRegret> by_law_, by_published_, by_parabola_;
  LossScore errors_;  // sums
  double well_ = 0;   // runs that did not diverge
};

}  // namespace

double plain_even_lr(const RunSetting& setting) {
  return 0.0097 * std::pow(setting.params / 1e9, -0.29) * std::pow(setting.batch / kMiddleBatch, -0.07);
}

double published_best_lr(const RunSetting& setting) {
  return 1.79 * std::pow(setting.params, -0.713) * std::pow(setting.tokens, 0.307);
}

std::optional<RunsScore> score_runs(std::span<const FinishedRun> runs, const DivergenceOptions& options) {
  constexpr std::size_t kFewestSizes = 3, kFewestSwept = 2;  // a fold leaves one size out
  std::set<double> swept;
  for (const LrSweep& sweep : lr_sweeps(runs))
    if (has_peak(sweep)) swept.insert(sweep.params);
  if (sizes_of(runs).size() < kFewestSizes || swept.size() < kFewestSwept) return std::nullopt;
  return Scorer(runs, options).score();
}

}  // namespace losscast
