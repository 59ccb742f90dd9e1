// Schedule families: from a name and arguments to a Recipe. One list; the program's `list families` prints it.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "losscast/schedule/arguments.hpp"
#include "losscast/schedule/recipe.hpp"
#include "losscast/schedule/schedule.hpp"

namespace losscast {

// What one argument of a family is, for checks, messages and documentation.
struct FamilyArgument {
  enum class Kind { rate, step, fraction, number, word, numbers, phases, weight_decay, batch };
  std::string name;
  Kind kind;
  std::string meaning;                    // one line, with the unit
  std::string default_text;               // a value, or a rule in words; empty = required or given by an alternative
  std::vector<std::string> choices = {};  // Kind::word only
};

struct Family {
  std::string name;
  std::string summary;                    // one line
  std::vector<FamilyArgument> arguments;  // all of them, also what every family takes
  // For make_recipe(), which checks the arguments against the list above first and adds what every family takes.
  std::function<Recipe(const Arguments&)> make;
};

// All families, in the order in which people are shown them.
std::span<const Family> families();

// Throws ArgumentError("family", ...) with the nearest name if there is none of that name.
const Family& find_family(std::string_view name);

// Makes the recipe that `arguments` describe; `family` is one of them. Throws ArgumentError naming the key at fault:
// unknown or missing key, wrong type, value out of range, warm-up longer than the run, exponential decay to zero. The
// key of an argument within a list of phases or within stairs is its path, such as "phases[1].peak_lr" or
// "weight_decay.steps".
Recipe make_recipe(const Arguments& arguments);

// The same for uses that have nothing but the LR: also throws if the arguments say anything else.
Schedule make_schedule(const Arguments& arguments);

}  // namespace losscast
