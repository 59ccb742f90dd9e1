/// \file
/// A segment of a schedule: where it lies, and the form of the LR inside it.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace losscast {

using Step = std::int64_t;  ///< counts optimiser steps

/// The form of the LR inside one segment, as a function of progress z = ((s - begin + offset) / span)^warp, 0 <= z < 1
/// (the two power laws of the step go on beyond z = 1). Each rises or falls throughout.
enum class Shape {
  constant,        ///< from
  linear,          ///< to + (from - to) (1 - z)
  cosine,          ///< to + (from - to) (1 + cos pi z) / 2
  exponential,     ///< from (to / from)^z
  one_minus_sqrt,  ///< to + (from - to) (1 - sqrt z)
  power,           ///< to + (from - to) (1 - z)^exponent
  halving,         ///< to + (from - to) (2^(1 - z) - 1): one half-life of an exponential, stretched to end at `to`
  logarithm,       ///< from + (to - from) log(1 + n z) / log(n), at most `to`; n = exponent, the steps of the rise
  inverse_sqrt,    ///< from / sqrt(1 + z)
  step_power,      ///< from (1 + z)^-exponent
  table,           ///< values given one by one
};

/// LR of the updates begin <= s < end. The shape itself begins `offset` steps before the first update: a part of a step
/// if it begins between two updates, more if something else took its place until `begin`. `span` is where z would reach
/// 1: it exceeds end - begin in a cut-off segment. In the power laws of the step it is the step that the law counts
/// from zero to `begin`: 1 + z = s / begin if span = begin.
struct Segment {
  Step begin = 0;                                              ///< first update
  Step end = 0;                                                ///< update after the last
  double span = 0;                                             ///< steps over which z goes from 0 to 1
  Shape shape = Shape::constant;                               ///< of the LR
  double from = 0;                                             ///< LR at z = 0
  double to = 0;                                               ///< LR at z = 1, never itself used by an update
  double exponent = 1;                                         ///< power, step_power and logarithm
  double offset = 0;                                           ///< steps from where the shape begins to `begin`
  double warp = 1;                                             ///< power of the progress, above 0
  std::shared_ptr<const std::vector<double>> table = nullptr;  ///< end - begin values, Shape::table only
};

}  // namespace losscast
