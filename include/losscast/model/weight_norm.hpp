/// \file
/// The squared weight norm n of a run, relative to its equilibrium at the reference LR, and its derivatives. In models
/// without one it is 1.
///
/// An AdamW update at LR eta pulls it towards y = eta / ref: n' = n + 2 lambda_wd eta (y - n). That is affine in n(0),
/// so one recursion, of a gain and an offset, serves every n(0).
#pragma once

#include "losscast/base/macros.hpp"
#include "losscast/math/modes.hpp"
#include "losscast/model/coefficients.hpp"
#include "losscast/model/parameter.hpp"

namespace losscast::inline LOSSCAST_ISA {

/// What an update depends on beside the LR.
struct NormDecay {
  double ref_lr;        ///< ref, at which the equilibrium is 1
  double weight_decay;  ///< lambda_wd, decoupled

  /// Fraction of the way to y that an update at this LR goes: 2 lambda_wd eta.
  double pull(double lr) const { return 2 * weight_decay * lr; }
};

/// The norm after an update that goes the fraction `pull` of the way to `y`.
inline double updated_norm(double norm, double pull, double y) { return norm + pull * (y - norm); }

/// The way back through an update: `bar` is the derivative of something by n'. The derivative by n.
inline double norm_bar(const NormDecay& decay, double lr, double bar) { return bar * (1 - decay.pull(lr)); }
/// The derivative by the update's LR, from `bar` and the norm before the update.
inline double norm_lr_bar(const NormDecay& decay, double lr, double norm, double bar) {
  return bar * 2 * decay.weight_decay * (2 * lr / decay.ref_lr - norm);
}

/// n = gain n(0) + offset
struct AffineNorm {
  double gain;    ///< d n / d n(0)
  double offset;  ///< n for n(0) = 0

  /// Returns the norm before the first update: n = n(0), or 1 in models without a weight norm.
  static AffineNorm at_start(EffectiveLr::WeightNorm kind) {
    return kind == EffectiveLr::WeightNorm::none ? AffineNorm{0, 1} : AffineNorm{1, 0};
  }
  /// Carries both across an update, as updated_norm() does with a norm.
  void update(double pull, double y) {
    gain = updated_norm(gain, pull, 0);
    offset = updated_norm(offset, pull, y);
  }
};

/// n at the middle of a block
template <class Real>
LOSSCAST_HD inline Real norm_in(const Block<Real>& block, const Real& norm0) {
  return block.norm_gain * norm0 + block.norm_offset;
}

/// Clock time that a block takes: that of its LRs over the weight norm.
template <EffectiveLr::WeightNorm kind, class Math = ReproducibleMath, class Real>
LOSSCAST_HD inline Real clock_time(const Block<Real>& block, const Real& norm0) {
  if constexpr (kind == EffectiveLr::WeightNorm::none) {
    return block.clock;
  } else {
    return block.clock * Math::inverse_sqrt(norm_in(block, norm0));
  }
}

}  // namespace losscast::inline LOSSCAST_ISA
