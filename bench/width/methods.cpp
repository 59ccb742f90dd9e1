#include "bench/width/methods.hpp"

#include <cmath>

namespace losscast::bench {

std::span<const Method> methods() {
  static constexpr Method kMethods[] = {
      {"sgd", Optimiser::sgd, DampingRule::given, 0, 0, 0.5},
      {"adam", Optimiser::adam, DampingRule::given, 1e-8, 1e-8, 0.01},
      {"shampoo", Optimiser::shampoo, DampingRule::trace, 1e-4, 1e-4, 0.05},
      {"kfac", Optimiser::kfac, DampingRule::trace, 1e-2, 1e-2, 0.02},
      {"kfac-heuristic", Optimiser::kfac, DampingRule::heuristic, 1e-4, 6e-4, 0.02},
      {"foof", Optimiser::foof, DampingRule::trace, 1e-2, 1e-2, 0.3},
  };
  return kMethods;
}

std::span<const Method> methods_with_given_damping() {
  static constexpr Method kMethods[] = {
      {"shampoo-given", Optimiser::shampoo, DampingRule::given, 1e-4, 1e-4, 0.05},
      {"kfac-given", Optimiser::kfac, DampingRule::given, 1e-2, 1e-2, 0.02},
      {"foof-given", Optimiser::foof, DampingRule::given, 1e-2, 1e-2, 0.3},
  };
  return kMethods;
}

namespace {

constexpr double kWidth = kNarrowest;

// Of one layer: tr A, tr B and |G|^2 before training, roughly.
struct Sizes {
  double a, b, gradient;
};

// Units have a mean square of 0.4 and a slope of 0.8; an error is 1; |G|^2 is tr A tr B over the inputs' dimensions.
Sizes sizes_of(LayerRole role, int inputs, double output_deviation) {
  const double a = role == LayerRole::input ? inputs : 0.4 * kWidth;
  const double b = role == LayerRole::output ? 1 : 0.6 * kWidth * output_deviation * output_deviation;
  return {a, b, a * b / inputs};
}

std::vector<double> dampings(const Method& method, double damping, const Sizes& sizes) {
  const std::size_t count = damping_names(method.optimiser).size();
  if (method.rule != DampingRule::given || method.optimiser == Optimiser::adam)
    return std::vector<double>(count, damping);
  if (method.optimiser == Optimiser::shampoo) return {damping * sizes.gradient, damping * sizes.gradient};
  std::vector<double> values = {damping * sizes.a, damping * sizes.b};
  values.resize(count);
  return values;
}

}  // namespace

TrainingSettings narrowest(const Method& method, Parameterisation parameterisation, double lr) {
  TrainingSettings settings;
  settings.shape.width = kNarrowest;
  settings.optimiser = method.optimiser;
  settings.damping_rule = method.rule;
  const bool is_mup = parameterisation == Parameterisation::mup;
  const int inputs = settings.shape.inputs;
  const double hidden = 1 / std::sqrt(kWidth), output = is_mup ? 1 / kWidth : hidden;
  const double deviations[] = {1 / std::sqrt(static_cast<double>(inputs)), hidden, output};
  for (const auto& [name, role] : kLayerRoles) {
    const auto number = static_cast<std::size_t>(role);
    const double damping = is_mup ? method.damping : method.standard_damping;
    settings.values[number] = {deviations[number], lr, dampings(method, damping, sizes_of(role, inputs, output))};
  }
  return settings;
}

}  // namespace losscast::bench
