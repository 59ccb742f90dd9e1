/// \file
/// Schedule families: from a name and arguments to a Recipe. One list; the program's `list families` prints it.
#pragma once

#include <span>
#include <string_view>

#include "losscast/schedule/arguments.hpp"
#include "losscast/schedule/family.hpp"
#include "losscast/schedule/recipe.hpp"
#include "losscast/schedule/schedule.hpp"

namespace losscast {

/// All families, in the order in which people are shown them.
std::span<const Family> families();

/// Throws ArgumentError("family", ...) with the nearest name if there is none of that name.
const Family& find_family(std::string_view name);

/// Makes the recipe that `arguments` describe; `family` is one of them. Throws ArgumentError naming the key at fault:
/// unknown or missing key, wrong type, value out of range, warm-up longer than the run, exponential decay to zero. The
/// key of an argument within a list of phases or within stairs is its path, such as "phases[1].peak_lr" or
/// "weight_decay.steps".
Recipe make_recipe(const Arguments& arguments);

/// The same for uses that have nothing but the LR: also throws if the arguments say anything else.
Schedule make_schedule(const Arguments& arguments);

}  // namespace losscast
