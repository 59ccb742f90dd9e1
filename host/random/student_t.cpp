#include "random/student_t.hpp"

#include <cmath>
#include <unsupported/Eigen/SpecialFunctions>

namespace losscast {

double student_tail(double t, double freedom) {
  if (std::isinf(t)) return t > 0 ? 0 : 1;
  const double both = Eigen::numext::betainc(0.5 * freedom, 0.5, freedom / (freedom + t * t));
  return t >= 0 ? 0.5 * both : 1 - 0.5 * both;
}

double student_exceeded(double probability, double freedom) {
  double low = 0, high = 1;
  while (student_tail(high, freedom) > probability) high *= 2;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (student_tail(middle, freedom) > probability ? low : high) = middle;
  }
  // The power of ten below it comes by multiplication and division: the same bits everywhere.
  double power = 1;
  while (power * 10 <= high) power *= 10;
  while (power > high) power /= 10;
  constexpr double kDigits = 1e6;
  return std::ceil(high / power * kDigits) / kDigits * power;
}

}  // namespace losscast
