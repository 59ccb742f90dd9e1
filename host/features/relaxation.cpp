#include "losscast/features/relaxation.hpp"

#include <cmath>
#include <numbers>

#include "features/relaxation_run.hpp"
#include "features/update_sums.hpp"
#include "losscast/base/contract.hpp"

namespace losscast {

namespace {

void expect_updates(const Schedule& schedule, Step updates) {
  LOSSCAST_EXPECTS(0 < updates && updates <= schedule.total_steps());
}

}  // namespace

Relaxation relax(const Schedule& schedule, Step updates, double curvature) {
  expect_updates(schedule, updates);
  LOSSCAST_EXPECTS(curvature > 0);
  RelaxationRun run(curvature);
  for_each_hold(schedule, updates, [&](double lr, double steps) { run.hold(lr, steps); });
  return {run.noise_floor(), run.log_saddle_variance(first_lr_sums(schedule, updates).a1)};
}

double leaving_probability(double variance, double radius) {
  LOSSCAST_EXPECTS(variance > 0 && radius >= 0);
  return std::erfc(radius / std::sqrt(2 * variance));
}

double staying_probability(double log_variance, double radius) {
  LOSSCAST_EXPECTS(radius >= 0);
  return std::erf(radius / std::numbers::sqrt2 * std::exp(-log_variance / 2));
}

double log_barrier_exposure(const Schedule& schedule, Step updates, double barrier) {
  expect_updates(schedule, updates);
  LOSSCAST_EXPECTS(barrier >= 0);
  ExposureRun run(barrier, first_peak_lr(schedule, updates));
  for_each_hold(schedule, updates, [&](double lr, double steps) { run.hold(lr, steps); });
  return run.log_exposure();
}

}  // namespace losscast
