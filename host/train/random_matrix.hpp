// Matrices of standard normal variates.
#pragma once

#include <cstdint>

#include "losscast/random/streams.hpp"
#include "train/matrix.hpp"

namespace losscast {

// The matrix number `path` of Stream::weights.
Matrix random_weights(std::uint64_t seed, std::uint64_t path, Eigen::Index rows, Eigen::Index columns);

// A column for each of the paths first, first + 1, ... of Stream::batches, from one step of them.
Matrix random_examples(std::uint64_t seed, std::uint64_t first, std::uint32_t step, Eigen::Index rows,
                       Eigen::Index columns);

}  // namespace losscast
