/// \file
/// The loss as a function of model size and training tokens.
#pragma once

#include <optional>

#include "losscast/scaling/sized_model.hpp"

namespace losscast {

/// The joint law
///
///     L(N, D) = E + [ (A N_e^-alpha)^(1/gamma) + (B D^-beta)^(1/gamma) ]^gamma,
///     N_e = N exp(-c (ln(width/depth) - z)^2).
///
/// With gamma = 1 and c = 0 it is the additive law E + A/N^alpha + B/D^beta (Hoffmann et al. 2022, arXiv 2203.15556).
/// Below 1, gamma lets the greater of the two terms hide the smaller one, as in Busbridge et al. 2025 (arXiv
/// 2502.08606): a large model that has seen little is no better than a small one. c says how much a model loses whose
/// width goes badly with its depth.
struct ScalingLaw {
  double floor = 0;            ///< E [nats]
  double log_a = 0;            ///< ln A, where N counts parameters
  double alpha = 0;            ///< exponent of the size
  double log_b = 0;            ///< ln B, where D counts tokens
  double beta = 0;             ///< exponent of the tokens
  double gamma = 1;            ///< how the terms join; in (0, 1]
  double shape_penalty = 0;    ///< c
  double best_log_aspect = 0;  ///< z, the logarithm of the best width/depth

  /// The loss [nats] of a model of this size after so many tokens. Without a shape N_e = N. Precondition: both > 0.
  double loss(double params, double tokens, const std::optional<ModelShape>& shape = {}) const;
};

}  // namespace losscast
