// Minimising a smooth function over a set onto which one can project.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "optimum/projection.hpp"

namespace losscast {

// Value at x; fills the gradient.
using Differentiable = std::function<double(std::span<const double> x, std::span<double> gradient)>;

struct DescentRules {
  AllowedValues allowed;
  double tolerance;  // ends where the last kPatience steps lowered the value by less than this in all
  int most_steps;
  static constexpr int kPatience = 20;
};

struct Descent {
  std::vector<double> x;
  double value = 0;
  int evaluations = 0;
};

// Spectral projected gradient (Birgin, Martinez & Raydan 2000, SIAM J. Optim. 10, algorithm SPG2): steps along the
// projected gradient as long as the last change of the gradient suggests (Barzilai & Borwein), with a line search that
// looks back over several values. `weights` > 0 are the metric: where x holds the values of a function at unequal
// distances, these distances, so that the steps do not depend on how it was divided. Starts at x, projected; returns
// the best point seen. No random numbers.
Descent descend(const Differentiable& function, std::vector<double> x, std::span<const double> weights,
                const DescentRules& rules);

}  // namespace losscast
