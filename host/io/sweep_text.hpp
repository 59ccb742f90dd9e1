// Writing a sweep file.
#pragma once

#include <string>

#include "losscast/sweep/config.hpp"

namespace losscast {

// A sweep file that reads back as `config`, every default spelt out. The files that it names are named as in `config`.
std::string sweep_text(const SweepConfig& config);

}  // namespace losscast
