#include "losscast/schedule/continuation.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "losscast/base/contract.hpp"
#include "losscast/schedule/families.hpp"
#include "losscast/schedule/warmup.hpp"
#include "schedule/series.hpp"
#include "schedule/timeline.hpp"

namespace losscast {

namespace {

// `first` for so many updates, then `next`.
StepValues joined(const StepValues& first, Step at, const StepValues& next) {
  std::vector<Step> steps = {0};
  std::vector<double> values = {first.at(0)};
  const auto add = [&](Step step, double value) {
    steps.push_back(step);
    values.push_back(value);
  };
  for (const Step change : first.changes())
    if (change < at) add(change, first.at(change));
  add(at, next.at(0));
  for (const Step change : next.changes()) add(at + change, next.at(change));
  return StepValues(steps, values);
}

void add_phase_starts(const Arguments& arguments, Step begin, std::vector<Step>& starts) {
  const auto list = arguments.values.find("phases");
  if (list == arguments.values.end()) return;
  for (const Arguments& phase : std::get<std::vector<Arguments>>(list->second)) {
    if (begin > 0 && (starts.empty() || starts.back() < begin)) starts.push_back(begin);
    add_phase_starts(phase, begin, starts);
    begin += make_recipe(phase).total_steps();
  }
}

}  // namespace

std::vector<Segment> first_updates(const Schedule& schedule, Step updates) {
  LOSSCAST_EXPECTS(0 <= updates && updates <= schedule.total_steps());
  std::vector<Segment> segments;
  for (Segment segment : schedule.segments()) {
    if (segment.begin >= updates) break;
    segment.end = std::min(segment.end, updates);
    if (segment.table) {
      const auto begin = segment.table->begin();
      segment.table = std::make_shared<const std::vector<double>>(begin, begin + (segment.end - segment.begin));
    }
    segments.push_back(std::move(segment));
  }
  return segments;
}

Recipe first_updates(Recipe recipe, Step updates) {
  recipe.schedule = Schedule(first_updates(recipe.schedule, updates), recipe.schedule.stated_warmup_end());
  return recipe;
}

Recipe continued_recipe(const Recipe& first, Step at, const Recipe& next) {
  const Step warm = warmup_end(first.schedule);
  Timeline timeline;
  timeline.append(Schedule(first_updates(first.schedule, at)));
  timeline.append(next.schedule);
  Recipe whole = Schedule(timeline.segments(), warm < at ? warm : at + warmup_end(next.schedule));
  for (const Series& series : kSeries) {
    const std::optional<StepValues>&one = first.*series.member, &other = next.*series.member;
    LOSSCAST_EXPECTS(one.has_value() == other.has_value());
    if (one) whole.*series.member = joined(*one, at, *other);
  }
  return whole;
}

std::vector<Step> phase_starts(const Arguments& arguments) {
  std::vector<Step> starts;
  add_phase_starts(arguments, 0, starts);
  return starts;
}

}  // namespace losscast
