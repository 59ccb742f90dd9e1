// Powers of many numbers at once.
#pragma once

#include <span>

namespace losscast {

// Replaces every x >= 0 by x^exponent, exponent > 0: the bits of math::pow, in vectors as wide as the CPU has.
void raise(std::span<double> x, double exponent);

}  // namespace losscast
