#include "losscast/features/schedule_features.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "features/relaxation_run.hpp"
#include "features/update_sums.hpp"
#include "losscast/base/contract.hpp"
#include "losscast/base/error.hpp"
#include "losscast/schedule/warmup.hpp"

namespace losscast {

namespace {

constexpr double kLeastPeak = 1e-30, kMostPeak = 1e30;
constexpr double kRadiusDeviations = 2;  // half-width of a minimum, in deviations of a run at the scale's peak

// Calls make(i) for i = 0 ... N - 1 and returns what it makes.
template <std::size_t N, class Make, std::size_t... I>
auto array_by(const Make& make, std::index_sequence<I...>) {
  return std::array{make(I)...};
}
template <std::size_t N, class Make>
auto array_by(const Make& make) {
  return array_by<N>(make, std::make_index_sequence<N>());
}

CurvatureFeatures curvature_features(double curvature, const RelaxationRun& mode, double lr_sum, double peak_lr) {
  const Relaxation relaxed = {mode.noise_floor(), mode.log_saddle_variance(lr_sum)};
  const double radius = kRadiusDeviations * std::sqrt(peak_lr / (2 * curvature));
  return {curvature, relaxed, leaving_probability(relaxed.noise_floor, radius),
          staying_probability(relaxed.log_saddle_variance, radius)};
}

}  // namespace

FeatureScale own_scale(const Schedule& schedule, Step updates) {
  LOSSCAST_EXPECTS(0 < updates && updates <= schedule.total_steps());
  const double peak = first_peak_lr(schedule, updates);
  if (!(peak > 0))
    throw InputError("all learning rates are 0", "such a run does not move", "give a schedule with rates above 0");
  if (peak < kLeastPeak || peak > kMostPeak)
    throw InputError(
        fmt::format("the highest learning rate is {:.3g}", peak),
        fmt::format("features go by squares of rates, which are known from {:g} to {:g}", kLeastPeak, kMostPeak),
        "give rates in the optimiser's unit, such as 3e-4");
  return {first_lr_sums(schedule, updates).a1, peak};
}

FeatureScale common_scale(std::span<const FeatureScale> scales) {
  LOSSCAST_EXPECTS(!scales.empty());
  double log_sum = 0, log_peak = 0;
  for (const FeatureScale& scale : scales) {
    log_sum += std::log(scale.lr_sum);
    log_peak += std::log(scale.peak_lr);
  }
  const double count = static_cast<double>(scales.size());
  return {std::exp(log_sum / count), std::exp(log_peak / count)};
}

ScheduleFeatures schedule_features(const Schedule& schedule, Step updates, const FeatureScale& scale) {
  LOSSCAST_EXPECTS(scale.lr_sum > 0 && scale.peak_lr > 0);
  const double peak = own_scale(schedule, updates).peak_lr;
  auto modes = array_by<kRelativeCurvatures.size()>(
      [&](std::size_t i) { return RelaxationRun(kRelativeCurvatures[i] / scale.lr_sum); });
  auto barriers = array_by<kRelativeBarriers.size()>(
      [&](std::size_t i) { return ExposureRun(kRelativeBarriers[i] * scale.peak_lr, peak); });
  for_each_hold(schedule, updates, [&](double lr, double steps) {
    for (RelaxationRun& mode : modes) mode.hold(lr, steps);
    for (ExposureRun& barrier : barriers) barrier.hold(lr, steps);
  });

  ScheduleFeatures features;
  features.updates = updates;
  features.scale = scale;
  features.sums = first_lr_sums(schedule, updates);
  features.initial_bound = 1 / features.sums.a1;
  features.noise_bound = features.sums.a2 / features.sums.a1;
  features.peak_lr = peak;
  const double warmup = static_cast<double>(std::min(warmup_end(schedule), updates));
  features.warmup_share = warmup / static_cast<double>(updates);
  features.warmup_slope = peak / std::max(warmup, 1.0);
  for (std::size_t i = 0; i < modes.size(); ++i)
    features.curvatures[i] =
        curvature_features(kRelativeCurvatures[i] / scale.lr_sum, modes[i], features.sums.a1, scale.peak_lr);
  for (std::size_t i = 0; i < barriers.size(); ++i)
    features.barriers[i] = {kRelativeBarriers[i] * scale.peak_lr, barriers[i].log_exposure()};
  return features;
}

std::vector<NamedFeature> named_features(const ScheduleFeatures& f, std::optional<double> params) {
  using enum FeatureUse;
  std::vector<NamedFeature> list = {{"a1", f.sums.a1, logarithm},
                                    {"a2", f.sums.a2, logarithm},
                                    {"initial_bound", f.initial_bound, implied},
                                    {"noise_bound", f.noise_bound, implied}};
  for (std::size_t i = 0; i < f.curvatures.size(); ++i) {
    const CurvatureFeatures& one = f.curvatures[i];
    const std::string multiple = fmt::format("_{:g}", kRelativeCurvatures[i]);
    list.push_back({"noise_floor" + multiple, one.relaxation.noise_floor, logarithm});
    list.push_back({"leaving" + multiple, one.leaving, implied});
    list.push_back({"log_saddle_variance" + multiple, one.relaxation.log_saddle_variance, as_is});
    list.push_back({"staying" + multiple, one.staying, implied});
  }
  for (std::size_t i = 0; i < f.barriers.size(); ++i)
    list.push_back({fmt::format("log_exposure_{:g}", kRelativeBarriers[i]), f.barriers[i].log_exposure, as_is});
  list.push_back({"peak_lr", f.peak_lr, logarithm});
  list.push_back({"warmup_share", f.warmup_share, as_is});
  list.push_back({"warmup_slope", f.warmup_slope, logarithm});
  if (!params) return list;
  list.push_back({"params", *params, logarithm});
  list.push_back({"log_params_log_peak_lr", std::log(*params) * std::log(f.peak_lr), as_is});
  return list;
}

std::vector<NamedFeature> regressors(std::span<const NamedFeature> features) {
  std::vector<NamedFeature> list;
  for (const NamedFeature& one : features) {
    if (one.use == FeatureUse::implied) continue;
    const bool logarithm = one.use == FeatureUse::logarithm;
    list.push_back(
        {logarithm ? "log_" + one.name : one.name, logarithm ? std::log(one.value) : one.value, FeatureUse::as_is});
  }
  return list;
}

}  // namespace losscast
