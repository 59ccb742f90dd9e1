#include "losscast/scaling/finished_run.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

namespace losscast {

namespace {

constexpr double kSameBatch = 1.005;   // ratio, as tokens / steps rounds
constexpr double kSameBatches = 1.01;  // ratio, between models of other sizes

bool near(double one, double other, double ratio) { return std::max(one, other) <= ratio * std::min(one, other); }

bool same_sweep(const RunSetting& one, const RunSetting& other) {
  return one.params == other.params && one.tokens == other.tokens && near(one.batch, other.batch, kSameBatch);
}

LrSweep sweep_of(std::span<FinishedRun> runs) {
  std::ranges::stable_sort(runs, {}, [](const FinishedRun& run) { return run.setting.peak_lr; });
  const RunSetting& first = runs.front().setting;
  LrSweep sweep{.params = first.params, .tokens = first.tokens, .batch = first.batch, .runs = {}};
  for (const FinishedRun& run : runs) {
    if (!run.diverged) sweep.runs.push_back(run);
    sweep.bounded_above = run.diverged;
  }
  return sweep;
}

}  // namespace

std::vector<LrSweep> lr_sweeps(std::span<const FinishedRun> runs) {
  std::vector<FinishedRun> sorted(runs.begin(), runs.end());
  std::ranges::stable_sort(sorted, {}, [](const FinishedRun& run) {
    return std::tuple(run.setting.params, run.setting.tokens, run.setting.batch);
  });
  std::vector<LrSweep> sweeps;
  for (auto begin = sorted.begin(); begin != sorted.end();) {
    const auto end = std::find_if(begin, sorted.end(),
                                  [&](const FinishedRun& run) { return !same_sweep(run.setting, begin->setting); });
    LrSweep sweep = sweep_of({begin, end});
    if (!sweep.runs.empty()) sweeps.push_back(std::move(sweep));
    begin = end;
  }
  return sweeps;
}

std::vector<double> sizes_of(std::span<const FinishedRun> runs) {
  std::set<double> sizes;
  for (const FinishedRun& run : runs) sizes.insert(run.setting.params);
  return {sizes.begin(), sizes.end()};
}

bool same_batches(const RunSetting& one, const RunSetting& other) {
  return near(one.tokens, other.tokens, kSameBatches) && near(one.batch, other.batch, kSameBatches);
}

}  // namespace losscast
