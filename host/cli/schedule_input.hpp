// The schedule that a command line names: a text, or a result that holds one.
#pragma once

#include <string>

#include "losscast/schedule/arguments.hpp"
#include "losscast/schedule/recipe.hpp"

namespace losscast {

// `given` is a schedule's text, which begins with a brace; a folder of results, whose best schedule is meant; or a CSV
// file of rates. `origin` names the argument in messages. Throws InputError if it is none of these.
Arguments read_schedule(const std::string& given, const std::string& origin);

// The recipe that it describes.
Recipe read_recipe(const std::string& given, const std::string& origin);

}  // namespace losscast
