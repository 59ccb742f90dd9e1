/// \file
/// Values of a network's layers, carried from one width to another.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "losscast/width/exponents.hpp"

namespace losscast {

/// What is chosen for the layers of one role.
struct LayerValues {
  double initial_deviation = 0;  ///< standard deviation of the weights before training, from 0
  double lr = 0;                 ///< above 0
  /// One above 0 for each of damping_names(), or none at all where they are not asked for. Of K-FAC and FOOF they are
  /// added to the diagonals of A and B, of Shampoo to those of G G' and G' G.
  std::vector<double> damping = {};
};

/// Of the input, hidden and output layers, in this order.
using NetworkValues = std::array<LayerValues, 3>;

/// A change of width.
struct WidthChange {
  std::int64_t from = 0;  ///< at which the values were found, at least 1
  std::int64_t to = 0;    ///< at which they are asked for, at least 1
};

/// value (to/from)^-exponent of each value, with the exponents of width_exponents(). Throws ArgumentError naming the
/// value at fault.
NetworkValues transferred(const NetworkValues& base, const WidthChange& change, Optimiser optimiser,
                          Parameterisation parameterisation);

/// By how much the axis of LRs moves with the width: the LR at the new width under which the layers learn as they do
/// under some LR at the old one, over that LR. The layer whose learning grows most decides, as it bounds the LR:
///
///     (to/from)^-max of learning_growth() over the three roles
///
/// It is 1 under `mup`. It says where on the axis the same curve lies, to first order, not that its lowest loss is
/// another. Throws ArgumentError as transferred() does.
double lr_shift(const WidthChange& change, Optimiser optimiser, Parameterisation parameterisation);

}  // namespace losscast
