// Student's t distribution.
#pragma once

namespace losscast {

// P(T > t) with `freedom` degrees of freedom, freedom >= 1; t may be infinite.
double student_tail(double t, double freedom);

// The t that is exceeded with this probability, 0 < probability < 0.5; rounded to seven digits, so that a C library's
// last bits decide nothing.
double student_exceeded(double probability, double freedom);

}  // namespace losscast
