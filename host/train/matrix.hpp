// The matrices of networks.
#pragma once

#include <Eigen/Core>

namespace losscast {

// Of weights and activations; activations have a column for each example.
using Matrix = Eigen::MatrixXf;

// Of what is inverted, which is small.
using FineMatrix = Eigen::MatrixXd;

}  // namespace losscast
