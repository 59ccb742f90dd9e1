// A schedule family: its name, its arguments, and how a Schedule is made of them.
#pragma once

#include <string>
#include <vector>

#include "losscast/schedule/arguments.hpp"
#include "losscast/schedule/schedule.hpp"

namespace losscast {

// What one argument of a family is, for checks, messages and documentation.
struct FamilyArgument {
  enum class Kind { rate, step, fraction, number, word, numbers, phases };
  std::string name;
  Kind kind;
  std::string meaning;                    // one line, with the unit
  std::string default_text;               // a value, or a rule in words; empty = required or given by an alternative
  std::vector<std::string> choices = {};  // Kind::word only
};

struct Family {
  std::string name;
  std::string summary;                    // one line
  std::vector<FamilyArgument> arguments;  // warm-up and total_steps included
  Schedule (*make)(const Arguments&);  // for make_schedule(), which checks the arguments against the list above first
};

}  // namespace losscast
