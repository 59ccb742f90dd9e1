#include "losscast/space/limits.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <memory>

#include "losscast/base/error.hpp"
#include "losscast/base/parallel.hpp"
#include "losscast/math/elementary.hpp"
#include "losscast/model/coarse_table.hpp"
#include "losscast/schedule/schedule_text.hpp"
#include "losscast/tails/divergence_law.hpp"

namespace losscast {
namespace {

constexpr int kBlocksPerSegment = 16;
constexpr std::int64_t kSample = 65'536;  // candidates in which one that meets the limits is looked for

struct Limit {
  std::string_view name;
  double most;
  std::function<double(const Recipe&)> probability;

  bool is_met(const Recipe& recipe) const { return probability(recipe) <= most; }
};

// 1 - exp(- sum of the rate over the run's updates).
double spike_probability(const Recipe& recipe, const Spikes& spikes) {
  double sum = 0;
  for (const double part : coarse_power_sums(recipe, spikes.critical_lr, spikes.jump_exponent, kBlocksPerSegment))
    sum += part;
  return -math::expm1(-spikes.jump_rate * sum);
}

std::vector<Limit> list_of(const Limits& limits, const LossSde& sde) {
  std::vector<Limit> list;
  if (limits.spike_probability) {
    const Spikes& spikes = sde.spikes;
    if (!(spikes.jump_rate > 0))
      throw InputError("the limit p_spike limits nothing", "there are no jumps", "give spikes, or leave the limit out");
    list.push_back({"p_spike", *limits.spike_probability,
                    [spikes](const Recipe& recipe) { return spike_probability(recipe, spikes); }});
  }
  if (limits.divergence_probability) {
    const auto law = std::make_shared<DivergenceLaw>(sde);
    list.push_back({"p_diverge", *limits.divergence_probability,
                    [law](const Recipe& recipe) { return law->probability(recipe); }});
  }
  return list;
}

// Returns the factor by which a schedule exceeds its limits, the worst of them; 1 or less where all are met.
double excess(const std::vector<Limit>& limits, const Recipe& recipe) {
  double worst = 0;
  for (const Limit& limit : limits) {
    const double relative = limit.probability(recipe) / limit.most;
    worst = std::isfinite(relative) ? std::max(worst, relative) : std::numeric_limits<double>::infinity();
  }
  return worst;
}

// Looked for in parts, spread over all numbers, each of which is spread as well.
void require_one(const CandidateList& candidates, const std::vector<Limit>& limits, int threads) {
  constexpr std::int64_t kAtOnce = 256;
  const std::int64_t all = candidates.size(), count = std::min(all, kSample);
  const std::int64_t parts = (count + kAtOnce - 1) / kAtOnce;
  double lowest = std::numeric_limits<double>::infinity();
  std::optional<Candidate> closest;
  for (std::int64_t part = 0; part < parts; ++part) {
    std::vector<std::int64_t> numbers;
    for (std::int64_t i = part; i < count; i += parts) numbers.push_back(i * all / count);
    std::vector<std::optional<Candidate>> made = candidates.make(numbers, threads);
    std::vector<double> excesses(made.size(), std::numeric_limits<double>::infinity());
    parallel_for(static_cast<std::int64_t>(made.size()), threads, [&](std::int64_t i) {
      const auto at = static_cast<std::size_t>(i);
      if (made[at]) excesses[at] = excess(limits, made[at]->recipe);
    });
    const auto best = std::min_element(excesses.begin(), excesses.end());
    if (*best <= 1) return;
    if (*best >= lowest) continue;
    lowest = *best;
    closest = std::move(made[static_cast<std::size_t>(best - excesses.begin())]);
  }
  if (!closest) return;  // there is no candidate at all, which others say
  std::vector<std::string> asked, found;
  for (const Limit& limit : limits) {
    asked.push_back(fmt::format("{} = {:g}", limit.name, limit.most));
    found.push_back(fmt::format("{} = {:.3g}", limit.name, limit.probability(closest->recipe)));
  }
  throw InputError(fmt::format("no candidate meets the limit {}", fmt::join(asked, ", ")),
                   fmt::format("of {} candidates the closest has {}: {}", count, fmt::join(found, ", "),
                               schedule_text(closest->arguments)),
                   "raise it, or let the space have lower peaks");
}

}  // namespace

void apply_limits(CandidateList& candidates, const Limits& limits, const LossSde& sde, int threads) {
  const std::vector<Limit> list = list_of(limits, sde);
  if (list.empty()) return;
  require_one(candidates, list, threads);
  candidates.keep_only([list](const Recipe& recipe) {
    return std::all_of(list.begin(), list.end(), [&](const Limit& limit) { return limit.is_met(recipe); });
  });
}

std::vector<LimitedRisk> limited_risks(const Recipe& recipe, const Limits& limits, const LossSde& sde) {
  std::vector<LimitedRisk> risks;
  for (const Limit& limit : list_of(limits, sde)) risks.push_back({limit.name, limit.probability(recipe), limit.most});
  return risks;
}

}  // namespace losscast
