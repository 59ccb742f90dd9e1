// How a log's file is to be read, as a command line says it.
#pragma once

#include <string_view>

#include "losscast/io/curve_csv_options.hpp"
#include "losscast/schedule/recipe.hpp"

namespace losscast {

// A TOML inline table of the keys that say in a manifest how a curve's file is to be read (csv_keys()), and
// tokens_per_step. The recipe is the run's. Throws InputError if `text` is no such table; `origin` names the flag.
CurveCsvOptions parse_csv_options(std::string_view text, std::string_view origin, Recipe recipe);

}  // namespace losscast
