/// \file
/// A schedule's arguments as one line of text, the value of a manifest's `schedule` and of the flag `--schedule`.
#pragma once

#include <string>
#include <string_view>

#include "losscast/schedule/arguments.hpp"
#include "losscast/schedule/recipe.hpp"
#include "losscast/schedule/schedule.hpp"

namespace losscast {

/// Reads a TOML inline table such as { family = "wsd", peak_lr = 3e-4, total_steps = 24000, ... }. `origin` names where
/// the text is from, for messages: `--schedule`. Throws InputError if the text is not such a table. Which arguments a
/// family takes is make_recipe's to check.
Arguments parse_schedule_text(std::string_view text, std::string_view origin);

/// The recipe that the text describes. Throws InputError naming the character at fault, also for what make_recipe()
/// finds wrong.
Recipe parse_recipe(std::string_view text, std::string_view origin);

/// The same for uses that have nothing but the LR, as make_schedule().
Schedule parse_schedule(std::string_view text, std::string_view origin);

/// The inverse of parse_schedule_text(): one line, `family` first. Reads back as the same arguments.
std::string schedule_text(const Arguments& arguments);

/// One argument's value, as TOML: it reads back as the same.
std::string value_text(const Value& value);

}  // namespace losscast
