/// \file
/// The powers of the width by which values of a layer change.
///
/// Source: Ishikawa & Karakida, "On the Parameterization of Second-Order Optimization Effective Towards the Infinite
/// Width", arXiv 2312.12226: b, c of `mup` and the damping of K-FAC. What is marked as derived is not in its tables.
#pragma once

#include <string_view>
#include <vector>

#include "losscast/width/parameterisation.hpp"

namespace losscast {

/// A damping that an optimiser has, and its power.
struct DampingExponent {
  std::string_view name;  ///< rho_A and rho_B of A and B, rho_L and rho_R of G G' and G' G, or epsilon of Adam
  double exponent;        ///< d: damping = constant/M^d
};

/// Powers of the width M of one layer: initial deviation s'/M^b, LR eta'/M^c, damping rho'/M^d.
struct WidthExponents {
  double initialisation = 0;             ///< b
  double lr = 0;                         ///< c
  std::vector<DampingExponent> damping;  ///< d, for each damping that the optimiser has; none for SGD
  bool lr_is_derived = false;            ///< c is this project's own
  bool damping_is_derived = false;       ///< so is each d
};

/// The exponents of a layer. With the powers e_A and e_B of A and B in the update (SGD 0 and 0, Shampoo 1/2 and 1/2,
/// K-FAC 1 and 1, FOOF 1 and 0):
///
///     standard  b = 0, 1/2, 1/2   c = 0                                 d = 0
///     ntk       b = 0, 1/2, 1/2   c = 0, 1 - e_A, 1 - e_A               d as if weights had the multiplier M^-1/2
///     mup       b = 0, 1/2, 1     c = e_B - 1, e_B - e_A, 1 - e_A       d as what is damped
///
/// for input, hidden and output layers. Adam has c = 0, 1, 1 under `mup` and 0, 1/2, 1/2 under `ntk`.
///
/// Under `mup` the sizes of what is damped are tr A ~ 1, M, M and tr B ~ 1/M, 1/M, 1 (K-FAC, FOOF), |G|^2 ~ 1/M, 1, M
/// (Shampoo), entries of G ~ 1/M, 1/M, 1 (Adam).
WidthExponents width_exponents(Optimiser optimiser, Parameterisation parameterisation, LayerRole role);

/// The names of an optimiser's dampings, in the order of WidthExponents::damping.
std::vector<std::string_view> damping_names(Optimiser optimiser);

/// The power of M by which the first updates of a layer's weights W change its outputs, at one and the same LR
/// constant: RMS(dW h) ~ M^growth, from
///
///     growth = c_mup - c + (1 - 2 e_B)(1 - b_output)   for input and hidden layers,
///     growth = c_mup - c                               for output layers
///
/// with e_B = 1/2 for Adam. The second term comes from the gradients by the outputs, which reach a layer through the
/// output weights, and so are larger where those are. 0 in all layers is what `mup` is made for. Precondition: damping
/// that is small, or that grows as what is damped.
double learning_growth(Optimiser optimiser, Parameterisation parameterisation, LayerRole role);

}  // namespace losscast
