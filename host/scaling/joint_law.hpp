// The joint law (ScalingLaw) by robust least squares with weak priors.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "losscast/scaling/scaling_law.hpp"
#include "scaling/normal_prior.hpp"

namespace losscast {

// The priors of ln E, ln alpha, ln beta, ln gamma, c and z, in this order; A and B have none.
using ScalingPriors = std::array<NormalPrior, 6>;

// Chosen by forecasting the larger models of two families from the smaller ones (bench/scaling_folds).
inline constexpr ScalingPriors kScalingPriors = {{
    {0.5, 0.3},     // E of 1.65 nats
    {-1.2, 0.25},   // alpha of .30
    {-1.05, 0.25},  // beta of .35
    {-0.6, 0.3},    // gamma of .55
    {0.05, 0.05},   // a model of twice the best aspect counts for 2% fewer parameters
    {3.0, 1.0},     // width of 20 times the depth
}};

// What is fitted: the terms' sizes are taken at the middle of the data, so that they do not move with the exponents.
class JointLawProblem {
 public:
  // With `shaped` width and depth take part: each model must have them. A law that is borrowed gives A, alpha and
  // gamma.
  JointLawProblem(std::span<const SizedModel> models, bool shaped, const ScalingLaw* borrowed);

  // The best law, from the best of some starts.
  ScalingLaw minimise(const ScalingPriors& priors) const;

  // The same from one start.
  ScalingLaw minimise(const ScalingPriors& priors, const ScalingLaw& start) const;

 private:
  static constexpr std::size_t kParameters = 8;
  using Values = std::array<double, kParameters>;
  struct Candidate {
    Values values;
    double cost;
  };

  Candidate search(const ScalingPriors& priors, Values start) const;
  Values values_of(const ScalingLaw& law) const;
  ScalingLaw law_of(const Values& values) const;

  std::span<const SizedModel> models_;
  bool shaped_;
  const ScalingLaw* borrowed_;
  double middle_log_params_ = 0, middle_log_tokens_ = 0;
};

}  // namespace losscast
