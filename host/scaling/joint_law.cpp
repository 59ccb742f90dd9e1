#include "scaling/joint_law.hpp"

#include <ceres/ceres.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "losscast/base/contract.hpp"
#include "scaling/law_formula.hpp"
#include "scaling/least_squares.hpp"

namespace losscast {

namespace {

// The parameters that are searched, in the order in which residuals take them.
enum Parameter : std::size_t { kLogA, kLogB, kLogFloor, kLogAlpha, kLogBeta, kLogGamma, kPenalty, kAspect };
constexpr std::size_t kFirstWithPrior = kLogFloor;

constexpr double kScale = 0.01;           // of ln L: beyond it a residual counts by its size and no more by its square
constexpr double kPointsPerModel = 50;    // that a model counts for, however many it has
constexpr double kLargestTerm = 20;       // bounds that no fit needs keep searches from running away
constexpr double kLargestExponent = 1.1;  // ln
constexpr double kSmallestGamma = -2.5;   // ln
constexpr double kLargestPenalty = 0.3;
constexpr double kLargestFloor = 2;  // ln
constexpr double kLowest = -4;       // ln of an exponent

// How far ln L of a checkpoint is from the law, in units of kScale.
struct Residual {
  double log_params, log_tokens;  // over the middle of the data
  double log_loss;
  std::optional<double> log_aspect;

  // `blocks` has a block of one number for each Parameter.
  template <class T>
  bool operator()(const T* const* blocks, T* residual) const {
    using std::exp;
    using std::log;
    const auto value = [&](Parameter parameter) -> const T& { return *blocks[parameter]; };
    T log_size = T(log_params);
    if (log_aspect) log_size += log_shape_factor(*log_aspect, value(kPenalty), value(kAspect));
    const T size_term = value(kLogA) - exp(value(kLogAlpha)) * log_size;
    const T token_term = value(kLogB) - exp(value(kLogBeta)) * log_tokens;
    const T loss = exp(value(kLogFloor)) + exp(joined_log_terms(size_term, token_term, T(exp(value(kLogGamma)))));
    *residual = (log(loss) - log_loss) / kScale;
    return is_number(*residual);
  }
};

using ResidualCost = ceres::DynamicAutoDiffCostFunction<Residual, kAspect + 1>;  // all slopes in one go

std::unique_ptr<ResidualCost> cost_of(const Residual& residual) {
  auto cost = std::make_unique<ResidualCost>(new Residual(residual));
  for (std::size_t parameter = kLogA; parameter <= kAspect; ++parameter) cost->AddParameterBlock(1);
  cost->SetNumResiduals(1);
  return cost;
}

struct PriorResidual {
  NormalPrior prior;

