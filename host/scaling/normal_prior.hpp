// What is known of a number before a fit.
#pragma once

namespace losscast {

// Normal, of the number itself.
struct NormalPrior {
  double centre, deviation;
};

}  // namespace losscast
