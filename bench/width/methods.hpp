// What is trained: an optimiser with its rule of damping, and the values at the narrowest width.
#pragma once

#include <span>
#include <string_view>

#include "losscast/train/training.hpp"

namespace losscast::bench {

inline constexpr int kNarrowest = 64;  // at which values are chosen

struct Method {
  std::string_view name;
  Optimiser optimiser;
  DampingRule rule;
  double damping;           // rho of its rule, epsilon of Adam; with the rule `given`, as a part of what is damped
  double standard_damping;  // under the standard parameterisation
  double lr;                // somewhere near the best at the narrowest width
};

// Each optimiser with the damping that theory asks for, and K-FAC with the usual one too.
std::span<const Method> methods();

// Those with curvature once more, with dampings that are given at the narrowest width and follow the exponents.
std::span<const Method> methods_with_given_damping();

// A method's settings at the narrowest width. The output weights have the deviation 1/M under `mup`, and 1/sqrt(M)
// otherwise; the hidden ones always 1/sqrt(M).
TrainingSettings narrowest(const Method& method, Parameterisation parameterisation, double lr);

}  // namespace losscast::bench
