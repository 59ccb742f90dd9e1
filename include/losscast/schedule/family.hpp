/// \file
/// A schedule family: its name, its arguments, and how a Recipe is made of them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "losscast/schedule/arguments.hpp"
#include "losscast/schedule/recipe.hpp"

namespace losscast {

/// What one argument of a family is, for checks, messages and documentation.
struct FamilyArgument {
  /// What values an argument takes.
  enum class Kind {
    rate,          ///< an LR, not negative
    step,          ///< a number of optimiser steps
    fraction,      ///< of the run or of an LR, from 0 to 1
    number,        ///< any finite number
    word,          ///< one of `choices`
    numbers,       ///< a list of numbers
    phases,        ///< a list of sub-schedules
    weight_decay,  ///< a number or stairs: of each update
    batch,         ///< a number or stairs: tokens of each update
  };
  std::string name;                       ///< key in files and on the command line
  Kind kind;                              ///< of its value
  std::string meaning;                    ///< one line, with the unit
  std::string default_text;               ///< a value, or a rule in words; empty = required or given by an alternative
  std::vector<std::string> choices = {};  ///< Kind::word only
};

/// A family of schedules.
struct Family {
  std::string name;                       ///< value of the argument `family`
  std::string summary;                    ///< one line
  std::vector<FamilyArgument> arguments;  ///< all of them, also what every family takes
  /// Makes the recipe for make_recipe(), which checks the arguments against the list above first and adds what every
  /// family takes.
  std::function<Recipe(const Arguments&)> make;
};

}  // namespace losscast
