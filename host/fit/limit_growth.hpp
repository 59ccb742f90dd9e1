// How the limit of stability grows along a run, where training runs tell it.
#pragma once

#include "fit/fit_problem.hpp"
#include "fit/minimise.hpp"

namespace losscast {

// Gives the law the power of growth (strained_lr.hpp) of 0, 0.05, ..., 1 that costs least, and starts of the search the
// limit that goes with it, where that costs less than the minimum without growth by more than 1%. Returns whether it
// has, and the problem is to be searched again. Runs tell a growth only if two of them at high peaks, and beyond the
// limit found, have warm-ups that differ by a factor of 2: without such peaks nothing is searched. Each power is
// searched from two starts, the minimum and the same with a limit below the high peaks, for a minimum whose limit is
// beyond all peaks has no slope towards them; and at first only every fifth power, so that runs which tell nothing cost
// little.
bool grow_limit(FitProblem& problem, const Minimum& minimum, int threads);

}  // namespace losscast
