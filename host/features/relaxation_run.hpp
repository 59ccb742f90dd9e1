// The relaxation of one mode, update by update.
#pragma once

#include <cmath>

namespace losscast {

// Adds up one curvature's relaxation. With x = 2 lambda eta, an update multiplies what was there by e^-x and adds
// eta (1 - e^-x)/(2 lambda), which is its noise relaxed to the update's end. For a saddle what counts is the noise of
// early updates, which grows by e^(2 lambda A1) from then on: that factor is kept apart, so that nothing overflows.
class RelaxationRun {
 public:
  explicit RelaxationRun(double curvature) : twice_(2 * curvature) {}

  // So many updates at one LR.
  void hold(double lr, double steps) {
    const double lost = lost_share(twice_ * lr * steps), added = lr * lost / twice_;
    floor_ += added - floor_ * lost;
    early_ += not_yet_ * added;
    not_yet_ -= not_yet_ * lost;
  }

  double noise_floor() const { return floor_; }

  // `lr_sum`: of all updates held.
  double log_saddle_variance(double lr_sum) const { return twice_ * lr_sum + std::log(early_); }

 private:
  // 1 - e^-x. Nearly all updates have a small x, where the series is exact to the last bits and fast.
  static double lost_share(double x) {
    constexpr double kSmall = 1.0 / 64;
    if (x > kSmall) return -std::expm1(-x);
    return x * (1 - x / 2 * (1 - x / 3 * (1 - x / 4 * (1 - x / 5 * (1 - x / 6 * (1 - x / 7))))));
  }

  double twice_;  // 2 lambda
  double floor_ = 0;
  double early_ = 0;    // the saddle's variance without its growth e^(2 lambda A1)
  double not_yet_ = 1;  // e^(-2 lambda times the LRs so far)
};

// Adds up one barrier's exposure, relative to its rate at the peak so that nothing underflows.
class ExposureRun {
 public:
  ExposureRun(double barrier, double peak_lr) : barrier_(barrier), at_peak_(barrier / peak_lr) {}

  void hold(double lr, double steps) {
    if (lr > 0) sum_ += steps * lr * std::exp(at_peak_ - barrier_ / lr);
  }

  double log_exposure() const { return std::log(sum_) - at_peak_; }

 private:
  double barrier_;
  double at_peak_;
  double sum_ = 0;
};

}  // namespace losscast
