#include "losscast/width/exponents.hpp"

#include <array>

namespace losscast {

namespace {

using ByRole = std::array<double, 3>;  // input, hidden, output

double at(const ByRole& values, LayerRole role) { return values[static_cast<std::size_t>(role)]; }

// The powers of A and of B in an update B^-e_B G A^-e_A.
struct Powers {
  double a, b;
};

// Adam's update has no such form, but does not depend on the gradient's size, like Shampoo's.
Powers powers(Optimiser optimiser) {
  switch (optimiser) {
    case Optimiser::shampoo:
      return {.a = 0.5, .b = 0.5};
    case Optimiser::kfac:
      return {.a = 1, .b = 1};
    case Optimiser::foof:
      return {.a = 1, .b = 0};
    default:
      return {.a = 0, .b = 0};
  }
}

ByRole lr_exponents(Optimiser optimiser, Parameterisation parameterisation) {
  const auto [a, b] = powers(optimiser);
  const bool is_adam = optimiser == Optimiser::adam;
  switch (parameterisation) {
    case Parameterisation::standard:
      break;
    case Parameterisation::ntk:
      return is_adam ? ByRole{0, 0.5, 0.5} : ByRole{0, 1 - a, 1 - a};
    case Parameterisation::mup:
      return is_adam ? ByRole{0, 1, 1} : ByRole{b - 1, b - a, 1 - a};
  }
  return {0, 0, 0};
}

struct NamedDamping {
  std::string_view name;
  ByRole mup, ntk;
};

// A multiplier M^-1/2 makes inputs smaller by M^1/2, and gradients by the weights as well; B stays.
std::vector<NamedDamping> dampings(Optimiser optimiser) {
  const NamedDamping rho_a = {"rho_A", {0, -1, -1}, {0, -1, -1}};
  const NamedDamping rho_b = {"rho_B", {1, 1, 0}, {0, 0, 0}};
  switch (optimiser) {
    case Optimiser::sgd:
      break;
    case Optimiser::adam:
      return {{"epsilon", {1, 1, 0}, {0, -0.5, -0.5}}};
    case Optimiser::shampoo:
      return {{"rho_L", {1, 0, -1}, {0, -1, -1}}, {"rho_R", {1, 0, -1}, {0, -1, -1}}};
    case Optimiser::kfac:
      return {rho_a, rho_b};
    case Optimiser::foof:
      return {rho_a};
  }
  return {};
}

double damping_exponent(const NamedDamping& damping, Parameterisation parameterisation, LayerRole role) {
  switch (parameterisation) {
    case Parameterisation::standard:
      break;
    case Parameterisation::ntk:
      return at(damping.ntk, role);
    case Parameterisation::mup:
      return at(damping.mup, role);
  }
  return 0;
}

}  // namespace

WidthExponents width_exponents(Optimiser optimiser, Parameterisation parameterisation, LayerRole role) {
  const double output = parameterisation == Parameterisation::mup ? 1 : 0.5;
  WidthExponents exponents;
  exponents.initialisation = at({0, 0.5, output}, role);
  exponents.lr = at(lr_exponents(optimiser, parameterisation), role);
  for (const NamedDamping& damping : dampings(optimiser))
    exponents.damping.push_back({damping.name, damping_exponent(damping, parameterisation, role)});
  const bool is_ntk = parameterisation == Parameterisation::ntk;
  exponents.lr_is_derived = is_ntk && (optimiser == Optimiser::adam || optimiser == Optimiser::foof);
  exponents.damping_is_derived = is_ntk || (parameterisation == Parameterisation::mup && optimiser != Optimiser::kfac);
  return exponents;
}

std::vector<std::string_view> damping_names(Optimiser optimiser) {
  std::vector<std::string_view> names;
  for (const NamedDamping& damping : dampings(optimiser)) names.push_back(damping.name);
  return names;
}

double learning_growth(Optimiser optimiser, Parameterisation parameterisation, LayerRole role) {
  const auto exponents = [&](Parameterisation of, LayerRole layer) { return width_exponents(optimiser, of, layer); };
  const double growth = exponents(Parameterisation::mup, role).lr - exponents(parameterisation, role).lr;
  if (role == LayerRole::output) return growth;
  const double e_b = optimiser == Optimiser::adam ? 0.5 : powers(optimiser).b;
  return growth + (1 - 2 * e_b) * (1 - exponents(parameterisation, LayerRole::output).initialisation);
}

}  // namespace losscast
