// Forecasts in words.
#pragma once

#include <string>
#include <vector>

#include "losscast/engine/ensemble.hpp"

namespace losscast {

// "mean 2.95134 +- 0.00003, 90% between 2.94871 and 2.95402"
std::string forecast_text(const Statistics& statistics);

// "1.23e+09 path-steps (blocks of 16 steps) in 3.21 s of 3.45 s, on cpu (avx2)"
std::string performance_text(const Performance& performance, Step block, double total_seconds);

// "fast mathematics: a path moved by up to 1.2e-06 nats, a mean by up to 3.4e-08"
std::string deviation_text(const MathDeviation& deviation);

// "3.46e+09 path-steps in blocks of 64 steps, 18 MB of memory"
std::string work_text(const EnsembleWork& work);

// What a reader of the result has to know: paths that were lost, and a block whose bias is above the limit.
std::vector<std::string> result_warnings(const Statistics& statistics, const StepError& error);
std::vector<std::string> step_warnings(const StepError& error);

// That fast mathematics was asked for where there is none.
std::vector<std::string> math_warnings(MathMode asked_for, const Performance& performance);

}  // namespace losscast
