// Where the parameters that sizes tell of each other stand among those of a fit.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "fit/size_chain.hpp"
#include "losscast/fit/fit.hpp"

namespace losscast {

inline std::size_t place_of(const Fit& fit, std::string_view name) {
  const auto found = std::ranges::find(fit.parameters, name, &ParameterEstimate::name);
  return static_cast<std::size_t>(found - fit.parameters.begin());
}

// Of those in SizeChain::kNames.
inline std::array<std::size_t, SizeChain::kNames.size()> places_in(const Fit& fit) {
  std::array<std::size_t, SizeChain::kNames.size()> places;
  for (std::size_t i = 0; i < places.size(); ++i) places[i] = place_of(fit, SizeChain::kNames[i]);
  return places;
}

}  // namespace losscast
