// What reading a manifest found, told once.
#pragma once

#include "losscast/fit/curve.hpp"

namespace losscast {

// Writes the manifest's notes and warnings, those of certain models left out, to standard error.
void report_reading(const Manifest& manifest);

}  // namespace losscast
