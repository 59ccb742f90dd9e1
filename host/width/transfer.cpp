#include "losscast/width/transfer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "losscast/base/error.hpp"

namespace losscast {

namespace {

void require_width(const char* key, std::int64_t width) {
  if (width < 1)
    throw ArgumentError(key, fmt::format("the width {} is below 1", width), "it counts hidden units",
                        "give a whole number such as 1024");
}

void require(bool holds, const char* key, double value, const char* least) {
  if (!holds || !std::isfinite(value))
    throw ArgumentError(key, fmt::format("{:g} makes no sense here", value), fmt::format("it must be {}", least),
                        "correct it");
}

void check(const NetworkValues& values, Optimiser optimiser) {
  const std::size_t dampings = damping_names(optimiser).size();
  for (const LayerValues& layer : values) {
    require(layer.initial_deviation >= 0, "initial_deviation", layer.initial_deviation, "0 or more");
    require(layer.lr > 0, "lr", layer.lr, "above 0");
    for (const double damping : layer.damping) require(damping > 0, "damping", damping, "above 0");
    if (!layer.damping.empty() && layer.damping.size() != dampings)
      throw ArgumentError("damping", fmt::format("there are {} values of damping", layer.damping.size()),
                          fmt::format("{} has {}", name_in(kOptimisers, optimiser), dampings), "give as many, or none");
  }
}

double ratio(const WidthChange& change) {
  require_width("from", change.from);
  require_width("to", change.to);
  return static_cast<double>(change.to) / static_cast<double>(change.from);
}

}  // namespace

NetworkValues transferred(const NetworkValues& base, const WidthChange& change, Optimiser optimiser,
                          Parameterisation parameterisation) {
  check(base, optimiser);
  const double wider = ratio(change);
  NetworkValues values = base;
  for (const auto& [name, role] : kLayerRoles) {
    const WidthExponents exponents = width_exponents(optimiser, parameterisation, role);
    LayerValues& layer = values[static_cast<std::size_t>(role)];
    layer.initial_deviation *= std::pow(wider, -exponents.initialisation);
    layer.lr *= std::pow(wider, -exponents.lr);
    for (std::size_t i = 0; i < layer.damping.size(); ++i)
      layer.damping[i] *= std::pow(wider, -exponents.damping[i].exponent);
  }
  return values;
}

double lr_shift(const WidthChange& change, Optimiser optimiser, Parameterisation parameterisation) {
  double fastest = -std::numeric_limits<double>::infinity();
  for (const auto& [name, role] : kLayerRoles)
    fastest = std::max(fastest, learning_growth(optimiser, parameterisation, role));
  return std::pow(ratio(change), -fastest);
}

}  // namespace losscast
