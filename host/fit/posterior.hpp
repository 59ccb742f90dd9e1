// Draws from the posterior of a fit's parameters.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <span>
#include <vector>

#include "fit/ensemble_draws.hpp"
#include "fit/fit_problem.hpp"

namespace losscast {

// Precision in the search coordinates at the minimum: J' J / kTemperature, J the derivatives of the objective's terms
// (objective.hpp). The normal law of that precision is the Laplace approximation of the posterior.
Eigen::MatrixXd laplace_precision(const FitProblem& problem, std::span<const double> parameters);

struct Posterior {
  // [chain][draw][parameter]: all parameters of the model in their own units, fixed ones included.
  std::vector<std::vector<std::vector<double>>> chains;
  std::vector<std::vector<double>> covariance;    // of all draws
  std::vector<double> prior_share;                // posterior / prior standard deviation of a coordinate, 0 without
  std::vector<ParameterDiagnostics> diagnostics;  // of the searched parameters
  double acceptance = 0;                          // share of the proposals accepted
  bool stable = true;                             // whether single updates are stable under the draws, as below
};

// Samples exp(log_posterior()) by Markov chains (ensemble_sampler.hpp) that start around the minimum; `seed` decides
// which. Draws are possible only within the parameters' bounds, and where no hill is so fast that one update of a
// training run would carry it past its level (rate x clock time of an update below 2, by a margin); where one is at the
// minimum itself, that is not asked of any. The same draws for any number of threads.
Posterior sample_posterior(const FitProblem& problem, std::span<const double> minimum, std::uint64_t seed, int threads);

// Returns the autocorrelation at lag 1; 0 for fewer than three values, or if all are the same.
double lag1_autocorrelation(std::span<const double> values);

// The covariance of all draws of some chains. Precondition: there are two draws.
std::vector<std::vector<double>> covariance_of(std::span<const std::vector<std::vector<double>>> chains);

}  // namespace losscast
