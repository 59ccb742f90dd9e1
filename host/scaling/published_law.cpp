#include "scaling/published_law.hpp"

#include <ceres/ceres.h>

#include <array>
#include <cmath>

#include "losscast/base/contract.hpp"
#include "scaling/least_squares.hpp"

namespace losscast {

namespace {

enum Parameter : std::size_t { kLogA, kLogB, kLogFloor, kAlpha, kBeta };

// As they were published with the procedure.
constexpr std::array<double, 5> kStart = {6.255414, 7.3049974, 0.6254804, 0.3526596, 0.3526596};

// An exponent as a line in the logarithm of its factor.
struct Tie {
  double offset, slope;
  template <class T>
  T exponent(const T& log_factor) const {
    return offset + slope * log_factor;
  }
  double log_at_zero() const { return -offset / slope; }
};

constexpr Tie kTiedAlpha{0.0116280, 0.0500459}, kTiedBeta{0.2371026, 0.0384435};

struct Residual {
  double log_params, log_tokens, loss;
  bool tied;

  template <class T>
  bool operator()(const T* log_a, const T* log_b, const T* log_floor, const T* alpha, const T* beta,
                  T* residual) const {
    using std::exp;
    const T by_size = tied ? kTiedAlpha.exponent(*log_a) : *alpha,
            by_tokens = tied ? kTiedBeta.exponent(*log_b) : *beta;
    *residual = exp(*log_floor) + exp(*log_a - by_size * log_params) + exp(*log_b - by_tokens * log_tokens) - loss;
    return is_number(*residual);
  }
};

}  // namespace

ScalingLaw published_law(std::span<const SizedModel> models, bool tied, const ScalingLaw* borrowed) {
  LOSSCAST_EXPECTS(!(tied && borrowed != nullptr));
  std::array<double, 5> values = kStart;
  ceres::Problem problem;
  for (const SizedModel& model : models)
    for (const Checkpoint& point : model.checkpoints)
      problem.AddResidualBlock(
          new ceres::AutoDiffCostFunction<Residual, 1, 1, 1, 1, 1, 1>(
              new Residual{std::log(model.params), std::log(point.tokens), point.loss, tied}),
          point.rows == 1 ? nullptr : new ceres::ScaledLoss(nullptr, point.rows, ceres::TAKE_OWNERSHIP), &values[kLogA],
          &values[kLogB], &values[kLogFloor], &values[kAlpha], &values[kBeta]);
  problem.SetParameterLowerBound(&values[kAlpha], 0, 0);
  problem.SetParameterLowerBound(&values[kBeta], 0, 0);
  if (tied) {
    for (const Parameter one : {kAlpha, kBeta}) problem.SetParameterBlockConstant(&values[one]);
    problem.SetParameterLowerBound(&values[kLogA], 0, kTiedAlpha.log_at_zero());
    problem.SetParameterLowerBound(&values[kLogB], 0, kTiedBeta.log_at_zero());
  }
  if (borrowed != nullptr) {
    values[kLogA] = borrowed->log_a;
    values[kAlpha] = borrowed->alpha;
    for (const Parameter one : {kLogA, kAlpha}) problem.SetParameterBlockConstant(&values[one]);
  }

  solve(problem);

  ScalingLaw law;
  law.floor = std::exp(values[kLogFloor]);
  law.log_a = values[kLogA];
  law.log_b = values[kLogB];
  law.alpha = tied ? kTiedAlpha.exponent(law.log_a) : values[kAlpha];
  law.beta = tied ? kTiedBeta.exponent(law.log_b) : values[kBeta];
  return law;
}

}  // namespace losscast
