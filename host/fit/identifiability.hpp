// Warnings, in words, of what the training curves cannot determine.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "fit/observations.hpp"
#include "losscast/fit/fit.hpp"

namespace losscast {

// `prior_share` as in Posterior.
std::vector<std::string> identifiability_warnings(const SdeModel& model, std::span<const Observations> observations,
                                                  const Fit& fit, std::span<const double> prior_share);

}  // namespace losscast
