/// \file
/// The three classes of coefficients of a model, by what they depend on:
///
/// 1. per (schedule, block), the same for every path: a Block;
/// 2. constant along a path, one parameter draw: the Constants of the model's Dynamics (dynamics.hpp), of which the
///    part that meets the LR is an LrResponse;
/// 3. per (path, schedule, block), which follows from the two: a Drive.
#pragma once

#include "losscast/base/macros.hpp"

namespace losscast {

/// Class 1. With y_s = eta_s / ref, w and b as in EffectiveLr, p = lr_power and q = level_power, over the block's
/// updates s, and t running from -1 to 1 through the block's clock time:
template <class Real>
struct Block {
  Real clock;         ///< sum of b^0.5 y_s^p / S: clock time that the block takes, but for the norm [horizons]
  Real level;         ///< y^(p q) b^-batch_power, averaged over the block's clock time
  Real level_change;  ///< the same is nearly level + level_change t: its least-squares line
  /// ln y^p, averaged over the block's clock time with y^(p q) as weight: what another q changes the level by.
  Real log_level;
  Real low_lr;              ///< the mean of y over the block's clock time, less its standard deviation
  Real high_lr;             ///< and plus it: the two LRs stand for all of the block
  Real low_saturation;      ///< (y w^saturation_decay)^1.5 at the lower
  Real high_saturation;     ///< and at the higher
  Real norm_gain;           ///< squared weight norm halfway through the block: n = norm_gain n0 + norm_offset
  Real norm_offset;         ///< see norm_gain
  Real norm_gain_change;    ///< half of how much gain and offset change through the block
  Real norm_offset_change;  ///< see norm_gain_change
  Real bias;                ///< what weight decay adds to the loss at the block's end [nats]
  Real peak;                ///< highest LR until the block's end [ref]
};

/// A block that changes nothing.
template <class Real>
constexpr Block<Real> empty_block() {
  Block<Real> block{};
  block.norm_offset = 1;
  return block;
}

/// The part of class 2 that meets the LR. In models without a weight norm it has no effect.
template <class Real>
struct LrResponse {
  Real norm0;        ///< n0, squared weight norm at the start relative to its equilibrium at the reference LR
  Real level_power;  ///< q
  Real saturation;   ///< c^1.5: the river's clock runs 1 / (1 + c^1.5 y^1.5) times as fast at LR y ref
  Real slowness;     ///< x_s: and x / (x + x_s) times
};

/// The response of a model without a weight norm.
template <class Real>
LrResponse<Real> no_response() {
  return {Real(1), Real(1), Real(0), Real(0)};
}

/// Class 3: what the block does to a path.
template <class Real>
struct Drive {
  Real dtau;          ///< clock time that passes for the hills [horizons]
  Real river;         ///< clock time that passes for the river, which is no longer
  Real level;         ///< by what the hills' levels are multiplied, on average
  Real level_change;  ///< it is nearly level + level_change t, -1 <= t <= 1
};

/// A part of the loss that relaxes to a level.
struct Hill {
  double rate;   ///< [1 / horizon]
  double level;  ///< stationary mean at x = 1 [nats]
};

}  // namespace losscast

namespace losscast::inline LOSSCAST_ISA {

/// A block in another type of numbers: rounded for the kernels, or lifted to numbers that carry derivatives.
template <class To, class From>
inline Block<To> block_in(const Block<From>& block) {
  const auto as = [](const From& x) { return static_cast<To>(x); };
  return {as(block.clock),     as(block.level),       as(block.level_change),     as(block.log_level),
          as(block.low_lr),    as(block.high_lr),     as(block.low_saturation),   as(block.high_saturation),
          as(block.norm_gain), as(block.norm_offset), as(block.norm_gain_change), as(block.norm_offset_change),
          as(block.bias),      as(block.peak)};
}

}  // namespace losscast::inline LOSSCAST_ISA
