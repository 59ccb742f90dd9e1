#include "schedule/series.hpp"

#include <fmt/format.h>

#include "losscast/base/error.hpp"
#include "schedule/stair_steps.hpp"

namespace losscast {

namespace {

using Kind = FamilyArgument::Kind;

StepValues read_series(const Value& value, const std::string& name, Step total_steps) {
  if (const double* number = std::get_if<double>(&value)) return *number;
  const auto& stairs = std::get<Stairs>(value);
  const std::string key = name + ".steps";
  const std::vector<Step> steps = stair_steps(key, stairs.steps, "the value");
  if (steps.back() >= total_steps)
    throw ArgumentError(key, fmt::format("{} contains {}", key, steps.back()),
                        fmt::format("the last update of the run is {}", total_steps - 1),
                        "leave it out, or give a longer run");
  return StepValues(steps, stairs.values);
}

}  // namespace

std::vector<Family> with_series_arguments(std::vector<Family> families) {
  const FamilyArgument arguments[] = {
      {"weight_decay", Kind::weight_decay, "decoupled weight decay, as AdamW's; stairs { steps, values } are possible",
       "that of the curve or the fit"},
      {"batch", Kind::batch, "the tokens of an update; stairs { steps, values } are possible", "that of the curve"}};
  for (Family& family : families)
    family.arguments.insert(family.arguments.end(), std::begin(arguments), std::end(arguments));
  return families;
}

Recipe with_series(Recipe recipe, const Arguments& arguments) {
  for (const Series& series : kSeries) {
    const auto given = arguments.values.find(series.name);
    if (given == arguments.values.end()) continue;
    if (recipe.*series.member)
      throw ArgumentError(series.name, fmt::format("{} is given beside that of the phases", series.name),
                          "each says the other", "remove one of them");
    recipe.*series.member = read_series(given->second, series.name, recipe.total_steps());
  }
  return recipe;
}

}  // namespace losscast
