// Warnings, in words, of curves that do not show what a fit needs: junk among their rows, copies, a shape that the law
// does not follow, and what may be the cause.
#pragma once

#include <string>
#include <vector>

#include "fit/log_suspicions.hpp"
#include "losscast/fit/fit.hpp"

namespace losscast {

// From the fit's diagnostics, disowned rows and copies.
std::vector<std::string> data_warnings(const Fit& fit, const LogSuspicions& suspicions);

}  // namespace losscast
