#include "losscast/sweep/steps_to_loss.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "losscast/base/contract.hpp"
#include "losscast/base/error.hpp"
#include "losscast/schedule/schedule_text.hpp"
#include "losscast/sweep/race.hpp"
#include "sweep/search_race.hpp"
#include "sweep/spread_over_draws.hpp"

namespace losscast {
namespace {

constexpr double kResolution = 0.005;  // of the number of steps, relative

SweepConfig at_horizon(const SweepConfig& config, Step steps) {
  SweepConfig out = config;
  out.space.horizons = {steps};
  out.race->target_loss.reset();
  return out;
}

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

// Closes in on the loss from both sides: each probe is set a little beyond where the loss is expected, on the side from
// which the bracket is farther.
class Bracket {
 public:
  Bracket(double loss, Probe misses, Probe meets) : loss_(loss), misses_(misses), meets_(meets) {}

  bool is_narrow() const {
    return meets_.steps - misses_.steps <= 1 ||
           static_cast<double>(meets_.steps) <= static_cast<double>(misses_.steps) * (1 + kResolution);
  }

  Step next() const {
    const double low = std::log(static_cast<double>(misses_.steps)), high = std::log(static_cast<double>(meets_.steps));
    const double expected = log_steps_at(loss_, misses_, meets_);
    const double aside = std::min(0.4 * kResolution, 0.25 * (high - low));
    const double place = expected - low < high - expected ? expected + aside : expected - aside;
    const double inside = std::clamp(place, std::lerp(low, high, 0.02), std::lerp(low, high, 0.98));
    return std::clamp(static_cast<Step>(std::llround(std::exp(inside))), misses_.steps + 1, meets_.steps - 1);
  }

  void add(const Probe& probe) { (probe.mean <= loss_ ? meets_ : misses_) = probe; }
  Step shortest() const { return meets_.steps; }

 private:
  double loss_;
  Probe misses_, meets_;
};

}  // namespace

SweepResult run_steps_to_loss(const SweepConfig& config, const Fit& fit, const SweepOptions& options) {
  LOSSCAST_EXPECTS(config.race && config.race->target_loss);
  if (options.goal.stop.seconds || options.goal.stop.path_steps)
    throw InputError("a budget is for one race", "the fewest steps to a loss take several",
                     "leave it out, or lower search.candidates");
  const auto began = std::chrono::steady_clock::now();
  options.observer->before_candidates(config.space.candidates);
  StepsToLoss found;
  found.loss = *config.race->target_loss;
  Performance performance;            // of all probes but the one that the answer rests on
  std::optional<SearchResult> meets;  // the shortest that does
  Arguments last_winner;
  const auto probe = [&](Step steps) {
    const SweepConfig here = at_horizon(config, steps);
    const CandidateList candidates = raced_candidates(here, fit, options.execution.threads);
    SearchResult searched = search_race(here, candidates, fit, options);
    last_winner = candidates.make({&searched.winner, 1}).front()->arguments;
    found.probes.push_back({steps, searched.horizons.front().mean});
    options.observer->after_probe(found.probes.back());
    if (found.probes.back().mean > found.loss) {
      add(performance, searched.performance);
    } else {
      if (meets) add(performance, meets->performance);
      meets = std::move(searched);
    }
    return found.probes.back();
  };
  const Probe shortest = probe(config.space.horizons.front());
  Step steps = shortest.steps;
  if (shortest.mean > found.loss) {
    const Probe longest = probe(config.space.horizons.back());
    if (longest.mean > found.loss)
      throw InputError(fmt::format("no candidate comes to a loss of {:g}", found.loss),
                       fmt::format("after {} steps the best has {:.4f}: {}", longest.steps, longest.mean,
                                   schedule_text(last_winner)),
                       "raise it, or the second of the horizons");
    Bracket bracket(found.loss, shortest, longest);
    while (!bracket.is_narrow()) bracket.add(probe(bracket.next()));
    steps = bracket.shortest();
  }
  found.steps = steps;
  const SweepConfig here = at_horizon(config, steps);
  SweepResult result =
      simulate_finalists(here, raced_candidates(here, fit, options.execution.threads), std::move(*meets), fit, options);
  add(result.performance, performance);
  std::sort(found.probes.begin(), found.probes.end(), [](const Probe& a, const Probe& b) { return a.steps < b.steps; });
  const double deviation = deviation_over_draws(result.certificate->search.horizons.front());
  if (const std::optional<double> slope = slope_near(steps, found.probes); slope && *slope > 0) {
    const double factor = std::exp(deviation / *slope);
    found.low = static_cast<Step>(std::llround(static_cast<double>(steps) / factor));
    found.high = static_cast<Step>(std::llround(static_cast<double>(steps) * factor));
  }
  result.certificate->steps_to_loss = std::move(found);
  result.total_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return result;
}

}  // namespace losscast
