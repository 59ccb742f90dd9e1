// Reading a fit to forecast with.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "cli/command.hpp"
#include "cli/flags.hpp"
#include "losscast/fit/fit.hpp"

namespace losscast {

// Like read_fit(), and throws InputError naming the file unless the model is one of this program, the parameters are
// that model's, they and their draws lie within its bounds, the noise is possible, and runs at the ends of the ranges
// that its training curves covered have a finite loss.
Fit read_usable_fit(const std::filesystem::path& file, const std::optional<double>& params = {});

// --params, which of the fits in a file of several
std::vector<Flag> params_flag();

// The usable fit of a file, of several that of --params.
Fit read_usable_fit(const std::filesystem::path& file, const Flags& flags);

}  // namespace losscast
