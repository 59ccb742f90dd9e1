// Tables of runs whose laws are known.
#pragma once

#include <cmath>
#include <vector>

#include "losscast/random/counter.hpp"
#include "losscast/random/uniform.hpp"
#include "losscast/scaling/runs_fit.hpp"

namespace losscast::test {

inline const DivergenceParameters kTrueDivergence = {.weights = {-12, 14, 3.5, 8, 7, 1.5}, .border_steps = 3e4};
inline const PeakLaw kTruePeak = {.constants = {-5.9, -.8, .23, -5.5, -.35}};
inline const FinalLossLaw kTrueLoss = {
    .values = {1.65, .5, .33, .3, .29, -4.2, -3.3, .25, -2.8, .9, -3.4, .8, -5.9, -.8, .23, -5.5, -.35, -3.5, 2.2, .1},
    .offsets = {}};

// Every size with every tokens, batch and LR: half octaves from 0.03 down.
inline std::vector<RunSetting> true_settings(const std::vector<double>& sizes) {
  std::vector<RunSetting> settings;
  constexpr int kLrs = 14;
  for (const double params : sizes)
    for (const double tokens : {5e9, 2e10, 8e10})
      for (const double batch : {65536., 262144., 1048576., 2097152.})
        for (int i = 0; i < kLrs; ++i) settings.push_back({params, tokens, batch, .03 * std::exp2(-i / 2.)});
  return settings;
}

inline std::vector<FinishedRun> true_runs(const std::vector<double>& sizes = {1e8, 2e8, 4e8, 8e8}) {
  std::vector<FinishedRun> runs;
  for (const RunSetting& setting : true_settings(sizes)) {
    FinishedRun run{.setting = setting, .final_loss = kTrueLoss.smoothed_loss(setting)};
    run.smoothed_loss = run.final_loss;
    const double chance = 1 / (1 + std::exp(-kTrueDivergence.score(setting)));
    const RandomBits bits = random_bits(5, Stream::noise, runs.size(), 0, 0);
    run.diverged = static_cast<double>(open_uniform(bits.word[0])) < chance;
    runs.push_back(run);
  }
  return runs;
}

// Runs whose final loss is a parabola about the best LR, none diverged.
inline std::vector<FinishedRun> runs_about_peak(const PeakLaw& law) {
  std::vector<FinishedRun> runs;
  for (const RunSetting& setting : true_settings({1e8, 2e8, 4e8})) {
    const double off = std::log(setting.peak_lr / law.best_lr(setting.params, setting.tokens, setting.batch));
    runs.push_back({.setting = setting, .final_loss = 2.5 + .02 * off * off});
  }
  return runs;
}

}  // namespace losscast::test
