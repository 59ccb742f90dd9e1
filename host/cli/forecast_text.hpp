// Forecasts in words.
#pragma once

#include <string>
#include <vector>

#include "losscast/precision/precision.hpp"

namespace losscast {

// "mean 2.95134 +- 3e-07 (draws of the parameters +- 0.0002), 90% between 2.94871 and 2.95402"
std::string forecast_text(const Statistics& statistics);

// "1.23e+09 path-steps (blocks of 16 steps) in 3.21 s of 3.45 s, on cpu (avx2)"
std::string performance_text(const Performance& performance, Step block, double total_seconds);

// "fast mathematics: a path moved by up to 1.2e-06 nats, a mean by up to 3.4e-08"
std::string deviation_text(const MathDeviation& deviation);

// "3.46e+09 path-steps in blocks of 64 steps, 18 MB of memory"
std::string work_text(const EnsembleWork& work);

// "levers: antithetic pairs, conditional mean; 1.2e+04 times fewer path-steps than plain simulation needs", if any.
std::string levers_text(const LeversUsed& levers, double reduction);

// "stopped after 2 rounds (target); a tenth of the error would take 1.2e+10 path-steps, about 7 s"
std::string precision_text(const PrecisionReport& report);

// That some of `count` means missed the target.
std::vector<std::string> precision_warnings(const PrecisionReport& report, std::size_t count);

// That the bias of a block is above the limit.
std::vector<std::string> step_warnings(const StepError& error);

// Which quantiles are left out, and how many paths they take; nothing if there are all, or if all paths are lost. That
// of the probability `told` is given elsewhere.
std::string unknown_quantiles_text(const Statistics& statistics, std::optional<double> told = {});

// That fast mathematics was asked for where there is none.
std::vector<std::string> math_warnings(MathMode asked_for, const Performance& performance);

}  // namespace losscast
