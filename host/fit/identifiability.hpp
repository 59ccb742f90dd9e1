// Warnings, in words, of what the training curves cannot determine.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "fit/fit_problem.hpp"
#include "losscast/fit/fit.hpp"

namespace losscast {

// That the runs are of several model sizes; nothing if they are not.
std::optional<std::string> mixed_sizes_warning(std::span<const Observations> observations);

// `prior_share` as in Posterior; `others` are curves of other model sizes that tell of this one (FitOptions::others).
std::vector<std::string> identifiability_warnings(const FitProblem& problem, const Fit& fit,
                                                  std::span<const double> prior_share,
                                                  std::span<const Curve> others = {});

}  // namespace losscast
