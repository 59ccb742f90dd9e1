// Warnings, in words, of what the training curves cannot determine.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "fit/fit_problem.hpp"
#include "losscast/fit/fit.hpp"

namespace losscast {

// `prior_share` as in Posterior; `others` are curves of other model sizes that tell of this one (FitOptions::others).
std::vector<std::string> identifiability_warnings(const FitProblem& problem, const Fit& fit,
                                                  std::span<const double> prior_share,
                                                  std::span<const Curve> others = {});

}  // namespace losscast
