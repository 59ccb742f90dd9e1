// How much wider than its residuals suggest a posterior must be, since every law misfits a little.
#pragma once

#include <span>

#include "fit/observations.hpp"

namespace losscast {

// Leaves each curve out in turn, fits the others, and compares the error at the end of the curve left out with the
// standard deviation that their Laplace posterior and the run offset give it. Returns the root mean square of those
// ratios, between 1 and kWidestMisfit. Few curves say little about it, so kDefaultMisfit counts as two more.
double misfit_widening(const SdeModel& model, std::span<const Observations> observations,
                       std::span<const double> parameters, int threads);

inline constexpr double kDefaultMisfit = 2;  // the ratio typical of public runs of 25M to 124M parameters
inline constexpr double kWidestMisfit = 5;

}  // namespace losscast
