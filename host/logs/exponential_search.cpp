// A plateau and an exponential cool-down: the logarithm of the rate is a straight line.
#include <algorithm>
#include <cmath>

#include "logs/family_searches.hpp"
#include "logs/round_number.hpp"
#include "logs/warmup_search.hpp"

namespace losscast {

namespace {

constexpr double kLatest = 1e15;  // step at which a decay may begin: of a rate that hardly falls it may be any

// The rate that the decay from `peak` at `start` comes to at `end`, by its last rate.
double final_lr(const RatePoints& rates, double peak, Step start, Step end) {
  const RatePoint& last = rates.points.back();
  const double z = (last.step - static_cast<double>(start)) / static_cast<double>(end - start);
  return peak * std::exp(std::log(last.lr / peak) / z);
}

bool consider(const RatePoints& rates, double peak, Step start, ScheduleJudge& judge) {
  for (const Step end : {rates.total_steps, rates.total_steps - 1}) {
    const double low = final_lr(rates, peak, start, end);
    const RatePoint& last = rates.points.back();
    for (const double final_lr : round_numbers(low, 2 * low * last.tolerance / last.lr))
      for (const WarmUp& warm_up : warm_ups(rates, peak)) {
        Arguments arguments = rising_to(peak, rates.total_steps);
        warm_up.add_to(arguments);
        arguments.values["family"] = std::string("wsd");
        arguments.values["shape"] = std::string("exponential");
        arguments.values["decay_start"] = static_cast<double>(start);
        arguments.values["final_lr"] = final_lr;
        if (end != rates.total_steps) arguments.values["decay_end"] = static_cast<double>(end);
        if (judge.consider(arguments)) return true;
      }
  }
  return false;
}

// Whether the first rates of the fall lie on one line in the logarithm, up to their tolerances: a cheap question.
bool may_be_exponential(const RatePoints& rates) {
  if (rates.last_top + 4 > rates.points.size() || rates.points.back().lr <= 0) return false;
  const RatePoint& a = rates.points[rates.last_top + 1];
  const RatePoint& b = rates.points[(rates.last_top + rates.points.size()) / 2];
  const RatePoint& c = rates.points.back();
  if (c.step >= static_cast<double>(rates.total_steps) || b.step <= a.step || c.step <= b.step) return false;
  const double weight = (b.step - a.step) / (c.step - a.step);
  const double line = std::pow(a.lr, 1 - weight) * std::pow(c.lr, weight);
  return std::abs(line - b.lr) <= 2 * (a.tolerance + b.tolerance) + 2 * c.tolerance * b.lr / c.lr;
}

}  // namespace

void search_exponential(const RatePoints& rates, ScheduleJudge& judge) {
  if (!rates.falls() || !may_be_exponential(rates)) return;
  const RatePoint& last = rates.points.back();
  const RatePoint& first = rates.points[rates.last_top + 1];
  const double slope = std::log(first.lr / last.lr) / (last.step - first.step);
  if (!(slope > 0)) return;
  for (const double peak : peaks(rates)) {
    const double start = first.step - std::log(peak / first.lr) / slope;
    const double error = 4 * (first.tolerance / first.lr + last.tolerance / last.lr) / slope;
    if (!(std::abs(start) + error < kLatest)) continue;
    const auto near = static_cast<Step>(std::llround(start));
    const auto range = static_cast<Step>(std::ceil(error));
    for (const Step one : {roundest_step(std::max<Step>(near - range, 0), near + range), near, near - 1, near + 1})
      if (one >= 0 && consider(rates, peak, one, judge)) return;
  }
}

}  // namespace losscast
