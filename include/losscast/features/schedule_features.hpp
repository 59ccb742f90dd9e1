/// \file
/// The features of a schedule by which laws of its final loss are made: convergence, escape, stability.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "losscast/features/relaxation.hpp"
#include "losscast/schedule/features.hpp"
#include "losscast/schedule/schedule.hpp"

namespace losscast {

/// The units of curvatures and barriers, so that features mean the same at any scale of the LR: multiplying all LRs and
/// this scale by one factor changes no probability and no relative size. Schedules that are compared share one scale.
struct FeatureScale {
  double lr_sum = 1;   ///< curvatures are multiples of 1/lr_sum [LR x steps]
  double peak_lr = 1;  ///< barriers are multiples of it [LR]
};

/// The sum of the LRs and the largest LR of the first `updates` updates. Throws InputError if all of these LRs are 0,
/// or the largest one is below 1e-30 or above 1e30. Precondition: 0 < updates <= total_steps().
FeatureScale own_scale(const Schedule& schedule, Step updates);

/// The geometric mean of several scales. Precondition: there is one.
FeatureScale common_scale(std::span<const FeatureScale> scales);

/// Curvatures, as multiples of 1/lr_sum: modes that a run relaxes once, 10, 100 and 1000 times.
inline constexpr std::array kRelativeCurvatures = {1.0, 10.0, 100.0, 1000.0};

/// Barriers of Kramers' rate, as multiples of the scale's peak LR.
inline constexpr std::array kRelativeBarriers = {0.5, 2.0, 8.0};

/// What one curvature gives.
struct CurvatureFeatures {
  double curvature = 0;   ///< lambda [1/(LR steps)]
  Relaxation relaxation;  ///< noise floor and variance at a saddle
  double leaving = 0;     ///< P(|X| > R) from a minimum, R = 2 sqrt(peak_lr/(2 lambda)): two deviations at that LR
  double staying = 0;     ///< P(|X| < R) at a saddle of curvature -lambda, with the same R
};

/// What one barrier gives.
struct BarrierFeatures {
  double barrier = 0;       ///< c [LR]
  double log_exposure = 0;  ///< log of int eta exp(-c/eta) dt [log of LR steps]
};

/// All features of a schedule.
struct ScheduleFeatures {
  Step updates = 0;          ///< that they are of: the first so many
  FeatureScale scale;        ///< of curvatures and barriers
  LrSums sums;               ///< A1 = sum of eta [LR steps], A2 = sum of eta^2 [LR^2 steps]
  double initial_bound = 0;  ///< 1/A1, by which f0 - f* counts in the smooth non-convex bound [1/(LR steps)]
  double noise_bound = 0;    ///< A2/A1, by which L tr Sigma/(2B) counts there [LR]
  double peak_lr = 0;        ///< eta_max [LR]
  double warmup_share = 0;   ///< W/S: part of the updates that are warm-up
  double warmup_slope = 0;   ///< eta_max/W, W at least one update [LR/step]
  std::array<CurvatureFeatures, kRelativeCurvatures.size()> curvatures;  ///< in the order of kRelativeCurvatures
  std::array<BarrierFeatures, kRelativeBarriers.size()> barriers;        ///< in the order of kRelativeBarriers
};

/// The features of the first `updates` updates. 10^7 updates take less than a second. Throws InputError as own_scale()
/// does. Precondition: 0 < updates <= total_steps(); the scale's numbers are above 0.
ScheduleFeatures schedule_features(const Schedule& schedule, Step updates, const FeatureScale& scale);

/// How a feature enters a law of the logarithm of the loss.
enum class FeatureUse {
  logarithm,  ///< by its logarithm
  as_is,      ///< as it stands: a share, or already a logarithm
  implied,    ///< not at all: it is a function of others
};

/// A feature by name.
struct NamedFeature {
  std::string name;                        ///< such as "noise_floor_100", 100 being the curvature's multiple
  double value = 0;                        ///< in the unit that ScheduleFeatures gives it
  FeatureUse use = FeatureUse::logarithm;  ///< in a law
};

/// All of them, in one order for all schedules. With the number N of a model's parameters there are two more, N itself
/// and log N x log eta_max. Precondition: params > 0.
std::vector<NamedFeature> named_features(const ScheduleFeatures& features, std::optional<double> params);

/// What a law regresses on: the features as their use says. Names like "log_a1".
std::vector<NamedFeature> regressors(std::span<const NamedFeature> features);

}  // namespace losscast
