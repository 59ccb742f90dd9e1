#include "losscast/search/limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "losscast/error.hpp"
#include "losscast/io/schedule_text.hpp"
#include "losscast/math/elementary.hpp"
#include "losscast/model/coarse_table.hpp"

namespace losscast {
namespace {

constexpr int kBlocksPerSegment = 16;
constexpr std::int64_t kSample = 65'536;  // candidates in which one that meets the limits is looked for

// 1 - exp(- sum of the rate over the run's updates).
double spike_probability(const Schedule& schedule, const Spikes& spikes) {
  double sum = 0;
  for (const double part : coarse_power_sums(schedule, spikes.critical_lr, spikes.jump_exponent, kBlocksPerSegment))
    sum += part;
  return -math::expm1(-spikes.jump_rate * sum);
}

void require_one(const CandidateList& candidates, double limit, const Spikes& spikes, int threads) {
  std::vector<std::int64_t> numbers;
  const std::int64_t all = candidates.size(), count = std::min(all, kSample);
  for (std::int64_t i = 0; i < count; ++i) numbers.push_back(i * all / count);
  double lowest = std::numeric_limits<double>::infinity();
  std::optional<Candidate> closest;
  for (std::optional<Candidate>& one : candidates.make(numbers, threads)) {
    if (!one) continue;
    const double probability = spike_probability(one->schedule, spikes);
    if (probability <= limit) return;
    if (probability >= lowest) continue;
    lowest = probability;
    closest = std::move(one);
  }
  if (closest)
    throw InputError(
        fmt::format("no candidate meets the limit p_spike = {:g} (of {} candidates the closest has {:.3g}: {}) raise "
                    "it, or let the space have lower peaks",
                    limit, count, lowest, schedule_text(closest->arguments)));
}

}  // namespace

void apply_limits(CandidateList& candidates, const Limits& limits, const Spikes& spikes, int threads) {
  if (!limits.spike_probability) return;
  if (!(spikes.jump_rate > 0))
    throw InputError("the limit p_spike limits nothing (there are no jumps) give spikes, or leave the limit out");
  const double limit = *limits.spike_probability;
  require_one(candidates, limit, spikes, threads);
  candidates.keep_only(
      [limit, spikes](const Schedule& schedule) { return spike_probability(schedule, spikes) <= limit; });
}

}  // namespace losscast
