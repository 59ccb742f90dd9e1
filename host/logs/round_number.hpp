// The roundest numbers in a range: what a person would have written.
#pragma once

#include <cstddef>
#include <vector>

#include "losscast/schedule/segment.hpp"

namespace losscast {

// Numbers within `error` of `value` and at least 0, from the one with the fewest significant digits on; `value` itself
// (or 0, if it is below) is the last. Few.
std::vector<double> round_numbers(double value, double error);

// How many digits a person would have to write of it, zeros at either end aside.
std::size_t significant_digits(double value);

// The whole number from `low` to `high` that divides by the highest power of ten, five times one or twice one.
// Precondition: low <= high.
Step roundest_step(Step low, Step high);

// All whole numbers from `low` to `high`, the rounder ones first; nothing if they are more than 20,000, too many to be
// tried. Of those there are, the first `most`.
std::vector<Step> steps_by_roundness(Step low, Step high, std::size_t most = 20'000);

// How many steps may be tried, each with `others` steps of another kind, so that pairs are 20,000 at most. It is 141 or
// more, whatever their number: where both kinds are many, limit each by the number of the other.
std::size_t most_with(std::size_t others);

}  // namespace losscast
