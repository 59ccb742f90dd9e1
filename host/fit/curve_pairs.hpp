// How the losses of two curves stand to each other at the steps that both were logged at.
#pragma once

#include <vector>

#include "losscast/fit/curve.hpp"

namespace losscast {

struct LossPair {
  Step step;
  double first, second;  // nats; the second curve's on a straight line between its points
};

// At the first curve's points within what a fit takes of both (first_fitted_step()); none if they have no such step in
// common.
std::vector<LossPair> loss_pairs(const Curve& first, const Curve& second);

}  // namespace losscast
