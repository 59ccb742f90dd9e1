/// \file
/// Round numbers along an axis.
#pragma once

#include <vector>

namespace losscast {

/// About `wanted` round numbers that cover low ... high: multiples of 1, 2 or 5 times a power of ten.
std::vector<double> round_ticks(double low, double high, int wanted);

}  // namespace losscast
