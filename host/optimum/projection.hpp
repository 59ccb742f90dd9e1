// The nearest point of a set of schedules, and how far down a slope the set goes.
#pragma once

#include <span>

namespace losscast {

// What is allowed: low <= x_i <= high, and x_i >= x_i+1 where the order asks for it.
struct AllowedValues {
  enum class Order { any, non_increasing };
  double low = 0;
  double high = 1;
  Order order = Order::any;
};

// Replaces x by the nearest allowed point, distances squared weighted by `weights` > 0. In order, that is the isotonic
// regression (pool adjacent violators: Ayer et al. 1955), cut to the bounds.
void project(std::span<double> x, std::span<const double> weights, const AllowedValues& allowed);

// The Frank-Wolfe gap of an allowed point x: the largest value of sum_i slope_i (x_i - z_i) over all allowed z. It is
// at least 0, and 0 if x is stationary.
double largest_descent(std::span<const double> x, std::span<const double> slope, const AllowedValues& allowed);

}  // namespace losscast
