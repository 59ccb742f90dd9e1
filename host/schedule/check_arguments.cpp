#include "schedule/check_arguments.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "losscast/base/error.hpp"
#include "losscast/format/number_text.hpp"
#include "losscast/text/nearest.hpp"
#include "schedule/stair_steps.hpp"

namespace losscast {

namespace {

using Kind = FamilyArgument::Kind;

const FamilyArgument& find_argument(const Family& family, const std::string& key) {
  for (const FamilyArgument& argument : family.arguments)
    if (argument.name == key) return argument;
  std::vector<std::string> known;
  for (const FamilyArgument& argument : family.arguments) known.push_back(argument.name);
  throw ArgumentError(key, fmt::format("\"{}\" is no argument of the family \"{}\"", key, family.name),
                      fmt::format("it has: {}", fmt::join(known, ", ")), suggestion(key, known, "remove it"));
}

std::string_view wanted_text(Kind kind) {
  switch (kind) {
    case Kind::rate:
      return "a learning rate such as 3e-4";
    case Kind::step:
      return "a whole number such as 2000";
    case Kind::fraction:
      return "a number from 0 to 1";
    case Kind::number:
      return "a number";
    case Kind::word:
      return "a word in quotes";
    case Kind::numbers:
      return "a list of numbers such as [0.5, 0.1]";
    case Kind::phases:
      return "a list of schedules such as [{ family = ... }, { family = ... }]";
    case Kind::weight_decay:
      return "a number such as 0.1, or { steps = [0, 1000], values = [0.1, 0.05] }";
    case Kind::batch:
      return "a number of tokens such as 524_288, or { steps = [0, 1000], values = [262_144, 524_288] }";
  }
  return {};
}

template <class T>
const T& value_as(const FamilyArgument& argument, const Value& value) {
  if (const T* typed = std::get_if<T>(&value)) return *typed;
  constexpr std::string_view kTypes[] = {"a number", "a word", "a list of numbers", "a list of schedules", "stairs"};
  throw ArgumentError(argument.name, fmt::format("{} is {}", argument.name, kTypes[value.index()]),
                      fmt::format("it should be {}", wanted_text(argument.kind)), "correct it");
}

// Whether the argument says where the LR turns.
bool is_turn(const FamilyArgument& argument) {
  constexpr std::string_view kTurns[] = {"warmup_steps", "decay_start", "decay_end"};
  return std::find(std::begin(kTurns), std::end(kTurns), argument.name) != std::end(kTurns);
}

[[noreturn]] void fail_between_steps(const FamilyArgument& argument, const std::string& given) {
  throw ArgumentError(argument.name, fmt::format("{} is not a whole number", given), "it counts",
                      fmt::format("give {}{}", wanted_text(argument.kind),
                                  is_turn(argument) ? "; or, where the LR turns between two steps as that of "
                                                      "OneCycleLR does, family = \"knots\", which takes such steps "
                                                      "(docs/schedules.md, \"in PyTorch\")"
                                                    : ""));
}

void check_number(const FamilyArgument& argument, double value) {
  const std::string given = fmt::format("{} = {}", argument.name, number_text(value));
  if (!std::isfinite(value))
    throw ArgumentError(argument.name, fmt::format("{} is not finite", given), "nothing can be computed with it",
                        fmt::format("give {}", wanted_text(argument.kind)));
  switch (argument.kind) {
    case Kind::rate:
      if (value < 0)
        throw ArgumentError(argument.name, fmt::format("{} is negative", given), "a learning rate cannot be",
                            "give a number of at least 0");
      break;
    case Kind::step:
      if (value != std::trunc(value)) fail_between_steps(argument, given);
      if (value < 0 || value > kMaxSteps)
        throw ArgumentError(argument.name, fmt::format("{} is out of range", given),
                            fmt::format("0 to {} are possible", number_text(kMaxSteps)),
                            fmt::format("give {}", wanted_text(argument.kind)));
      break;
    case Kind::fraction:
      if (value < 0 || value > 1)
        throw ArgumentError(argument.name, fmt::format("{} is out of range", given), "it is a part of a whole",
                            "give a number from 0 to 1");
      break;
    case Kind::weight_decay:
      if (value < 0)
        throw ArgumentError(argument.name, fmt::format("{} is negative", given), "weight decay shrinks the weights",
                            "give 0 or more");
      break;
    case Kind::batch:
      if (!(value > 0))
        throw ArgumentError(argument.name, fmt::format("{} is not above 0", given), "an update sees tokens",
                            "give how many");
      break;
    default:
      break;
  }
}

void check_stairs(const FamilyArgument& argument, const Stairs& stairs) {
  const std::string steps = argument.name + ".steps", values = argument.name + ".values";
  if (stairs.steps.empty())
    throw ArgumentError(steps, fmt::format("{} is empty", steps), "no value holds anywhere",
                        fmt::format("give {}", wanted_text(argument.kind)));
  stair_steps(steps, stairs.steps, "the value");
  if (stairs.values.size() != stairs.steps.size())
    throw ArgumentError(
        values, fmt::format("{} has {} numbers for {} steps", values, stairs.values.size(), stairs.steps.size()),
        "each step needs one", "give as many");
  for (const double value : stairs.values) check_number({values, argument.kind, {}, {}}, value);
}

void check_word(const FamilyArgument& argument, const std::string& value) {
  const std::vector<std::string>& choices = argument.choices;
  if (choices.empty() || std::find(choices.begin(), choices.end(), value) != choices.end()) return;
  throw ArgumentError(argument.name, fmt::format("{} = \"{}\" is no choice", argument.name, value),
                      fmt::format("there are: {}", fmt::join(choices, ", ")), suggestion(value, choices, "choose one"));
}

void check_list_length(const FamilyArgument& argument, std::size_t length) {
  if (length == 0)
    throw ArgumentError(argument.name, fmt::format("{} is empty", argument.name), "nothing can be made of it",
                        fmt::format("give {}", wanted_text(argument.kind)));
}

void check_value(const FamilyArgument& argument, const Value& value) {
  switch (argument.kind) {
    case Kind::rate:
    case Kind::step:
    case Kind::fraction:
    case Kind::number:
      return check_number(argument, value_as<double>(argument, value));
    case Kind::word:
      return check_word(argument, value_as<std::string>(argument, value));
    case Kind::numbers: {
      const auto& list = value_as<std::vector<double>>(argument, value);
      check_list_length(argument, list.size());
      for (const double element : list) check_number(argument, element);
      return;
    }
    case Kind::weight_decay:
    case Kind::batch:
      if (const auto* stairs = std::get_if<Stairs>(&value)) return check_stairs(argument, *stairs);
      return check_number(argument, value_as<double>(argument, value));
    case Kind::phases:
      return check_list_length(argument, value_as<std::vector<Arguments>>(argument, value).size());
  }
}

}  // namespace

void check_arguments(const Family& family, const Arguments& arguments) {
  for (const auto& [key, value] : arguments.values)
    if (key != "family") check_value(find_argument(family, key), value);
}

}  // namespace losscast
