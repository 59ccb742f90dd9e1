#include "losscast/logs/recovered_schedule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "logs/family_searches.hpp"
#include "logs/warmup_search.hpp"
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

// Stairs with a step between any two logged rates have whatever rates there are, so a family with fewer arguments is
// looked for unless there is one step at most.
std::optional<Arguments> search(const RatePoints& rates) {
  constexpr std::size_t kOfOneStep = 7;  // two-stage with all its arguments
  ScheduleJudge judge(rates);
  if (rates.points.empty()) return std::nullopt;
  const auto is_over = [&] { return judge.best() && argument_count(*judge.best()) <= kOfOneStep; };
  search_stairs(rates, judge);
  if (!is_over()) search_decays(rates, judge);
  if (!is_over()) search_exponential(rates, judge);
  if (!judge.best()) search_inverse_sqrt(rates, judge);
  if (!judge.best()) search_restarts(rates, judge);
  return judge.best();
}

// The updates at which stairs fall.
std::vector<Step> falls_of(const Arguments& arguments) {
  const auto& family = std::get<std::string>(arguments.values.at("family"));
  if (family == "two-stage") return {static_cast<Step>(std::get<double>(arguments.values.at("decay_start")))};
  if (family != "multi-step") return {};
  std::vector<Step> falls;
  for (const double milestone : std::get<std::vector<double>>(arguments.values.at("milestones")))
    falls.push_back(static_cast<Step>(milestone));
  return falls;
}

// What the rates do not show: a warm-up before the first of them, and where between two of them the rate falls.
std::vector<std::string> assumptions(const RatePoints& rates, const Arguments& arguments) {
  std::vector<std::string> texts;
  const auto warmup = arguments.values.find("warmup_steps");
  if (!rates.rises() && rates.points.front().step != 0)
    texts.push_back(fmt::format(
        "no rate before update {} is logged: {} is assumed", rates.step(0),
        warmup == arguments.values.end() ? "no warm-up" : "a straight warm-up from 0 to where the decay begins"));
  if (is_only_begun(rates) && rates.step(1) > 1 && warmup != arguments.values.end())
    texts.push_back(fmt::format("the warm-up ends at one of the updates 1 to {}, and {} is assumed", rates.step(1),
                                std::get<double>(warmup->second)));
  for (const Step fall : falls_of(arguments)) {
    const auto after = std::lower_bound(rates.points.begin(), rates.points.end(), static_cast<double>(fall),
                                        [](const RatePoint& point, double step) { return point.step < step; });
    if (after == rates.points.begin() || after == rates.points.end()) continue;
    const auto first = static_cast<Step>((after - 1)->step) + 1, last = static_cast<Step>(after->step);
    if (first < last)
      texts.push_back(
          fmt::format("the rate falls at one of the updates {} to {}, and {} is assumed", first, last, fall));
  }
  return texts;
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
      // A rate of the update before cannot have been logged at step 0.
      if (shift > 0 && best && rates.front().step == 0) continue;
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
