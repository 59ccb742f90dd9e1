#include "losscast/optimum/polish.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <limits>
#include <nlopt.hpp>

#include "losscast/base/error.hpp"
#include "losscast/schedule/families.hpp"
#include "space/axis_points.hpp"

namespace losscast {
namespace {

// The inverse of value_at().
double coordinate_of(const Axis& axis, double value) {
  value = std::clamp(value, axis.low, axis.high);
  switch (axis.kind) {
    case Axis::Kind::log:
      return std::log(value / axis.low) / std::log(axis.high / axis.low);
    case Axis::Kind::integer:
      return (value - axis.low + 0.5) / (axis.high - axis.low + 1);
    case Axis::Kind::linear:
    case Axis::Kind::choice:
      break;
  }
  return (value - axis.low) / (axis.high - axis.low);
}

class PolishedObjective {
 public:
  PolishedObjective(const Arguments& start, std::span<const Axis> axes,
                    const std::function<double(const Recipe&)>& objective,
                    const std::function<bool(const Arguments&)>& allowed)
      : allowed_(allowed),
        axes_(axes),
        objective_(objective),
        tried_(start),
        best_{start, objective(make_recipe(start)), 1} {}

  // No exception may cross the optimiser: the first is kept, and whatever is asked after it has no value.
  double operator()(const std::vector<double>& point) noexcept {
    if (failure_) return kNone;
    try {
      return value_at_point(point);
    } catch (...) {
      failure_ = std::current_exception();
      return kNone;
    }
  }

  // Throws what the objective threw.
  const Polished& best() const {
    if (failure_) std::rethrow_exception(failure_);
    return best_;
  }

 private:
  static constexpr double kNone = std::numeric_limits<double>::max();  // where there is nothing

  double value_at_point(const std::vector<double>& point) {
    for (std::size_t a = 0; a < axes_.size(); ++a)
      tried_.values[axes_[a].argument] = value_at(axes_[a], std::clamp(point[a], 0.0, 1.0));
    double value = kNone;
    try {
      if (!allowed_ || allowed_(tried_)) value = objective_(make_recipe(tried_));
    } catch (const ArgumentError&) {  // such as a decay that begins within the warm-up
    }
    ++best_.evaluations;
    if (!std::isfinite(value)) return kNone;
    if (value < best_.value || !std::isfinite(best_.value)) {
      best_.arguments = tried_;
      best_.value = value;
    }
    return value;
  }

  const std::function<bool(const Arguments&)>& allowed_;
  std::span<const Axis> axes_;
  const std::function<double(const Recipe&)>& objective_;
  Arguments tried_;
  Polished best_;
  std::exception_ptr failure_;
};

double call(const std::vector<double>& point, std::vector<double>&, void* objective) {
  return (*static_cast<PolishedObjective*>(objective))(point);
}

}  // namespace

Polished polish(const Arguments& start, std::span<const Axis> axes,
                const std::function<double(const Recipe&)>& objective, const PolishRules& rules) {
  std::vector<double> point;
  for (const Axis& axis : axes) {
    if (axis.kind == Axis::Kind::choice)
      throw InputError(fmt::format("{} is a choice", axis.argument), "only what is continuous can be polished",
                       "fix it first");
    point.push_back(coordinate_of(axis, std::get<double>(start.values.at(axis.argument))));
  }
  PolishedObjective of_point(start, axes, objective, rules.allowed);
  if (axes.empty()) return of_point.best();
  nlopt::opt search(nlopt::LN_SBPLX, static_cast<unsigned>(axes.size()));
  search.set_min_objective(call, &of_point);
  search.set_lower_bounds(0);
  search.set_upper_bounds(1);
  search.set_initial_step(rules.first_step);
  search.set_ftol_abs(rules.tolerance);
  search.set_xtol_abs(rules.point_tolerance);
  search.set_maxeval(rules.most_evaluations);
  double ignored = 0;  // the best point was kept
  try {
    search.optimize(point, ignored);
  } catch (const std::runtime_error&) {  // NLopt gives up, as where rounding leaves nothing to gain
  }
  return of_point.best();
}

}  // namespace losscast
