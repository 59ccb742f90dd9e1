// The losses of two curves at common steps.
#pragma once

#include <vector>

#include "losscast/fit/curve.hpp"

namespace losscast {

struct LossPair {
  Step step;
  double first, second;  // nats; the second curve's on a straight line between its points
};

// At the first curve's points, from where a fit begins with either curve (first_fitted_step()) to the end of the
// second; none if there is no such point.
std::vector<LossPair> loss_pairs(const Curve& first, const Curve& second);

}  // namespace losscast
