// The three classes of coefficients of a model, by what they depend on.
#pragma once

namespace losscast {

// Class 1, per (schedule, block), the same for every path. With y_s = (eta_s / ref)^p over the block's updates s, and
// t running from -1 to 1 through the block's clock time:
template <class Real>
struct Block {
  Real clock;         // ref x sum y_s; over sqrt(n) it is the block's intrinsic time dtau [LR x steps]
  Real level;         // y^q, averaged over the block's clock time
  Real level_change;  // y^q is nearly level + level_change t: its least-squares line
  Real norm_gain;     // squared weight norm at the block's middle: n = norm_gain n0 + norm_offset (relative units)
  Real norm_offset;
  Real norm_gain_change;  // half of how much gain and offset change through the block
  Real norm_offset_change;
};

// Class 2, constant along a path: one parameter draw. K hills.
template <class Real, int K>
struct PathConstants {
  Real floor;      // L0 [nats]
  Real amplitude;  // of the signal [nats], with the constants that belong to the signal's form
  Real exponent;   // alpha
  Real norm0;      // n0, squared weight norm at the start relative to its equilibrium at the reference LR
  Real rates[K];   // relaxation rates of the hills [1 / clock]
  Real levels[K];  // stationary means of the hills at x = 1 [nats]
};

// Class 3, per (path, schedule, block): what the block does to this path.
template <class Real>
struct Drive {
  Real dtau;          // clock time that passes
  Real level;         // x^q, by which the hills' levels are multiplied, on average
  Real level_change;  // x^q is nearly level + level_change t, -1 <= t <= 1
};

}  // namespace losscast
