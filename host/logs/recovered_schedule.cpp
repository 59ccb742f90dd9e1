#include "losscast/logs/recovered_schedule.hpp"

#include <fmt/format.h>

#include <cmath>

#include "logs/family_searches.hpp"
#include "losscast/logs/rate_tolerances.hpp"

namespace losscast {

namespace {

// Of the highest rate: what is lost where rates are computed in double precision, step by step from each other, and in
// single precision.
constexpr double kSlackOfDouble = 1e-9, kSlackOfFloat = 1e-6;

// The first rate that the schedule does not have; null if it has them all.
const LoggedPoint* first_contradiction(const Schedule& schedule, std::span<const LoggedPoint> rates, Step shift) {
  const std::vector<double> tolerances = rate_tolerances(rates, kSlackOfFloat);
  for (std::size_t i = 0; i < rates.size(); ++i) {
    const Step step = rates[i].step - shift;
    if (step < 0 || step >= schedule.total_steps()) continue;
    if (std::abs(schedule.lr(step) - rates[i].value) > tolerances[i]) return &rates[i];
  }
  return nullptr;
}

std::optional<Arguments> search(const RatePoints& rates) {
  ScheduleJudge judge(rates);
  if (rates.points.empty()) return std::nullopt;
  search_stairs(rates, judge);
  if (!judge.best()) search_decays(rates, judge);
  if (!judge.best()) search_exponential(rates, judge);
  if (!judge.best()) search_inverse_sqrt(rates, judge);
  if (!judge.best()) search_restarts(rates, judge);
  return judge.best();
}

// What the rates do not show: a warm-up before the first of them.
std::vector<std::string> assumptions(const RatePoints& rates, const Arguments& arguments) {
  if (rates.rises() || rates.points.front().step == 0) return {};
  const auto warmup = arguments.values.find("warmup_steps");
  return {fmt::format(
      "no rate before update {} is logged: {} is assumed", rates.step(0),
      warmup == arguments.values.end() ? "no warm-up" : "a straight warm-up from 0 to where the decay begins")};
}

}  // namespace

std::optional<RateContradiction> rate_contradiction(const Schedule& schedule, std::span<const LoggedPoint> rates) {
  std::optional<RateContradiction> latest;
  for (const Step shift : {0, 1}) {
    const LoggedPoint* first = first_contradiction(schedule, rates, shift);
    if (!first) return std::nullopt;
    if (!latest || first->step > latest->logged.step)
      latest = RateContradiction{*first, schedule.lr(first->step - shift), shift};
  }
  return latest;
}

std::optional<RecoveredSchedule> recover_schedule(std::span<const LoggedPoint> rates, const RunLength& length) {
  std::optional<RecoveredSchedule> best;
  if (rates.empty()) return best;
  for (const double slack : {kSlackOfDouble, kSlackOfFloat}) {
    for (const Step shift : {0, 1}) {
      const RatePoints points = rate_points(rates, length, shift, slack);
      const auto found = search(points);
      if (found && (!best || argument_count(*found) < argument_count(best->arguments)))
        best = RecoveredSchedule{*found, shift, assumptions(points, *found)};
    }
    if (best) break;
  }
  return best;
}

}  // namespace losscast
