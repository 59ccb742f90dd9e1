// Curves that seem to be two losses of one run, such as those of training and validation.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "losscast/fit/curve.hpp"

namespace losscast {

struct TwinCurves {
  std::string higher, lower;  // names
  double offset;              // by how much the one lies above the other, the median [nats]
};

// Pairs of curves of one recipe that lie more than 12e-3 nats apart, by an offset that changes by no more than a third
// of it over the run but for noise. Repeats of a run are within a few 1e-3 nats of each other (docs/models.md).
std::vector<TwinCurves> find_twin_curves(std::span<const Curve> curves);

}  // namespace losscast
