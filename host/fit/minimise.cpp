#include "fit/minimise.hpp"

#include <ceres/ceres.h>

#include <Eigen/Dense>
#include <cmath>
#include <limits>
#include <numeric>

#include "fit/coordinates.hpp"

namespace losscast {
namespace {

std::size_t point_count(std::span<const Observations> observations) {
  return std::accumulate(observations.begin(), observations.end(), std::size_t{0},
                         [](std::size_t sum, const Observations& one) { return sum + one.steps.size(); });
}

// r such that r^2 / 2 is Huber's function of a residual, and dr / dresidual.
struct HuberRoot {
  double value, slope;
};
HuberRoot huber_root(double residual) {
  const double size = std::abs(residual);
  if (size <= kHuberDelta) return {residual, 1.0};
  const double root = std::sqrt(2 * kHuberDelta * size - kHuberDelta * kHuberDelta);
  return {std::copysign(root, residual), kHuberDelta / root};
}

// All curves' residuals and the priors', as one cost function: the recursion along a curve serves all its points.
class Residuals final : public ceres::CostFunction {
 public:
  Residuals(const SdeModel& model, std::span<const Observations> observations)
      : model_(model), observations_(observations) {
    points_ = point_count(observations);
    for (std::size_t p = 0; p < model.parameters().size(); ++p)
      if (model.parameters()[p].prior) priors_.push_back(p);
    set_num_residuals(static_cast<int>(points_ + priors_.size()));
    mutable_parameter_block_sizes()->push_back(static_cast<int>(model.parameters().size()));
  }

  bool Evaluate(double const* const* blocks, double* residuals, double** jacobians) const override {
    const std::size_t n = model_.parameters().size();
    std::vector<double> values(n), logs, slopes;
    for (std::size_t p = 0; p < n; ++p) values[p] = from_coordinate(model_.parameters()[p], blocks[0][p]);
    double* jacobian = jacobians != nullptr ? jacobians[0] : nullptr;
    log_residuals(model_, observations_, values, logs, jacobian != nullptr ? &slopes : nullptr);
    for (std::size_t i = 0; i < points_; ++i) {
      if (!std::isfinite(logs[i])) return false;
      const HuberRoot root = huber_root(logs[i]);
      residuals[i] = root.value;
      if (jacobian != nullptr)
        for (std::size_t p = 0; p < n; ++p) jacobian[i * n + p] = root.slope * slopes[i * n + p];
    }
    const double weight = std::sqrt(kPriorWeight);
    for (std::size_t k = 0; k < priors_.size(); ++k) {
      const Prior& prior = *model_.parameters()[priors_[k]].prior;
      residuals[points_ + k] = weight * (blocks[0][priors_[k]] - prior.mean) / prior.standard_deviation;
      if (jacobian == nullptr) continue;
      for (std::size_t p = 0; p < n; ++p)
        jacobian[(points_ + k) * n + p] = p == priors_[k] ? weight / prior.standard_deviation : 0.0;
    }
    return true;
  }

