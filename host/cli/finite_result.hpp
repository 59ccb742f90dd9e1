// The last look at numbers before they are printed or written. Divergence is a value; what is no number is an error.
#pragma once

#include <string_view>

#include "losscast/engine/result.hpp"
#include "losscast/sweep/result.hpp"

namespace losscast {

// Throws InputError unless the number is finite; `what` says what it is, such as "the expected loss".
void require_finite(double number, std::string_view what);

// Throws InputError if a path's loss is not a number: then neither are statistics of them.
void require_numbers(const Statistics& statistics, std::string_view what);

// Throws InputError if the exact law, which blocks are compared with, is not a number.
void require_numbers(const StepError& error);

// Throws InputError if no candidate's losses are numbers. Where only some are not, they come last and say so.
void require_numbers(const SweepResult& result);

}  // namespace losscast
