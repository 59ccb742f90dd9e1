// Perceptrons with tanh units.
#pragma once

#include <array>

#include "losscast/train/training_settings.hpp"
#include "train/network.hpp"

namespace losscast {

// The number of weight matrices of a shape.
constexpr int matrices(const NetworkShape& shape) { return shape.hidden + 2; }

// The role of matrix `number`.
LayerRole role_of(const NetworkShape& shape, int number);

// A network whose matrix `number` is that number of random_weights() after `first_path`, with the deviation of its
// role.
Network tanh_network(const NetworkShape& shape, const std::array<double, 3>& deviations, std::uint64_t seed,
                     std::uint64_t first_path);

}  // namespace losscast
