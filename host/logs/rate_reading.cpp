#include "logs/rate_reading.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "logs/family_searches.hpp"
#include "logs/warmup_search.hpp"
#include "losscast/logs/rate_tolerances.hpp"

namespace losscast {

namespace {

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

// Whether the schedule begins at the rate of step 0, if that is logged. There is no update before step 0, so a program
// that logs the rate of the update before cannot have logged one there: a user has added that of update 0.
bool begins_as(const Arguments& arguments, RatePoints rates) {
  if (rates.points.front().step != 0) return true;
  rates.points.resize(1);
  return has_all_rates(arguments, rates);
}

}  // namespace

RateReadings rate_readings(std::span<const LoggedPoint> rates, const RunLength& length) {
  RateReadings readings;
  if (rates.empty()) return readings;
  for (const double slack : {kSlackOfDouble, kSlackOfFloat}) {
    for (const Step shift : {0, 1}) {
      // A rate of the update before cannot have been logged at step 0 by the program.
      if (shift == 1 && readings[0] && rates.front().step == 0) continue;
      RatePoints points = rate_points(rates, length, shift, slack);
      const auto found = search(points);
      if (found && begins_as(*found, rate_points(rates, length, 0, slack)))
        readings[static_cast<std::size_t>(shift)] = RateReading{std::move(points), *found};
    }
    if (readings[0] || readings[1]) break;
  }
  if (readings[0] && readings[1]) {
    const std::size_t own = argument_count(readings[0]->arguments), late = argument_count(readings[1]->arguments);
    if (own < late) readings[1].reset();
    if (late < own) readings[0].reset();
  }
  return readings;
}

std::string warm_up_assumption(const RateReading& reading) {
  const RatePoints& rates = reading.points;
  const auto warmup = reading.arguments.values.find("warmup_steps");
  const bool has_none = warmup == reading.arguments.values.end();
  if (!rates.rises() && rates.points.front().step != 0)
    return fmt::format("no rate before update {} is logged: {} is assumed", rates.step(0),
                       has_none ? "no warm-up" : "a straight warm-up from 0 to where the decay begins");
  if (is_only_begun(rates) && rates.step(1) > 1 && !has_none)
    return fmt::format("the warm-up ends at one of the updates 1 to {}, and {} is assumed", rates.step(1),
                       std::get<double>(warmup->second));
  return {};
}

std::vector<std::string> fall_assumptions(const RateReading& reading) {
  const std::vector<RatePoint>& points = reading.points.points;
  std::vector<std::string> texts;
  for (const Step fall : falls_of(reading.arguments)) {
    const auto after = std::ranges::lower_bound(points, static_cast<double>(fall), {}, &RatePoint::step);
    if (after == points.begin() || after == points.end()) continue;
    const auto first = static_cast<Step>((after - 1)->step) + 1, last = static_cast<Step>(after->step);
    if (first < last)
      texts.push_back(
          fmt::format("the rate falls at one of the updates {} to {}, and {} is assumed", first, last, fall));
  }
  return texts;
}

}  // namespace losscast
