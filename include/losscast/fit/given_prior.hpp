/// \file
/// What somebody knows of a parameter of the model before the fit.
#pragma once

#include <string>

namespace losscast {

/// A normal prior on a parameter, or on its logarithm where its scale is logarithmic, in place of the model's own. A
/// fit searches a parameter that has one also where the runs alone cannot determine it.
struct GivenPrior {
  std::string name;      ///< of the parameter, as the model names it
  double centre = 0;     ///< in the parameter's own unit
  double deviation = 1;  ///< standard deviation, above 0: of the natural logarithm; of L0, which is linear, in nats
};

}  // namespace losscast
