#include "scaling/divergence_score.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "losscast/base/contract.hpp"

namespace losscast {

namespace {

struct Bin {
  double runs = 0, expected = 0, variance = 0, diverged = 0;

  void add(double probability, bool did) {
    ++runs;
    expected += probability;
    variance += probability * (1 - probability);
    diverged += did ? 1 : 0;
  }
  double excess() const { return std::abs(expected - diverged); }
  // How many standard errors the share diverged is from the mean probability.
  double errors_off() const { return excess() == 0 ? 0 : excess() / std::sqrt(variance); }
};

// What was called diverged against what did.
struct Calls {
  double right = 0, called = 0, diverged = 0;

  void add(bool call, bool did) {
    right += call && did ? 1 : 0;
    called += call ? 1 : 0;
    diverged += did ? 1 : 0;
  }
  double f1() const { return called + diverged == 0 ? 0 : 2 * right / (called + diverged); }
};

double expected_calibration_error(const ForetoldRuns& foretold) {
  constexpr double kBins = 10;
  std::map<double, Bin> bins;
  for (std::size_t i = 0; i < foretold.runs.size(); ++i) {
    const double p = foretold.probabilities[i];
    bins[std::min(std::floor(kBins * p), kBins - 1)].add(p, foretold.runs[i].diverged);
  }
  double sum = 0;
  for (const auto& [place, bin] : bins) sum += bin.excess();
  return sum / static_cast<double>(foretold.runs.size());
}

void score_bins(const ForetoldRuns& foretold, double top_lr, DivergenceScore& score) {
  constexpr double kFewest = 10;
  std::map<std::pair<double, double>, Bin> bins;  // by size and LR
  for (std::size_t i = 0; i < foretold.runs.size(); ++i) {
    const RunSetting& setting = foretold.runs[i].setting;
    const double place = std::round(2 * std::log2(setting.peak_lr / top_lr));
    bins[{setting.params, place}].add(foretold.probabilities[i], foretold.runs[i].diverged);
  }
  for (const auto& [place, bin] : bins) {
    if (bin.runs < kFewest) continue;
    ++score.bins;
    score.bins_within_2 += bin.errors_off() <= 2 ? 1 : 0;
    score.bins_within_4 += bin.errors_off() <= 4 ? 1 : 0;
  }
  score.bins_within_2 /= std::max(1, score.bins);
  score.bins_within_4 /= std::max(1, score.bins);
}

Calls calls_from(std::span<const FinishedRun> runs, double params, double threshold) {
  Calls calls;
  for (const FinishedRun& run : runs)
    if (run.setting.params == params) calls.add(run.setting.peak_lr >= threshold, run.diverged);
  return calls;
}

}  // namespace

DivergenceScore score_divergence(const ForetoldRuns& foretold, double top_lr) {
  LOSSCAST_EXPECTS(!foretold.runs.empty());
  constexpr double kLeast = 1e-12;  // that a probability counts for
  DivergenceScore score;
  Calls calls;
  for (std::size_t i = 0; i < foretold.runs.size(); ++i) {
    const bool diverged = foretold.runs[i].diverged;
    const double p = foretold.probabilities[i], off = diverged ? 1 - p : p;
    score.log_loss -= std::log(std::max(1 - off, kLeast));
    score.brier += off * off;
    calls.add(p > 0.5, diverged);
  }
  score.log_loss /= static_cast<double>(foretold.runs.size());
  score.brier /= static_cast<double>(foretold.runs.size());
  score.f1 = calls.f1();
  score.calibration_error = expected_calibration_error(foretold);
  score_bins(foretold, top_lr, score);
  return score;
}

double best_threshold_f1(std::span<const FinishedRun> runs) {
  Calls all;
  for (const double params : sizes_of(runs)) {
    std::set<double> lrs;
    for (const FinishedRun& run : runs)
      if (run.setting.params == params) lrs.insert(run.setting.peak_lr);
    Calls best;
    for (const double lr : lrs) {
      const Calls calls = calls_from(runs, params, lr);
      if (calls.f1() >= best.f1()) best = calls;
    }
    all.right += best.right;
    all.called += best.called;
    all.diverged += best.diverged;
  }
  return all.f1();
}

}  // namespace losscast