 private:
  const SdeModel& model_;
  std::span<const Observations> observations_;
  std::size_t points_ = 0;
  std::vector<std::size_t> priors_;
};

// The law at all points, curve after curve.
Eigen::VectorXd law(const SdeModel& model, std::span<const Observations> observations,
                    std::span<const double> parameters) {
  Eigen::VectorXd out(static_cast<Eigen::Index>(point_count(observations)));
  Eigen::Index row = 0;
  std::vector<double> jacobian;
  for (const Observations& one : observations) {
    jacobian.resize(one.steps.size() * parameters.size());
    model.skeleton(one.run.table, parameters, one.run.after, {out.data() + row, one.steps.size()}, jacobian);
    row += static_cast<Eigen::Index>(one.steps.size());
  }
  return out;
}

// Replaces the parameters that the loss is linear in by their least-squares values given the others.
void solve_linear_parameters(const SdeModel& model, std::span<const Observations> observations,
                             std::vector<double>& parameters) {
  std::vector<std::size_t> linear;
  for (std::size_t p = 0; p < parameters.size(); ++p)
    if (!model.parameters()[p].starts) linear.push_back(p);
  std::vector<double> probe = parameters;
  for (const std::size_t p : linear) probe[p] = 0;
  Eigen::VectorXd measured(static_cast<Eigen::Index>(point_count(observations)));
  Eigen::Index row = 0;
  for (const Observations& one : observations)
    for (const double loss : one.losses) measured(row++) = loss;
  Eigen::MatrixXd design(measured.size(), static_cast<Eigen::Index>(linear.size()));
  for (std::size_t k = 0; k < linear.size(); ++k) {
    probe[linear[k]] = 1;
    design.col(static_cast<Eigen::Index>(k)) = law(model, observations, probe);
    probe[linear[k]] = 0;
  }
  const Eigen::VectorXd solution = design.colPivHouseholderQr().solve(measured);
  for (std::size_t k = 0; k < linear.size(); ++k) {
    const ModelParameter& parameter = model.parameters()[linear[k]];
    // A start on a bound could not leave it: come in by a factor.
    constexpr double kInside = 10;
    parameters[linear[k]] = std::clamp(solution(static_cast<Eigen::Index>(k)),
                                       parameter.lower > 0 ? kInside * parameter.lower : 0.01 * parameter.upper,
                                       parameter.upper / kInside * 9);
  }
}

}  // namespace

void log_residuals(const SdeModel& model, std::span<const Observations> observations,
                   std::span<const double> parameters, std::vector<double>& residuals, std::vector<double>* jacobian) {
  const std::size_t n = parameters.size();
  const std::size_t points = point_count(observations);
  residuals.resize(points);
  std::vector<double> slopes(points * n);
  std::size_t row = 0;
  for (const Observations& one : observations) {
    const std::size_t count = one.steps.size();
    const std::span<double> values(&residuals[row], count);
    model.skeleton(one.run.table, parameters, one.run.after, values, {&slopes[row * n], count * n});
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t p = 0; p < n; ++p)
        slopes[(row + i) * n + p] *= -coordinate_slope(model.parameters()[p], parameters[p]) / values[i];
      values[i] = std::log(one.losses[i]) - std::log(values[i]);
    }
    row += count;
  }
  if (jacobian != nullptr) *jacobian = std::move(slopes);
}

std::vector<std::vector<double>> starts(const SdeModel& model) {
  std::vector<std::vector<double>> all = {{}};
  for (const ModelParameter& parameter : model.parameters()) {
    std::vector<std::vector<double>> longer;
    for (const auto& start : all)
      for (const double value : parameter.starts
                                    ? std::vector<double>(parameter.starts->begin(), parameter.starts->end())
                                    : std::vector<double>{parameter.lower}) {
        longer.push_back(start);
        longer.back().push_back(value);
      }
    all = std::move(longer);
  }
  return all;
}

Minimum minimise(const SdeModel& model, std::span<const Observations> observations, std::vector<double> start) {
  solve_linear_parameters(model, observations, start);
  const std::size_t n = start.size();
  std::vector<double> coordinates(n);
  for (std::size_t p = 0; p < n; ++p) coordinates[p] = to_coordinate(model.parameters()[p], start[p]);

  ceres::Problem problem;
  problem.AddResidualBlock(new Residuals(model, observations), nullptr, coordinates.data());
  for (std::size_t p = 0; p < n; ++p) {
    const ModelParameter& parameter = model.parameters()[p];
    problem.SetParameterLowerBound(coordinates.data(), static_cast<int>(p), to_coordinate(parameter, parameter.lower));
    problem.SetParameterUpperBound(coordinates.data(), static_cast<int>(p), to_coordinate(parameter, parameter.upper));
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
  ceres::Solve(options, &problem, &summary);

  const bool usable = summary.IsSolutionUsable() && std::isfinite(summary.final_cost);
  Minimum minimum{start, usable ? summary.final_cost : std::numeric_limits<double>::infinity()};
  for (std::size_t p = 0; p < n; ++p) minimum.parameters[p] = from_coordinate(model.parameters()[p], coordinates[p]);
  return minimum;
}

}  // namespace losscast
