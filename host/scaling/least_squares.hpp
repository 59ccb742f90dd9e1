// Least squares with normal priors, from their centres on.
#pragma once

#include <ceres/ceres.h>

#include <array>
#include <cmath>

#include "scaling/normal_prior.hpp"

namespace losscast {

// Whether a residual, and its slopes with it, are numbers. A residual that is none counts as a step too far: its
// operator() returns this.
inline bool is_number(double residual) { return std::isfinite(residual); }
template <int N>
bool is_number(const ceres::Jet<double, N>& residual) {
  return std::isfinite(residual.a) && residual.v.allFinite();
}

template <std::size_t N>
struct PriorsResidual {
  std::array<NormalPrior, N> priors;

  template <class T>
  bool operator()(const T* values, T* residuals) const {
    for (std::size_t i = 0; i < N; ++i) residuals[i] = (values[i] - priors[i].centre) / priors[i].deviation;
    return true;
  }
};

// Adds the priors to the problem, and sets the values to their centres.
template <std::size_t N>
void start_at_priors(ceres::Problem& problem, const std::array<NormalPrior, N>& priors, std::array<double, N>& values) {
  for (std::size_t i = 0; i < N; ++i) values[i] = priors[i].centre;
  problem.AddResidualBlock(new ceres::AutoDiffCostFunction<PriorsResidual<N>, N, N>(new PriorsResidual<N>{priors}),
                           nullptr, values.data());
}

// Minimises, and returns the cost: half the sum of squares, as the losses take them. Throws InputError if the search
// breaks off without a solution.
double solve(ceres::Problem& problem);

}  // namespace losscast
