/// \file
/// The squared weight norm n of a run, relative to its equilibrium at the reference LR, and its derivatives. In models
/// without one it is 1.
///
/// AdamW updates at LR eta and weight decay lambda pull it towards what EffectiveLr says: n' = tau + (n - tau) exp(-2
/// lambda eta). That is affine in n(0), so one recursion, of a gain and an offset, serves every n(0).
#pragma once

#include "losscast/base/macros.hpp"
#include "losscast/math/modes.hpp"
#include "losscast/model/coefficients.hpp"
#include "losscast/model/parameter.hpp"
#include "losscast/model/reference.hpp"

namespace losscast::inline LOSSCAST_ISA {

/// What an update does to the norm: n' = n + pull (target - n).
struct NormUpdate {
  double pull;    ///< 1 - exp(-2 weight decay x LR)
  double target;  ///< tau, to which it is drawn
};

/// The weight decay of an update over that of the reference. Where the reference has none, the norm stays what it is
/// without weight decay, and moves with it as if that were the reference's.
inline double relative_decay(const Reference& reference, double weight_decay) {
  return reference.weight_decay > 0 ? weight_decay / reference.weight_decay : 1;
}

/// The norm after an update.
inline double updated_norm(double norm, const NormUpdate& update) {
  return norm + update.pull * (update.target - norm);
}

/// The way back through an update: `bar` is the derivative of something by n'. The derivative by n.
inline double norm_bar(const NormUpdate& update, double bar) { return bar * (1 - update.pull); }
/// The derivative by the update's LR at a weight decay, from `bar` and the norm before the update; `target_slope` is
/// the target over the LR.
inline double norm_lr_bar(const NormUpdate& update, double weight_decay, double target_slope, double norm, double bar) {
  return bar * (2 * weight_decay * (1 - update.pull) * (update.target - norm) + update.pull * target_slope);
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
  void update(const NormUpdate& by) {
    gain -= by.pull * gain;
    offset = updated_norm(offset, by);
  }
};

/// n halfway through a block
template <class Real>
LOSSCAST_HD inline Real norm_in(const Block<Real>& block, const Real& norm0) {
  return block.norm_gain * norm0 + block.norm_offset;
}

/// The sum of x over a block's updates, in horizons: that of its LRs over the root of the weight norm.
template <EffectiveLr::WeightNorm kind, class Math = ReproducibleMath, class Real>
LOSSCAST_HD inline Real clock_time(const Block<Real>& block, const Real& norm0) {
  if constexpr (kind == EffectiveLr::WeightNorm::none) {
    return block.clock;
  } else {
    return block.clock * Math::inverse_sqrt(norm_in(block, norm0));
  }
}

}  // namespace losscast::inline LOSSCAST_ISA
