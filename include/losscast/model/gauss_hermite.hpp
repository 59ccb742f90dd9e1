// Expectations over a standard normal by Gauss-Hermite quadrature.
#pragma once

#include <array>

namespace losscast {

struct QuadratureNode {
  double z, weight;
};

// 32 nodes: sum of weight f(z) is E f(Z), exact for polynomials of degree below 64.
const std::array<QuadratureNode, 32>& gauss_hermite();

}  // namespace losscast
