// Cosines that begin at the peak again.
#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "logs/decay_fit.hpp"
#include "logs/family_searches.hpp"
#include "logs/round_number.hpp"
#include "logs/warmup_search.hpp"

namespace losscast {

namespace {

// The steps between two rates, the second of which is the higher.
struct Rise {
  Step low, high;  // the first update of the new cycle is one of these
};

std::vector<Rise> rises_of(const RatePoints& rates) {
  std::vector<Rise> rises;
  for (std::size_t i = rates.first_top + 1; i < rates.points.size(); ++i)
    if (rates.points[i].lr > rates.points[i - 1].lr + 2 * rates.points[i].tolerance)
      rises.push_back({rates.step(i - 1) + 1, rates.step(i)});
  return rises;
}

// Cycles of `length`, each `multiplier` times as long as the one before.
struct Cycles {
  Step warmup, length;
  double multiplier;

  // The share of the peak's height above the low rate.
  double g(double step) const {
    double since = step - static_cast<double>(warmup), span = static_cast<double>(length);
    if (multiplier == 1) since = std::fmod(since, span);  // cycles may be very many
    while (since >= span) since -= span, span *= multiplier;
    return (1 + std::cos(std::numbers::pi * since / span)) / 2;
  }
};

// The first cycle's lengths that put all rises where they are, from the warm-up's end on.
std::pair<Step, Step> lengths(const std::vector<Rise>& rises, Step warmup, double multiplier) {
  double low = 1, high = 1e15, cycles = 1, next = 1;
  for (const Rise& rise : rises) {
    low = std::max(low, static_cast<double>(rise.low - warmup) / cycles);
    high = std::min(high, static_cast<double>(rise.high - warmup) / cycles);
    cycles += next *= multiplier;
  }
  return {static_cast<Step>(std::ceil(low)), static_cast<Step>(std::floor(high))};
}

// With the first top at the end of the first rise: of the tops of all cycles, any may be the highest that was logged.
RatePoints with_first_top(RatePoints rates) {
  std::size_t top = 0;
  while (top + 1 < rates.points.size() && rates.points[top + 1].lr >= rates.points[top].lr) ++top;
  rates.first_top = std::min(top, rates.first_top);
  return rates;
}

Arguments arguments_of(const RatePoints& rates, const WarmUp& warm_up, const Cycles& cycles, double peak, double low) {
  Arguments arguments = rising_to(peak, rates.total_steps);
  warm_up.add_to(arguments);
  arguments.values["family"] = std::string("cosine-restarts");
  arguments.values["final_lr"] = low;
  arguments.values["cycle_steps"] = static_cast<double>(cycles.length);
  if (cycles.multiplier != 1) arguments.values["cycle_multiplier"] = cycles.multiplier;
  return arguments;
}

bool consider(const RatePoints& rates, const Cycles& cycles, ScheduleJudge& judge) {
  constexpr std::size_t kFirst = 8;
  constexpr double kMostOff = 3;  // tolerances, before numbers are rounded
  const auto g = [&](double step) { return cycles.g(step); };
  for (const std::size_t most : {kFirst, kMostFitted}) {
    const auto fit = fit_decay(rates, static_cast<double>(cycles.warmup), g, {}, most);
    if (!fit || fit->worst > kMostOff) return false;
    if (most == kFirst) continue;
    for (const double peak : round_numbers(fit->peak, fit->peak_error))
      for (const double low : round_numbers(fit->final_lr, fit->final_error))
        for (const WarmUp& warm_up : warm_ups(rates, peak))
          if (warm_up.steps == cycles.warmup && judge.consider(arguments_of(rates, warm_up, cycles, peak, low)))
            return true;
  }
  return false;
}

}  // namespace

void search_restarts(const RatePoints& all, ScheduleJudge& judge) {
  const RatePoints rates = with_first_top(all);
  const std::vector<Rise> rises = rises_of(rates);
  if (rises.empty()) return;
  const Step earliest = rates.rises() ? rates.step(rates.first_top - 1) + 1 : 0;
  const Step latest = rates.rises() ? rates.step(rates.first_top + 1) : 0;
  const auto [shortest, longest] = lengths(rises, earliest, 1);
  const auto lengths_count = static_cast<std::size_t>(std::max<Step>(longest - shortest + 1, 0));
  const std::vector<Step> warmups = steps_by_roundness(earliest, latest, most_with(lengths_count));
  for (const Step warmup : warmups)
    for (const double multiplier : {1.0, 2.0}) {
      const auto [low, high] = lengths(rises, warmup, multiplier);
      for (const Step length : steps_by_roundness(low, high, most_with(warmups.size())))
        if (consider(rates, {warmup, length, multiplier}, judge)) return;
    }
}

}  // namespace losscast
