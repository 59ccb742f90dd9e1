/// \file
/// What somebody knows of a parameter of the model before the fit.
#pragma once

#include <string>

namespace losscast {

/// A normal prior on a parameter, or on its logarithm where its scale is logarithmic, in place of the model's own. A
/// fit searches a parameter that has one also where the runs alone cannot determine it.
struct GivenPrior {
  static constexpr double kNarrowest = 1e-6;  ///< least deviation: a fit does not search more finely

  std::string name;      ///< of the parameter, as the model names it
  double centre = 0;     ///< in the parameter's own unit
  double deviation = 1;  ///< standard deviation, at least kNarrowest: of the logarithm; of L0, which is linear, in nats
};

}  // namespace losscast
