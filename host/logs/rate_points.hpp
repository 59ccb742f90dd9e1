// Logged rates as the rates of updates, and the judge of schedules that may have made them.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "losscast/logs/logged_run.hpp"
#include "losscast/schedule/arguments.hpp"

namespace losscast {

// Of the highest rate: what is lost where rates are computed in double precision, step by step from each other, and in
// single precision.
inline constexpr double kSlackOfDouble = 1e-9, kSlackOfFloat = 1e-6;

// A rate of an update, and how far it may be from the schedule's.
struct RatePoint {
  double step;
  double lr;
  double tolerance;
};

struct RatePoints {
  std::vector<RatePoint> points;  // ascending steps from 0 on
  Step shift = 0;                 // the update is the logged step less this
  Step total_steps = 0;           // planned, or logged
  bool is_planned = false;

  // The points at the top: the first and the last that the highest rate may be, up to tolerances.
  std::size_t first_top = 0, last_top = 0;

  bool rises() const { return first_top > 0; }
  bool falls() const { return last_top + 1 < points.size(); }
  Step step(std::size_t i) const { return static_cast<Step>(points[i].step); }
};

// Precondition: the rates are not empty.
RatePoints rate_points(std::span<const LoggedPoint> rates, const RunLength& length, Step shift, double slack);

// Whether they make a schedule, and one that has every rate.
bool has_all_rates(const Arguments& arguments, const RatePoints& rates);

// Keeps the schedule with the fewest arguments of those that have all rates.
class ScheduleJudge {
 public:
  explicit ScheduleJudge(const RatePoints& rates) : rates_(rates) {}

  // Whether the schedule has all rates, and numbers in it are fewer than these by at least two. If so, it is kept,
  // unless one with as few arguments was found before.
  bool consider(const Arguments& arguments);

  const std::optional<Arguments>& best() const { return best_; }

 private:
  const RatePoints& rates_;
  std::optional<Arguments> best_;
};

// How many arguments they are, a list counting as many as it has entries.
std::size_t argument_count(const Arguments& arguments);

}  // namespace losscast
