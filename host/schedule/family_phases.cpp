// Schedules one after another, each with a clock of its own that begins at 0.
#include <fmt/format.h>

#include <algorithm>

#include "losscast/base/error.hpp"
#include "losscast/schedule/warmup.hpp"
#include "schedule/run.hpp"
#include "schedule/series.hpp"

namespace losscast {

namespace {

ArgumentError in_phase(std::size_t phase, const ArgumentError& error) {
  return ArgumentError(fmt::format("phases[{}].{}", phase, error.key()), error.at(fmt::format("phase {}", phase + 1)));
}

std::vector<Recipe> make_phases(const std::vector<Arguments>& list) {
  std::vector<Recipe> phases;
  for (const Arguments& phase : list) {
    try {
      phases.push_back(make_recipe(phase));
    } catch (const ArgumentError& error) {
      throw in_phase(phases.size(), error);
    }
  }
  return phases;
}

// One quantity along all phases; nothing if no phase has it.
std::optional<StepValues> joined_series(const std::vector<Recipe>& phases, const Series& series) {
  const auto has_it = [&](const Recipe& phase) { return (phase.*series.member).has_value(); };
  if (std::none_of(phases.begin(), phases.end(), has_it)) return std::nullopt;
  std::vector<Step> steps;
  std::vector<double> values;
  Step begin = 0;
  for (const Recipe& phase : phases) {
    if (!has_it(phase))
      throw in_phase(static_cast<std::size_t>(&phase - phases.data()),
                     ArgumentError(series.name, fmt::format("{} is missing", series.name),
                                   "other phases give it; what holds here is unknown",
                                   "give it in each phase, or once beside phases"));
    const StepValues& own = *(phase.*series.member);
    steps.push_back(begin);
    for (const Step change : own.changes()) steps.push_back(begin + change);
    while (values.size() < steps.size()) values.push_back(own.at(steps[values.size()] - begin));
    begin += phase.total_steps();
  }
  return StepValues(steps, values);
}

Recipe make(const Arguments& given) {
  const std::vector<Recipe> phases = make_phases(ArgumentReader(given).list("phases"));
  Timeline timeline;
  for (const Recipe& phase : phases) timeline.append(phase.schedule);
  Recipe recipe = Schedule(timeline.segments(), warmup_end(phases.front().schedule));
  for (const Series& series : kSeries) recipe.*series.member = joined_series(phases, series);
  return recipe;
}

}  // namespace

Family phases_family() {
  return {"phases",
          "schedules one after another: continual training, fine-tuning, a change of data or batch size",
          {{"phases", FamilyArgument::Kind::phases, "the schedules, each with its own family and total_steps", ""}},
          make};
}

}  // namespace losscast
