// Powers, logarithms, exponentials and relaxations of many numbers at once.
#pragma once

#include <span>

namespace losscast {

// Replaces every x >= 0 by x^exponent, exponent > 0: the bits of math::pow, in vectors as wide as the CPU has.
void raise(std::span<double> x, double exponent);

// Replaces every x >= 0 by its natural logarithm, that of 0 being minus infinity.
void take_logs(std::span<double> x);

// Replaces every x by exp(x).
void exponentiate(std::span<double> x);

// Replaces every x >= 0 by 1 - exp(-x), likewise.
void relax(std::span<double> x);

}  // namespace losscast
