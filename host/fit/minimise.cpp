#include "fit/minimise.hpp"

#include <ceres/ceres.h>

#include <Eigen/Dense>
#include <cmath>
#include <limits>

#include "fit/coordinates.hpp"
#include "fit/objective.hpp"

namespace losscast {
namespace {

// All terms of the objective as one cost function: the recursion along a curve serves all its points.
class Terms final : public ceres::CostFunction {
 public:
  explicit Terms(const FitProblem& problem) : problem_(problem) {
    set_num_residuals(static_cast<int>(objective_size(problem)));
    mutable_parameter_block_sizes()->push_back(static_cast<int>(problem.searched.size()));
  }

  bool Evaluate(double const* const* blocks, double* residuals, double** jacobians) const override {
    const std::span<const double> coordinates(blocks[0], problem_.searched.size());
    const bool wanted = jacobians != nullptr && jacobians[0] != nullptr;
    std::vector<double> terms, slopes;
    if (!objective_terms(problem_, coordinates, terms, wanted ? &slopes : nullptr)) return false;
    std::copy(terms.begin(), terms.end(), residuals);
    if (wanted) std::copy(slopes.begin(), slopes.end(), jacobians[0]);
    return true;
  }

 private:
  const FitProblem& problem_;
};

// Replaces the parameters that the loss is linear in by their least-squares values given the others: measured = law at
// 0 of them + their slopes.
void solve_linear_parameters(const FitProblem& problem, std::vector<double>& parameters) {
  std::vector<std::size_t> linear;
  for (const std::size_t p : problem.searched)
    if (!problem.parameters[p].starts) linear.push_back(p);
  std::vector<double> probe = parameters, residuals;
  for (const std::size_t p : linear) probe[p] = 0;
  law_residuals(problem, probe, residuals);
  const auto points = static_cast<Eigen::Index>(residuals.size());
  const Eigen::VectorXd missing = Eigen::Map<const Eigen::VectorXd>(residuals.data(), points);
  Eigen::MatrixXd design(points, static_cast<Eigen::Index>(linear.size()));
  for (std::size_t k = 0; k < linear.size(); ++k) {
    probe[linear[k]] = 1;
    law_residuals(problem, probe, residuals);
    design.col(static_cast<Eigen::Index>(k)) = missing - Eigen::Map<const Eigen::VectorXd>(residuals.data(), points);
    probe[linear[k]] = 0;
  }
  const Eigen::VectorXd solution = design.colPivHouseholderQr().solve(missing);
  for (std::size_t k = 0; k < linear.size(); ++k) {
    const ModelParameter& parameter = problem.parameters[linear[k]];
    // A start on a bound could not leave it: come in by a factor.
    constexpr double kInside = 10;
    parameters[linear[k]] = std::clamp(solution(static_cast<Eigen::Index>(k)),
                                       parameter.lower > 0 ? kInside * parameter.lower : 0.01 * parameter.upper,
                                       parameter.upper / kInside * 9);
  }
}

std::vector<double> starting_values(const ModelParameter& parameter) {
  if (parameter.fixed) return {*parameter.fixed};
  if (!parameter.starts) return {parameter.lower};
  const auto [first, second] = *parameter.starts;
  const auto allowed = [&](double value) { return std::clamp(value, parameter.lower, parameter.upper); };
  if (first == second) return {allowed(first)};
  return {allowed(first), allowed(second)};
}

}  // namespace

std::vector<std::vector<double>> starts(const FitProblem& problem) {
  std::vector<std::vector<double>> all = {{}};
  for (const ModelParameter& parameter : problem.parameters) {
    std::vector<std::vector<double>> longer;
    for (const auto& start : all)
      for (const double value : starting_values(parameter)) {
        longer.push_back(start);
        longer.back().push_back(value);
      }
    all = std::move(longer);
  }
  return all;
}

Minimum minimise(const FitProblem& problem, std::vector<double> start) {
  solve_linear_parameters(problem, start);
  std::vector<double> coordinates = to_coordinates(problem, start);

  ceres::Problem search;
  search.AddResidualBlock(new Terms(problem), nullptr, coordinates.data());
  for (std::size_t k = 0; k < coordinates.size(); ++k) {
    const ModelParameter& parameter = problem.parameter_of(k);
    const int at = static_cast<int>(k);
    search.SetParameterLowerBound(coordinates.data(), at, to_coordinate(parameter, parameter.lower));
    search.SetParameterUpperBound(coordinates.data(), at, to_coordinate(parameter, parameter.upper));
  }
  ceres::Solver::Options options;
  options.linear_solver_type = ceres::DENSE_QR;
  options.max_num_iterations = 200;
  options.function_tolerance = 1e-10;
  options.parameter_tolerance = 1e-10;
  options.gradient_tolerance = 1e-14;
  options.logging_type = ceres::SILENT;
  options.num_threads = 1;
  ceres::Solver::Summary summary;
  ceres::Solve(options, &search, &summary);

  const bool usable = summary.IsSolutionUsable() && std::isfinite(summary.final_cost);
  return {from_coordinates(problem, coordinates),
          usable ? summary.final_cost : std::numeric_limits<double>::infinity()};
}

}  // namespace losscast
