// Schedules whose rate stays on few levels: constant, two-stage, multi-step.
#include <cmath>

#include "logs/family_searches.hpp"
#include "logs/round_number.hpp"
#include "logs/warmup_search.hpp"

namespace losscast {

namespace {

constexpr std::size_t kMostLevels = 10;

// A level that the rate falls to.
struct Level {
  Step low, high;  // the first update on it is one of these
  double lr, tolerance;
};

// The levels below the top, or more than there may be.
std::vector<Level> levels_of(const RatePoints& rates) {
  std::vector<Level> levels;
  double lr = rates.points[rates.last_top].lr;
  for (std::size_t i = rates.last_top + 1; i < rates.points.size() && levels.size() <= kMostLevels; ++i) {
    const RatePoint& point = rates.points[i];
    if (std::abs(point.lr - lr) <= 2 * point.tolerance) continue;
    lr = point.lr;
    levels.push_back({rates.step(i - 1) + 1, rates.step(i), point.lr, point.tolerance});
  }
  return levels;
}

Arguments two_stage(Arguments arguments, const Level& level, double final_lr) {
  arguments.values["family"] = std::string("two-stage");
  arguments.values["decay_start"] = static_cast<double>(roundest_step(level.low, level.high));
  arguments.values["final_lr"] = final_lr;
  return arguments;
}

Arguments multi_step(Arguments arguments, const std::vector<Level>& levels, double peak) {
  std::vector<double> milestones, factors;
  for (const Level& level : levels) {
    milestones.push_back(static_cast<double>(roundest_step(level.low, level.high)));
    factors.push_back(round_numbers(level.lr / peak, level.tolerance / peak).front());
  }
  arguments.values["family"] = std::string("multi-step");
  arguments.values["milestones"] = milestones;
  arguments.values["factors"] = factors;
  return arguments;
}

}  // namespace

void search_stairs(const RatePoints& rates, ScheduleJudge& judge) {
  const std::vector<Level> levels = levels_of(rates);
  if (levels.size() > kMostLevels) return;
  for (const double peak : peaks(rates))
    for (const WarmUp& warm_up : warm_ups(rates, peak)) {
      Arguments arguments = rising_to(peak, rates.total_steps);
      warm_up.add_to(arguments);
      if (levels.empty() && judge.consider(arguments)) return;
      if (levels.size() == 1)
        for (const double final_lr : round_numbers(levels[0].lr, levels[0].tolerance))
          if (judge.consider(two_stage(arguments, levels[0], final_lr))) return;
      if (levels.size() > 1 && judge.consider(multi_step(arguments, levels, peak))) return;
    }
}

}  // namespace losscast
