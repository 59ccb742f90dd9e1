#include "fit/remaining_lr.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "losscast/schedule/continuation.hpp"
#include "losscast/schedule/schedule_text.hpp"

namespace losscast {
namespace {

constexpr double kRounding = 1e-9;

// Holds for a share of the rest, then falls in a straight line.
struct Remaining {
  double lr;    // that is held
  double hold;  // share of the rest
  double to;    // LR after the last update
};

Recipe with_rest(const Recipe& plan, Step done, const Remaining& rest) {
  const Step end = plan.total_steps();
  const Step fall = done + static_cast<Step>(std::llround(rest.hold * static_cast<double>(end - done)));
  std::vector<Segment> segments = first_updates(plan.schedule, done);
  if (fall > done) segments.push_back({.begin = done, .end = fall, .from = rest.lr});
  if (fall < end)
    segments.push_back({.begin = fall,
                        .end = end,
                        .span = static_cast<double>(end - fall),
                        .shape = Shape::linear,
                        .from = rest.lr,
                        .to = rest.to});
  Recipe recipe = plan;
  recipe.schedule = Schedule(std::move(segments), plan.schedule.stated_warmup_end());
  return recipe;
}

std::string name_of(const Remaining& rest, double multiple) {
  std::string name;
  if (multiple != 1) name = fmt::format("{:g} times the LR, ", multiple);
  if (rest.hold > 0) name += fmt::format("hold for {:.0f}% of the rest, then ", 100 * rest.hold);
  return name + (rest.to == 0 ? "fall to 0" : fmt::format("fall to {:.4g}", rest.to));
}

struct Knots {
  std::vector<double> steps, lrs;

  // The LR in six digits.
  void add(Step step, double lr) {
    steps.push_back(static_cast<double>(step));
    lrs.push_back(std::stod(fmt::format("{:.6g}", lr)));
  }
};

// From the segment's first update to its last, which the next segment's first one follows; a straight line of the end
// of a run goes on to where it aims.
void add_knots(const Recipe& recipe, const Segment& segment, Knots& knots) {
  constexpr Step kPieces = 32;
  const Step length = segment.end - segment.begin;
  const bool straight = segment.shape == Shape::constant || segment.shape == Shape::linear;
  const Step pieces = std::min<Step>(length - 1, straight ? 1 : kPieces);
  const bool aims = straight && segment.end == recipe.total_steps() && segment.span == static_cast<double>(length);
  for (Step i = 0; i <= pieces; ++i) {
    const Step step = segment.begin + (pieces > 0 ? (length - 1) * i / pieces : 0);
    if (!aims || i == 0) knots.add(step, recipe.schedule.lr(step));
  }
  if (aims) knots.add(segment.end, segment.shape == Shape::constant ? segment.from : segment.to);
}

// Stairs, or the number where there is one.
Value value_of(const StepValues& values) {
  if (values.is_constant()) return values.at(0);
  Stairs stairs{{0.0}, {values.at(0)}};
  for (const Step change : values.changes()) {
    stairs.steps.push_back(static_cast<double>(change));
    stairs.values.push_back(values.at(change));
  }
  return stairs;
}

}  // namespace

std::vector<RemainingSchedule> remaining_schedules(const Recipe& plan, Step done, double highest_lr) {
  std::vector<RemainingSchedule> out;
  if (done >= plan.total_steps()) return out;
  const double now = plan.schedule.lr(done), last = plan.schedule.lr(plan.total_steps() - 1);
  const auto add = [&](double multiple, double hold, double to) {
    const Remaining rest{multiple * now, hold, to};
    if (rest.lr <= 0 || rest.lr > highest_lr * (1 + kRounding) || to > rest.lr) return;
    out.push_back({name_of(rest, multiple), with_rest(plan, done, rest)});
  };
  constexpr double kZero = 1e-3;  // of the LR reached: a last LR below that is none
  if (last > kZero * now) add(1, 0, last);
  for (int tenths = 0; tenths < 10; ++tenths) add(1, tenths / 10.0, 0);
  for (const double multiple : {0.25, 0.5, 1.5, 2.0})
    for (const double hold : {0.0, 0.3, 0.6, 0.8}) add(multiple, hold, 0);
  return out;
}

std::string knots_text(const Recipe& recipe) {
  Knots knots;
  for (const Segment& segment : recipe.schedule.segments()) add_knots(recipe, segment, knots);
  Arguments arguments;
  arguments.values = {{"family", std::string("knots")},
                      {"steps", std::move(knots.steps)},
                      {"lrs", std::move(knots.lrs)},
                      {"total_steps", static_cast<double>(recipe.total_steps())}};
  if (recipe.weight_decay) arguments.values["weight_decay"] = value_of(*recipe.weight_decay);
  if (recipe.batch) arguments.values["batch"] = value_of(*recipe.batch);
  return schedule_text(arguments);
}

double lr_distance(const Schedule& a, const Schedule& b, Step begin) {
  constexpr Step kNodes = 1000;
  const Step length = a.total_steps() - begin, nodes = std::min(kNodes, length);
  double apart = 0, larger = 0;
  for (Step i = 0; i < nodes; ++i) {
    const Step step = begin + length * i / nodes;
    apart += std::abs(a.lr(step) - b.lr(step));
    larger += std::max(a.lr(step), b.lr(step));
  }
  return larger > 0 ? apart / larger : 0;
}

}  // namespace losscast
