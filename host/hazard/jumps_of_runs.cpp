#include "losscast/hazard/jumps_of_runs.hpp"

#include <algorithm>
#include <cmath>

#include "losscast/base/contract.hpp"

namespace losscast {

RateEvidence rate_evidence(const WatchedRun& run) {
  LOSSCAST_EXPECTS(0 <= run.first && run.first < run.last && run.last <= run.schedule.total_steps());
  constexpr Step kMostParts = 512;
  RateEvidence evidence;
  const Step steps = run.last - run.first, parts = std::min(steps, kMostParts);
  for (Step part = 0; part < parts; ++part) {
    const Step begin = run.first + steps * part / parts, end = run.first + steps * (part + 1) / parts;
    const double lr = run.schedule.lr((begin + end - 1) / 2);
    if (lr > 0) evidence.strained.push_back({.strain = lr, .steps = static_cast<double>(end - begin)});
  }
  for (const SeriesSpike& spike : run.spikes) {
    // A spike shows after the updates that made it; at an LR of 0 the last one above 0 did.
    double lr = 0;
    for (Step update = std::clamp<Step>(spike.begin - 1, 0, run.schedule.total_steps() - 1); lr <= 0 && update >= 0;
         --update)
      lr = run.schedule.lr(update);
    if (lr > 0) evidence.strains_of_spikes.push_back(lr);
  }
  return evidence;
}

Spikes jumps_of_runs(std::span<const WatchedRun> runs, const SpikeRate& rate) {
  double count = 0, heights = 0, areas = 0;
  for (const WatchedRun& run : runs)
    for (const SeriesSpike& spike : run.spikes) {
      ++count;
      heights += spike.height;
      areas += spike.area;
    }
  LOSSCAST_EXPECTS(count > 0);
  return {.jump_rate = std::exp(rate.log_rate()),
          .critical_lr = rate.reference(),
          .jump_exponent = rate.exponent(),
          .mean_jump = heights / count,
          .jump_decay = heights / areas};
}

}  // namespace losscast
