/// \file
/// Expectations over a standard normal by Gauss-Hermite quadrature.
#pragma once

#include <array>

namespace losscast {

/// A node of the quadrature.
struct QuadratureNode {
  double z;       ///< where the function is evaluated, in standard deviations
  double weight;  ///< all weights add up to 1
};

/// 32 nodes: sum of weight f(z) is E f(Z), exact for polynomials of degree below 64.
const std::array<QuadratureNode, 32>& gauss_hermite();

}  // namespace losscast
