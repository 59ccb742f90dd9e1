// The noise parameters of a fit, from its residuals or by default.
#pragma once

#include <span>

#include "fit/fit_problem.hpp"
#include "losscast/fit/fit.hpp"

namespace losscast {

// The median over the curves of the root mean square of their residuals. [nats]
double typical_residual(std::span<const Observations> observations, std::span<const double> residuals);

// `residuals`: measured - law, curve after curve. Methods and defaults: docs/models.md, "Noise".
Noise estimate_noise(const FitProblem& problem, std::span<const double> parameters, std::span<const double> residuals);

}  // namespace losscast
