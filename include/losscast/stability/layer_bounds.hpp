/// \file
/// Bounds of the norms of a transformer's layers' Jacobians at initialisation, and the conditions that follow from
/// them.
///
/// Source: Takase, Kiyono, Kobayashi & Suzuki, "Spike No More", arXiv 2312.16903, whose numbers of formulas are meant.
#pragma once

#include <vector>

#include "losscast/stability/architecture.hpp"

namespace losscast {

/// By how much layers may stretch a gradient, the first layer first. |.| is the spectral norm.
///
///     (15)  |dy/dx'| <= 1 + s1 s2 / s_x' (sqrt d + sqrt d_ffn)^2
///     (20)  |dx'/dx| <= 1 + sO / s_x 2 sqrt d |J^Z|,     |J^Z| <= 2 * 2 sqrt d sV
///
/// s_x is the standard deviation of what enters the layer; s_x' is taken to be the same, as attention at initialisation
/// is a mean over many tokens, which adds little. It grows from layer to layer by what feed-forward sub-layers add,
/// d d_ffn s1^2 s2^2 a layer with activations taken as the identity. J^Z is the Jacobian of the heads' outputs by the
/// normalised input: a mean over the tokens so far has a norm below 2 (Hardy 1920), and W_V one of 2 sqrt d sV. With
/// `NormPlacement::post` what leaves a sub-layer is divided by its standard deviation, and so are the bounds; s_x is 1
/// from the second sub-layer on.
///
/// |W| <= s (sqrt rows + sqrt columns) holds in the mean, and for wide matrices in 83% of draws (Tracy & Widom 1996),
/// so that a bound with two matrices may be exceeded in at most a third of them. In fact it is in none: the norm of a
/// product of two wide random matrices is smaller than the product of their norms, by 0.489 where d_ffn = 4 d (the edge
/// of the free product's spectrum, the least (1 + z)^2 (4 + z)/z over z > 0, is 19.4 = (0.489 * 9)^2).
struct LayerBounds {
  std::vector<double> deviation;  ///< s_x of what enters the layer
  std::vector<double> ffn;        ///< (15)
  std::vector<double> attention;  ///< (20)
  double heads = 0;               ///< of |J^Z|, in each layer
  double log_product = 0;         ///< natural logarithm of the product of all, by which (7) bounds the gradient
};

/// The bounds of a checked architecture.
LayerBounds layer_bounds(const Architecture& architecture);

/// What must be small or large for losses not to spike. The paper says "small" and "near 1"; the limits are this
/// project's own, between the architectures that spiked and those that did not.
struct StabilityConditions {
  /// Small sub-layers: the largest of s1 s2 (sqrt d + sqrt d_ffn)^2 and sO 2 sqrt d.
  double sublayer = 0;
  /// Large shortcut: the standard deviation of what enters the first layer.
  double shortcut = 0;

  static constexpr double kLargestSublayer = 1;     ///< passes up to here; depth-scaled 0.5, without 3.6
  static constexpr double kSmallestShortcut = 0.5;  ///< passes from here on; scaled embeddings 0.63, vanilla 0.01-0.02

  bool small_sublayers() const { return sublayer <= kLargestSublayer; }  ///< whether the first one holds
  bool large_shortcut() const { return shortcut >= kSmallestShortcut; }  ///< whether the second one does
};

/// The conditions of a checked architecture.
StabilityConditions stability_conditions(const Architecture& architecture);

}  // namespace losscast
