// How the limit of stability grows along a run, where training runs tell it.
#pragma once

#include "fit/fit_problem.hpp"
#include "fit/minimise.hpp"

namespace losscast {

// Gives the law the power of growth (strained_lr.hpp) that costs least, of 0, 0.05, ..., 1, each searched from the
// minimum without growth, and returns whether it is above 0. It stays 0 unless two runs whose peaks are above the limit
// of that minimum have warm-ups that differ by a factor of 2, and the cost falls by more than 1%.
bool grow_limit(FitProblem& problem, const Minimum& minimum, int threads);

}  // namespace losscast