  template <class T>
  bool operator()(const T* value, T* residual) const {
    *residual = (*value - prior.centre) / prior.deviation;
    return true;
  }
};

double log_aspect_of(const ModelShape& shape) { return std::log(shape.width / shape.depth); }

double rows_of(const SizedModel& model) {
  double rows = 0;
  for (const Checkpoint& point : model.checkpoints) rows += point.rows;
  return rows;
}

void set_bounds(ceres::Problem& problem, std::array<double, 8>& values) {
  const auto within = [&](Parameter parameter, double low, double high) {
    double& value = values[parameter];
    value = std::clamp(value, low, high);
    problem.SetParameterLowerBound(&value, 0, low);
    problem.SetParameterUpperBound(&value, 0, high);
  };
  within(kLogA, -kLargestTerm, kLargestTerm);
  within(kLogB, -kLargestTerm, kLargestTerm);
  within(kLogFloor, -kLargestTerm, kLargestFloor);
  within(kLogAlpha, kLowest, kLargestExponent);
  within(kLogBeta, kLowest, kLargestExponent);
  within(kLogGamma, kSmallestGamma, 0);
  within(kPenalty, 0, kLargestPenalty);
}

}  // namespace

JointLawProblem::JointLawProblem(std::span<const SizedModel> models, bool shaped, const ScalingLaw* borrowed)
    : models_(models), shaped_(shaped), borrowed_(borrowed) {
  double points = 0;
  for (const SizedModel& model : models) {
    LOSSCAST_EXPECTS(!shaped || model.shape);
    for (const Checkpoint& point : model.checkpoints) {
      middle_log_params_ += point.rows * std::log(model.params);
      middle_log_tokens_ += point.rows * std::log(point.tokens);
      points += point.rows;
    }
  }
  LOSSCAST_EXPECTS(points > 0);
  middle_log_params_ /= points;
  middle_log_tokens_ /= points;
}

JointLawProblem::Values JointLawProblem::values_of(const ScalingLaw& law) const {
  return {law.log_a - law.alpha * middle_log_params_,
          law.log_b - law.beta * middle_log_tokens_,
          std::log(law.floor),
          std::log(law.alpha),
          std::log(law.beta),
          std::log(law.gamma),
          law.shape_penalty,
          law.best_log_aspect};
}

ScalingLaw JointLawProblem::law_of(const Values& values) const {
  ScalingLaw law;
  law.floor = std::exp(values[kLogFloor]);
  law.alpha = std::exp(values[kLogAlpha]);
  law.beta = std::exp(values[kLogBeta]);
  law.gamma = std::exp(values[kLogGamma]);
  law.log_a = values[kLogA] + law.alpha * middle_log_params_;
  law.log_b = values[kLogB] + law.beta * middle_log_tokens_;
  law.shape_penalty = shaped_ ? values[kPenalty] : 0;
  law.best_log_aspect = values[kAspect];
  return law;
}

JointLawProblem::Candidate JointLawProblem::search(const ScalingPriors& priors, Values values) const {
  ceres::Problem problem;
  std::vector<double*> blocks;
  for (double& value : values) blocks.push_back(&value);
  for (const SizedModel& model : models_) {
    const double row_weight = kPointsPerModel / rows_of(model);
    for (const Checkpoint& point : model.checkpoints) {
      const double weight = row_weight * point.rows;
      const Residual residual = {std::log(model.params) - middle_log_params_,
                                 std::log(point.tokens) - middle_log_tokens_, std::log(point.loss),
                                 shaped_ ? std::optional(log_aspect_of(*model.shape)) : std::nullopt};
      problem.AddResidualBlock(cost_of(residual).release(),
                               new ceres::ScaledLoss(new ceres::HuberLoss(1), weight, ceres::TAKE_OWNERSHIP), blocks);
    }
  }
  for (std::size_t i = 0; i < priors.size(); ++i)
    problem.AddResidualBlock(new ceres::AutoDiffCostFunction<PriorResidual, 1, 1>(new PriorResidual{priors[i]}),
                             nullptr, &values[kFirstWithPrior + i]);
  set_bounds(problem, values);
  if (borrowed_ != nullptr)
    for (const Parameter known : {kLogA, kLogAlpha, kLogGamma}) problem.SetParameterBlockConstant(&values[known]);
  if (!shaped_)
    for (const Parameter known : {kPenalty, kAspect}) problem.SetParameterBlockConstant(&values[known]);

  const double cost = solve(problem);
  return {values, cost};
}

ScalingLaw JointLawProblem::minimise(const ScalingPriors& priors) const {
  std::optional<Candidate> best;
  for (const double log_gamma : {-0.1, -0.7}) {
    Values start = {-0.3,
                    -0.5,
                    kScalingPriors[0].centre,
                    kScalingPriors[1].centre,
                    kScalingPriors[2].centre,
                    log_gamma,
                    kScalingPriors[4].centre,
                    kScalingPriors[5].centre};
    if (borrowed_ != nullptr) {
      const Values known = values_of(*borrowed_);
      for (const Parameter one : {kLogA, kLogAlpha, kLogGamma}) start[one] = known[one];
      if (borrowed_->shape_penalty > 0)
        for (const Parameter one : {kPenalty, kAspect}) start[one] = known[one];
    }
    const Candidate found = search(priors, start);
    if (!best || found.cost < best->cost) best = found;
  }
  return law_of(best->values);
}

ScalingLaw JointLawProblem::minimise(const ScalingPriors& priors, const ScalingLaw& start) const {
  return law_of(search(priors, values_of(start)).values);
}

}  // namespace losscast
