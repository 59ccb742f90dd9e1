/// \file
/// Named arguments of a schedule family, as a configuration file or a command line gives them.
#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

namespace losscast {

struct Arguments;

/// A value from one step on until the next: { steps = [...], values = [...] }. As it was written: not yet checked.
struct Stairs {
  std::vector<double> steps;   ///< the updates from which the values hold
  std::vector<double> values;  ///< one for each step
  /// Whether they were written alike.
  bool operator==(const Stairs&) const = default;
};

/// A number, a word, a list of numbers (multi-step, knots), a list of sub-schedules (phases) or stairs (weight decay,
/// batch).
using Value = std::variant<double, std::string, std::vector<double>, std::vector<Arguments>, Stairs>;

/// Arguments by name, `family` among them where it is known.
struct Arguments {
  std::map<std::string, Value> values;  ///< by the argument's name
  /// Whether names and values are equal.
  bool operator==(const Arguments&) const = default;
};

}  // namespace losscast
