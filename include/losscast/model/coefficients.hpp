/// \file
/// The three classes of coefficients of a model, by what they depend on:
///
/// 1. per (schedule, block), the same for every path: a Block;
/// 2. constant along a path, one parameter draw: the Constants of the model's Dynamics (dynamics.hpp);
/// 3. per (path, schedule, block), which follows from the two: a Drive.
#pragma once

#include "losscast/base/macros.hpp"

namespace losscast {

/// Class 1. With y_s = (eta_s / ref)^p over the block's updates s, and t running from -1 to 1 through the block's clock
/// time:
template <class Real>
struct Block {
  Real clock;         ///< ref x sum y_s; over sqrt(n) it is the block's intrinsic time dtau [LR x steps]
  Real level;         ///< y^q, averaged over the block's clock time
  Real level_change;  ///< y^q is nearly level + level_change t: its least-squares line
  Real norm_gain;     ///< squared weight norm at the block's middle: n = norm_gain n0 + norm_offset (relative units)
  Real norm_offset;   ///< see norm_gain
  Real norm_gain_change;    ///< half of how much gain and offset change through the block
  Real norm_offset_change;  ///< see norm_gain_change
};

/// Class 3: what the block does to a path.
template <class Real>
struct Drive {
  Real dtau;          ///< clock time that passes
  Real level;         ///< x^q, by which the hills' levels are multiplied, on average
  Real level_change;  ///< x^q is nearly level + level_change t, -1 <= t <= 1
};

/// A part of the loss that relaxes to a level.
struct Hill {
  double rate;   ///< [1 / clock]
  double level;  ///< stationary mean at x = 1 [nats]
};

}  // namespace losscast

namespace losscast::inline LOSSCAST_ISA {

/// A block in another type of numbers: rounded for the kernels, or lifted to numbers that carry derivatives.
template <class To, class From>
inline Block<To> block_in(const Block<From>& block) {
  const auto as = [](const From& x) { return static_cast<To>(x); };
  return {as(block.clock),
          as(block.level),
          as(block.level_change),
          as(block.norm_gain),
          as(block.norm_offset),
          as(block.norm_gain_change),
          as(block.norm_offset_change)};
}

}  // namespace losscast::inline LOSSCAST_ISA
