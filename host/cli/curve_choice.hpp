// The curves that a flag such as --train a,b,c names.
#pragma once

#include <string>
#include <vector>

#include "cli/flags.hpp"
#include "losscast/fit/curve.hpp"

namespace losscast {

// All curves of the manifest if the flag is not given. Throws InputError for a name that the manifest does not have,
// with the nearest one, for a name given twice, and for an empty list.
std::vector<Curve> chosen_curves(const Manifest& manifest, const Flags& flags, const std::string& flag);

// Those to fit: of --train, with every row by itself if --no-thinning says so.
std::vector<Curve> curves_to_fit(const Manifest& manifest, const Flags& flags);
std::vector<Flag> thinning_flag();

}  // namespace losscast
