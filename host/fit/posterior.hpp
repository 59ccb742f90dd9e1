// The Laplace approximation of the parameters' posterior.
#pragma once

#include <Eigen/Core>
#include <span>
#include <vector>

#include "fit/observations.hpp"

namespace losscast {

// Precision in the search coordinates: J' W J / (s^2 t) + priors, J the derivatives of the log residuals, W Huber's
// weights, s^2 their variance, and t their integrated autocorrelation time, by which n residuals of one smooth misfit
// count as n / t.
Eigen::MatrixXd laplace_precision(const SdeModel& model, std::span<const Observations> observations,
                                  std::span<const double> parameters);

struct Posterior {
  std::vector<std::vector<double>> covariance;  // in the parameters' own units
  std::vector<std::vector<double>> draws;       // count x parameters, each possible
  std::vector<double> prior_share;  // posterior / prior standard deviation of a coordinate, 0 without a prior
  bool stable;                      // whether single updates are stable under the draws, as below
};

// Normal around the minimum with that precision, its standard deviations times `widening`. Draws are taken anew until
// they are possible: within the parameters' bounds, and with no hill so fast that one update of a training run would
// carry it past its level (rate x clock time of an update below 2, by a margin). Where it would under the parameters
// themselves, hardly any draw were stable, and that is not asked of them.
Posterior laplace_posterior(const SdeModel& model, std::span<const Observations> observations,
                            std::span<const double> parameters, double widening, int count);

// 1 + 2 sum of autocorrelations up to the first that is not positive (Geyer 1992), at least 1.
double autocorrelation_time(std::span<const double> values);

// Returns the autocorrelation at lag 1; 0 for fewer than three values, or if all are the same.
double lag1_autocorrelation(std::span<const double> values);

}  // namespace losscast
