#include "losscast/hazard/jumps_of_runs.hpp"

#include <algorithm>
#include <cmath>

#include "losscast/base/contract.hpp"

namespace losscast {

std::vector<SeriesSpike> without_rises(const Schedule& schedule, std::vector<SeriesSpike> spikes) {
  constexpr double kRise = 1.05;
  constexpr Step kShareBefore = 20;  // of the run, as its inverse
  std::erase_if(spikes, [&](const SeriesSpike& spike) {
    const Step last = schedule.total_steps() - 1, peak = std::clamp<Step>(spike.peak - 1, 0, last);
    const Step first = std::max<Step>(0, spike.begin - schedule.total_steps() / kShareBefore);
    std::vector<double> before(static_cast<std::size_t>(std::max<Step>(1, std::min(spike.begin, last) - first)));
    schedule.fill(std::min(first, last), before);
    return schedule.lr(peak) > kRise * std::ranges::min(before);
  });
  return spikes;
}

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

JumpSize jump_size(std::span<const WatchedRun> runs) {
  double count = 0, heights = 0, areas = 0;
  for (const WatchedRun& run : runs)
    for (const SeriesSpike& spike : run.spikes) {
      ++count;
      heights += spike.height;
      areas += spike.area;
    }
  LOSSCAST_EXPECTS(count > 0);
  return {.mean = heights / count, .decay = heights / areas};
}

Spikes jumps_of_rate(const SpikeRate& rate, const JumpSize& size, double amplification) {
  return {.jump_rate = std::exp(rate.log_rate()),
          .critical_lr = rate.reference() / amplification,
          .jump_exponent = rate.exponent(),
          .mean_jump = size.mean,
          .jump_decay = size.decay};
}

}  // namespace losscast
