// Checks of numbers that files, flags and callers of the library give, each with its message in one place.
#pragma once

#include <string_view>

namespace losscast {

// Whether it is a probability of what is neither certain nor impossible.
bool is_probability(double value);

// Throws the InputError "<value> is no <what> ..." unless is_probability(value); `example` is one that would do.
void require_probability(double value, std::string_view what, double example);

// Throws the InputError "<given> is no <what> ..." unless `value` is a finite number of nats above 0.
void require_nats(double value, std::string_view given, std::string_view what, std::string_view remedy);

}  // namespace losscast
