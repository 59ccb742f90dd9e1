#include "io/family_space.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "io/sweep_words.hpp"
#include "losscast/base/counted.hpp"
#include "losscast/base/error.hpp"
#include "losscast/format/number_text.hpp"
#include "losscast/schedule/families.hpp"
#include "schedule/check_arguments.hpp"
#include "schedule/schedule_document.hpp"

namespace losscast {

namespace {

using Kind = FamilyArgument::Kind;

const std::vector<std::string> kRangeKeys = {"linear", "log", "integer", "grid"};

const Family& find_family_at(const DocumentNode& name) {
  try {
    return find_family(name.text());
  } catch (const ArgumentError& error) {
    name.fail(error);
  }
}

bool is_list(const DocumentNode& node) { return std::holds_alternative<DocumentNode::List>(node.data); }

// `value`, once it is found to be one that the family's argument may have on its own.
Value checked(const Family& family, const std::string& argument, const Value& value, const DocumentNode& node) {
  try {
    check_arguments(family, {{{argument, value}}});
  } catch (const ArgumentError& error) {
    node.fail(error);
  }
  return value;
}

// A list is a choice of values, unless the argument itself is a list: then a list of lists is.
bool is_choice(const FamilyArgument& argument, const DocumentNode& node) {
  if (!is_list(node)) return false;
  const bool takes_a_list = argument.kind == Kind::numbers || argument.kind == Kind::phases;
  return !takes_a_list || (!node.list().empty() && is_list(node.list().front()));
}

Axis read_choices(const Family& family, const DocumentNode& node) {
  if (node.list().empty()) node.fail("the list is empty", "it is a choice of values", "give at least one");
  Axis axis{.argument = node.name, .kind = Axis::Kind::choice, .choices = {}, .grid_points = {}};
  for (const DocumentNode& choice : node.list())
    axis.choices.push_back(checked(family, node.name, argument_value(choice), choice));
  return axis;
}

// The one key among linear, log and integer that the table has.
const DocumentNode& find_range(const DocumentNode& node) {
  const DocumentNode* range = nullptr;
  for (const DocumentNode& entry : node.table().entries) {
    if (entry.name == "grid") continue;
    if (range)
      entry.fail("there is a second range", fmt::format("the first is \"{}\"", range->name), "remove one of them");
    range = &entry;
  }
  if (!range)
    node.fail("there is no range", "a table here is a range", "give { linear = [lo, hi] }, or log, or integer");
  return *range;
}

Axis::Kind range_kind(const FamilyArgument& argument, const DocumentNode& range) {
  const Axis::Kind kind = find_word(kRanges, range.name)->second;
  if (argument.kind == Kind::step && kind != Axis::Kind::integer)
    range.fail(fmt::format("{} counts steps", argument.name), "steps are whole numbers",
               "use integer = [lo, hi], or a list of choices");
  return kind;
}

void read_ends(const Family& family, const DocumentNode& range, Axis& axis) {
  const auto& ends = range.list();
  if (ends.size() != 2)
    range.fail(fmt::format("there {} {}", ends.size() == 1 ? "is" : "are", counted(ends.size(), "value")),
               "a range has two ends", "give [lo, hi]");
  const auto read_end = [&](const DocumentNode& end) {
    const double value = axis.kind == Axis::Kind::integer ? static_cast<double>(end.whole_number()) : end.number();
    checked(family, axis.argument, value, end);
    return value;
  };
  axis.low = read_end(ends[0]);
  axis.high = read_end(ends[1]);
  if (!(axis.low < axis.high))
    range.fail(fmt::format("the range [{}, {}] is {}", number_text(axis.low), number_text(axis.high),
                           axis.low == axis.high ? "empty" : "reversed"),
               "lo must be below hi", axis.low == axis.high ? "give the number alone to fix it" : "swap the ends");
  if (axis.kind == Axis::Kind::log && !(axis.low > 0))
    range.fail(fmt::format("the lower end {} is not positive", number_text(axis.low)),
               "a log range is one of logarithms", "raise it, or use linear");
}

// An integer range has a grid of its own: every whole number in it.
void read_grid(const DocumentNode& node, SearchMethod method, Axis& axis) {
  const bool is_integer = axis.kind == Axis::Kind::integer;
  const DocumentNode* grid = node.find("grid");
  if (!grid) {
    if (method == SearchMethod::grid && !is_integer)
      node.fail("the range has no number of grid points", "the method is \"grid\"", "add grid = N");
    return;
  }
  const std::int64_t points = grid->whole_number();
  constexpr double kMost = std::numeric_limits<int>::max();
  const double most = is_integer ? std::min(axis.high - axis.low + 1, kMost) : kMost;
  if (points < 2 || static_cast<double>(points) > most)
    grid->fail(fmt::format("{} grid points are impossible", points),
               fmt::format("both ends are points, and there is room for {}", number_text(most)),
               fmt::format("give 2 to {}", number_text(most)));
  axis.grid_points = static_cast<int>(points);
}

Axis read_range(const Family& family, const FamilyArgument& argument, const DocumentNode& node, SearchMethod method) {
  node.allow_only(kRangeKeys);
  const DocumentNode& range = find_range(node);
  Axis axis{.argument = argument.name, .kind = range_kind(argument, range), .choices = {}, .grid_points = {}};
  read_ends(family, range, axis);
  read_grid(node, method, axis);
  return axis;
}

std::vector<std::string> read_constraints(const DocumentNode& node) {
  std::vector<std::string> constraints;
  for (const DocumentNode& constraint : node.list()) constraints.push_back(constraint.text());
  return constraints;
}

}  // namespace

FamilySpace read_family_space(const DocumentNode& node, SearchMethod method) {
  const DocumentNode& name = node.at("name");
  const Family& family = find_family_at(name);
  std::vector<std::string> keys = {"name", "constraints"};
  for (const FamilyArgument& argument : family.arguments) keys.push_back(argument.name);
  node.allow_only(keys);

  FamilySpace space{.family = family.name,
                    .fixed = {{{"family", family.name}}},
                    .axes = {},
                    .constraints = {},
                    .line = node.place.line};
  if (const DocumentNode* constraints = node.find("constraints")) space.constraints = read_constraints(*constraints);
  for (const DocumentNode& entry : node.table().entries) {
    const auto argument = std::find_if(family.arguments.begin(), family.arguments.end(),
                                       [&](const FamilyArgument& a) { return a.name == entry.name; });
    if (argument == family.arguments.end()) continue;  // a key of this table
    if (std::holds_alternative<DocumentTable>(entry.data) && !is_stairs(entry))
      space.axes.push_back(read_range(family, *argument, entry, method));
    else if (is_choice(*argument, entry))
      space.axes.push_back(read_choices(family, entry));
    else
      space.fixed.values[entry.name] = checked(family, entry.name, argument_value(entry), entry);
  }
  return space;
}

}  // namespace losscast
