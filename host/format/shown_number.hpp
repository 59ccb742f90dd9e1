// Numbers for people.
#pragma once

#include <string>

namespace losscast {

// As number_text(), to 12 digits: what is left of rounding, as in 2.9999999999999997e-5, is not shown. It need not read
// back as the same.
std::string shown_number(double value);

}  // namespace losscast
