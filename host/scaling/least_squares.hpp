// Least squares with normal priors, from their centres on.
#pragma once

#include <ceres/ceres.h>

#include <array>

#include "scaling/normal_prior.hpp"

namespace losscast {

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

// Minimises, and returns the cost: half the sum of squares, as the losses take them.
inline double solve(ceres::Problem& problem) {
  ceres::Solver::Options options;
  options.linear_solver_type = ceres::DENSE_QR;
  options.max_num_iterations = 500;
  options.function_tolerance = 1e-11;
  options.parameter_tolerance = 1e-10;
  options.logging_type = ceres::SILENT;
  options.num_threads = 1;
  ceres::Solver::Summary summary;
  ceres::Solve(options, &problem, &summary);
  return summary.final_cost;
}

}  // namespace losscast
