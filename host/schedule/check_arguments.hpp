// Checks arguments against what a family declares, so that the families themselves need not.
#pragma once

#include "losscast/schedule/family.hpp"

namespace losscast {

// Throws ArgumentError for a key that `family` has no argument for, a value of the wrong type, a number that is not
// finite, a negative rate, a step that is no whole number from 0 to kMaxSteps, a fraction outside 0 to 1, a word that
// is no choice, an empty list, stairs that do not ascend. That nothing is missing and that the values go together is
// for the family to see.
void check_arguments(const Family& family, const Arguments& arguments);

}  // namespace losscast
