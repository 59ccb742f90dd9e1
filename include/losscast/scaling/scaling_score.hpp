/// \file
/// How well a fit forecasts models that it has not seen.
#pragma once

#include <span>
#include <vector>

#include "losscast/scaling/scaling_fit.hpp"

namespace losscast {

/// The forecasts of one model against its checkpoints.
struct SizeScore {
  SizedModel model;                        ///< the checkpoints that were compared
  std::vector<ScalingForecast> forecasts;  ///< of each
  double are = 0;                          ///< mean |L - forecast| / L
  double bias = 0;                         ///< mean (forecast - L) / L
};

/// Compares forecasts with the checkpoints from `from` of each model's last tokens on: 0.7 for the metric of Choshen et
/// al. 2024, in nats.
std::vector<SizeScore> score_sizes(const ScalingFit& fit, std::span<const SizedModel> models, double from = 0.7);

/// Mean |L - forecast| / L over all checkpoints of some scores. Precondition: there is one.
double average_relative_error(std::span<const SizeScore> scores);

/// Share of the checkpoints of some scores within the forecasts' bands of 90%. Precondition: there is one.
double share_in_band(std::span<const SizeScore> scores);

}  // namespace losscast
