// Whether a weight matrix is an input, a hidden or an output layer, by its number among all.
#pragma once

#include "losscast/width/parameterisation.hpp"

namespace losscast {

// Of matrix `number` of so many that inputs pass one after another: 0 is the input layer, the last the output layer.
constexpr LayerRole role_among(int number, int matrices) {
  if (number == 0) return LayerRole::input;
  return number == matrices - 1 ? LayerRole::output : LayerRole::hidden;
}

}  // namespace losscast
