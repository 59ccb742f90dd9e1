#include "sweep/loss_bracket.hpp"

#include <algorithm>
#include <cmath>

namespace losscast {
namespace {

constexpr double kResolution = 0.005;  // of the number of steps, relative

// Returns the logarithm of the steps at which the mean is `loss`, between two probes, as if the mean were linear in
// that logarithm.
double log_steps_at(double loss, const Probe& before, const Probe& after) {
  const double share = (before.mean - loss) / (before.mean - after.mean);
  return std::lerp(std::log(static_cast<double>(before.steps)), std::log(static_cast<double>(after.steps)), share);
}

// Returns by how much the mean falls [nats] while the logarithm of the steps grows by 1, near these steps: the slope is
// that to the nearest probe that is far enough for one.
std::optional<double> slope_near(Step steps, const std::vector<Probe>& probes) {
  constexpr double kFarEnough = 0.02;
  const auto log_from_here = [&](const Probe& probe) {
    return std::log(static_cast<double>(probe.steps) / static_cast<double>(steps));
  };
  const auto here = std::find_if(probes.begin(), probes.end(), [&](const Probe& one) { return one.steps == steps; });
  const Probe* nearest = nullptr;
  for (const Probe& probe : probes)
    if (std::abs(log_from_here(probe)) > kFarEnough &&
        (nearest == nullptr || std::abs(log_from_here(probe)) < std::abs(log_from_here(*nearest))))
      nearest = &probe;
  if (nearest == nullptr) return {};
  return (nearest->mean - here->mean) / -log_from_here(*nearest);
}

bool is_narrow(const Probe& misses, const Probe& meets) {
  return meets.steps - misses.steps <= 1 ||
         static_cast<double>(meets.steps) <= static_cast<double>(misses.steps) * (1 + kResolution);
}

}  // namespace

std::optional<Probe> longest_that_misses(double loss, const std::vector<Probe>& probes) {
  std::optional<Probe> longest;
  for (const Probe& probe : probes)
    if (probe.mean > loss && (!longest || probe.steps > longest->steps)) longest = probe;
  return longest;
}

std::optional<Probe> shortest_that_meets(double loss, const std::vector<Probe>& probes) {
  std::optional<Probe> shortest;
  for (const Probe& probe : probes)
    if (!(probe.mean > loss) && (!shortest || probe.steps < shortest->steps)) shortest = probe;
  return shortest;
}

std::optional<Step> next_length(double loss, const Probe& misses, const Probe& meets) {
  if (is_narrow(misses, meets)) return {};
  const double low = std::log(static_cast<double>(misses.steps)), high = std::log(static_cast<double>(meets.steps));
  const double expected = log_steps_at(loss, misses, meets);
  const double aside = std::min(0.4 * kResolution, 0.25 * (high - low));
  const double place = expected - low < high - expected ? expected + aside : expected - aside;
  const double inside = std::clamp(place, std::lerp(low, high, 0.02), std::lerp(low, high, 0.98));
  return std::clamp(static_cast<Step>(std::llround(std::exp(inside))), misses.steps + 1, meets.steps - 1);
}

void add_range(double deviation, StepsToLoss& found) {
  const std::optional<double> slope = slope_near(found.steps, found.probes);
  if (!slope || !(*slope > 0)) return;
  const double factor = std::exp(deviation / *slope);
  found.low = static_cast<Step>(std::llround(static_cast<double>(found.steps) / factor));
  found.high = static_cast<Step>(std::llround(static_cast<double>(found.steps) * factor));
}

}  // namespace losscast
