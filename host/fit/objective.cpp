#include "fit/objective.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "fit/coordinates.hpp"

namespace losscast {
namespace {

// Coordinates of the searched parameters that have a prior.
std::vector<std::size_t> with_prior(const FitProblem& problem) {
  std::vector<std::size_t> out;
  for (std::size_t k = 0; k < problem.searched.size(); ++k)
    if (problem.parameter_of(k).prior) out.push_back(k);
  return out;
}

void add_joint_terms(const JointPrior& joint, std::span<const double> coordinates, std::vector<double>& terms,
                     std::vector<double>* jacobian) {
  for (const std::vector<double>& row : joint.root) {
    double term = 0;
    if (jacobian != nullptr) jacobian->resize(jacobian->size() + coordinates.size(), 0.0);
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::size_t k = joint.coordinates[i];
      term += kPriorWeight * row[i] * (coordinates[k] - joint.mean[i]);
      if (jacobian != nullptr) (*jacobian)[jacobian->size() - coordinates.size() + k] = kPriorWeight * row[i];
    }
    terms.push_back(term);
  }
}

}  // namespace

RobustRoot robust_root(double z) {
  const double size = std::abs(z);
  if (size <= 1) return {z, 1};
  const double root = std::sqrt(2 * size - 1);
  return {std::copysign(root, z), 1 / root};
}

std::size_t objective_size(const FitProblem& problem) {
  return problem.points() + with_prior(problem).size() + (problem.joint ? problem.joint->coordinates.size() : 0);
}

bool objective_terms(const FitProblem& problem, std::span<const double> coordinates, std::vector<double>& terms,
                     std::vector<double>* jacobian) {
  const std::size_t n = coordinates.size();
  law_residuals(problem, from_coordinates(problem, coordinates), terms, jacobian);
  std::size_t row = 0;
  for (const Observations& run : problem.observations) {
    const double weight = std::sqrt(kPointsOfRun / static_cast<double>(run.steps.size())) / problem.residual_scale;
    for (std::size_t i = 0; i < run.steps.size(); ++i, ++row) {
      const RobustRoot root = robust_root(weight * terms[row]);
      terms[row] = root.value;
      if (jacobian == nullptr) continue;
      for (std::size_t k = 0; k < n; ++k) (*jacobian)[row * n + k] *= root.slope * weight;
    }
  }
  for (const std::size_t k : with_prior(problem)) {
    const Prior& prior = *problem.parameter_of(k).prior;
    terms.push_back(kPriorWeight * (coordinates[k] - prior.mean) / prior.standard_deviation);
    if (jacobian == nullptr) continue;
    jacobian->resize(jacobian->size() + n, 0.0);
    (*jacobian)[jacobian->size() - n + k] = kPriorWeight / prior.standard_deviation;
  }
  if (problem.joint) add_joint_terms(*problem.joint, coordinates, terms, jacobian);
  return std::all_of(terms.begin(), terms.end(), [](double term) { return std::isfinite(term); });
}

double log_posterior(const FitProblem& problem, std::span<const double> coordinates) {
  constexpr double kNever = -std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < coordinates.size(); ++k) {
    const ModelParameter& parameter = problem.parameter_of(k);
    const double lower = to_coordinate(parameter, parameter.lower), upper = to_coordinate(parameter, parameter.upper);
    if (!(coordinates[k] >= lower && coordinates[k] <= upper)) return kNever;
  }
  std::vector<double> terms;
  if (!objective_terms(problem, coordinates, terms)) return kNever;
  double sum = 0;
  for (const double term : terms) sum += term * term;
  return -sum / (2 * kTemperature);
}

}  // namespace losscast
