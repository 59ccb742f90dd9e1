// Statistics of a mixture of normals with weights.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "losscast/engine/statistics.hpp"

namespace losscast {

// Normals in groups that share a deviation: weights and means are [group][draw], the weights' sum is 1.
struct WeightedNormals {
  Eigen::MatrixXd weights, means;
  std::vector<double> deviations;  // of each group, above 0
};

struct Moments {
  double mean, deviation;
};
Moments moments_of(const WeightedNormals& mixture);

// To 1e-8 nats.
double quantile_of(const WeightedNormals& mixture, double probability);

// All that bands report. Nothing is simulated, so the ranges of quantiles have no width, and the standard error is 0.
Statistics statistics_of(const WeightedNormals& mixture);

}  // namespace losscast
