// Undoing an exponential moving average.
#pragma once

#include <span>

#include "losscast/io/curve_csv_options.hpp"

namespace losscast {

// Replaces the averaged values, in the order in which they were logged, by those that they average.
void unsmooth(const Smoothing& smoothing, std::span<double> values);

// By how much undoing it amplifies independent errors of the averaged values, such as rounding: the root mean square
// after many rows.
double error_growth(const Smoothing& smoothing);

}  // namespace losscast
