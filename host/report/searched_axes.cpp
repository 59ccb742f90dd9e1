#include "report/searched_axes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "losscast/space/axis_end.hpp"
#include "report/candidate_words.hpp"

namespace losscast {

namespace {

// The values that the argument was given in a family's space: choices, ends of a range, or the one that is fixed.
std::vector<Value> values_in(const FamilySpace& space, const std::string& argument) {
  for (const Axis& axis : space.axes)
    if (axis.argument == argument)
      return axis.kind == Axis::Kind::choice ? axis.choices : std::vector<Value>{axis.low, axis.high};
  const auto fixed = space.fixed.values.find(argument);
  return fixed == space.fixed.values.end() ? std::vector<Value>{} : std::vector<Value>{fixed->second};
}

bool is_logarithmic(const FamilySpace& space, const std::string& argument) {
  return std::ranges::any_of(
      space.axes, [&](const Axis& axis) { return axis.argument == argument && axis.kind == Axis::Kind::log; });
}

SearchedAxis searched_axis(const std::vector<FamilySpace>& families, const std::string& argument) {
  SearchedAxis axis{.argument = argument, .is_log = false, .range = {}, .words = {}};
  std::vector<Value> values;
  for (const FamilySpace& space : families) {
    axis.is_log = axis.is_log || is_logarithmic(space, argument);
    for (const Value& value : values_in(space, argument)) values.push_back(value);
  }
  const bool is_numeric = std::ranges::all_of(values, [](const Value& v) { return std::holds_alternative<double>(v); });
  for (const Value& value : values) {
    if (is_numeric) {
      axis.range.include(std::get<double>(value));
    } else if (const std::string word = argument_text(value); std::ranges::find(axis.words, word) == axis.words.end()) {
      axis.words.push_back(word);
    }
  }
  axis.is_log = axis.is_log && axis.range.low > 0;
  return axis;
}

}  // namespace

std::vector<SearchedAxis> searched_axes(const SweepResults& results) {
  std::vector<SearchedAxis> axes;
  for (const std::string& argument : searched_arguments(results.config))
    axes.push_back(searched_axis(results.config.space.families, argument));
  return axes;
}

std::optional<WinnersPlace> winners_place(const SweepResults& results, const std::string& argument) {
  const ResultsRow& first = results.rows.front();
  const auto found = first.arguments.values.find(argument);
  if (found == first.arguments.values.end() || !std::holds_alternative<double>(found->second)) return {};
  const double value = std::get<double>(found->second);
  // Of several spaces of one family the one that the value lies in.
  for (const FamilySpace& space : results.config.space.families)
    for (const Axis& axis : space.axes) {
      if (space.family != family_of(first) || axis.argument != argument) continue;
      const std::optional<AxisRange> range = range_of(axis);
      if (range && value >= range->low && value <= range->high) return WinnersPlace{&axis, value};
    }
  return {};
}

std::vector<std::string> ends_reached(const SweepResults& results) {
  std::vector<std::string> phrases;
  for (const std::string& argument : searched_arguments(results.config)) {
    const std::optional<WinnersPlace> place = winners_place(results, argument);
    const AxisEnd end = place ? end_of_axis(*place->axis, place->value) : AxisEnd::none;
    if (end == AxisEnd::none) continue;
    const AxisRange range = range_of(*place->axis).value();
    if (end == AxisEnd::low && range.low == 0) continue;  // no argument is below 0, so nothing lies beyond
    phrases.push_back(fmt::format("{}, {}, is the {} searched ({} to {}): a {} one may be better", argument,
                                  argument_text(place->value), end == AxisEnd::low ? "smallest" : "largest",
                                  argument_text(range.low), argument_text(range.high),
                                  end == AxisEnd::low ? "smaller" : "larger"));
  }
  return phrases;
}

}  // namespace losscast
