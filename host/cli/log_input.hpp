// How a command reads the log of a run.
#pragma once

#include <string>
#include <vector>

#include "cli/flags.hpp"
#include "losscast/io/curve_csv_options.hpp"
#include "losscast/schedule/recipe.hpp"

namespace losscast {

// --read, and, beside it, --mean-over.
std::vector<Flag> read_flag();
std::vector<Flag> mean_over_flag();

// What --read says of the log of a run with this recipe; without the flag, that it is a plain table of step and loss.
CurveCsvOptions read_log_options(const Flags& flags, const Recipe& recipe);

// Over how many updates a loss is a mean: by --mean-over, or by the key `point` of --read. Throws InputError if both
// say it.
Step mean_over_of(const Flags& flags, const CurveCsvOptions& options);

// Says what reading the log dropped or converted.
void report_notes(const std::vector<std::string>& notes);

}  // namespace losscast
