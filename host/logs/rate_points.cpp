#include "logs/rate_points.hpp"

#include <algorithm>
#include <cmath>

#include "losscast/base/error.hpp"
#include "losscast/logs/rate_tolerances.hpp"
#include "losscast/schedule/families.hpp"

namespace losscast {

namespace {

bool has_rate(const Schedule& schedule, const RatePoint& point) {
  const auto step = static_cast<Step>(point.step);
  return step >= schedule.total_steps() || std::abs(schedule.lr(step) - point.lr) <= point.tolerance;
}

// Some of the points first, since most schedules that are wrong are wrong at many.
bool has_all_rates(const Schedule& schedule, const std::vector<RatePoint>& points) {
  constexpr std::size_t kFew = 16;
  const std::size_t stride = std::max<std::size_t>(points.size() / kFew, 1);
  for (std::size_t i = 0; i < points.size(); i += stride)
    if (!has_rate(schedule, points[i])) return false;
  return std::ranges::all_of(points, [&](const RatePoint& point) { return has_rate(schedule, point); });
}

}  // namespace

RatePoints rate_points(std::span<const LoggedPoint> rates, const RunLength& length, Step shift, double slack) {
  RatePoints out;
  out.shift = shift;
  out.total_steps = length.planned.value_or(length.logged);
  out.is_planned = length.planned.has_value();
  const std::vector<double> tolerances = rate_tolerances(rates, slack);
  for (std::size_t i = 0; i < rates.size(); ++i)
    if (rates[i].step >= shift)
      out.points.push_back({static_cast<double>(rates[i].step - shift), rates[i].value, tolerances[i]});
  if (out.points.empty()) return out;
  const auto top = std::ranges::max_element(out.points, {}, &RatePoint::lr);
  const auto is_top = [&](const RatePoint& point) { return point.lr + point.tolerance >= top->lr - top->tolerance; };
  while (!is_top(out.points[out.first_top])) ++out.first_top;
  for (std::size_t i = out.first_top; i < out.points.size(); ++i)
    if (is_top(out.points[i])) out.last_top = i;
  return out;
}

std::size_t argument_count(const Arguments& arguments) {
  std::size_t count = 0;
  for (const auto& [name, value] : arguments.values) {
    const auto* list = std::get_if<std::vector<double>>(&value);
    count += list ? list->size() : 1;
  }
  return count;
}

bool has_all_rates(const Arguments& arguments, const RatePoints& rates) try {
  return has_all_rates(make_schedule(arguments), rates.points);
} catch (const InputError&) {  // no schedule at all
  return false;
}

bool ScheduleJudge::consider(const Arguments& arguments) {
  constexpr std::size_t kGiven = 2;  // family and total_steps are not found from the rates
  if (argument_count(arguments) - kGiven + 2 > rates_.points.size()) return false;
  if (!has_all_rates(arguments, rates_)) return false;
  if (!best_ || argument_count(arguments) < argument_count(*best_)) best_ = arguments;
  return true;
}

}  // namespace losscast
