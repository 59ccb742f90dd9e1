#include "losscast/random/normal_quantile.hpp"

#include "losscast/math/elementary.hpp"

namespace losscast {

// Newton's method on P(z) = 1/2 + phi(z) (z + z^3 / 3 + z^5 / 15 + ...) (Marsaglia 2004); P is concave here, so from
// below the steps never pass the root.
double normal_quantile(double probability) {
  constexpr double kInverseRootTwoPi = 0.39894228040143267794;
  double z = 0;
  for (int iteration = 0; iteration < 100; ++iteration) {
    const double density = kInverseRootTwoPi * math::exp(-0.5 * z * z);
    double term = z, sum = z;
    for (int k = 3; term > 1e-17 * sum && k < 1000; k += 2) {
      term *= z * z / k;
      sum += term;
    }
    const double step = (probability - 0.5 - density * sum) / density;
    z += step;
    if (step < 1e-13) break;
  }
  return z;
}

}  // namespace losscast
