/// \file
/// What a coarse table leaves out: sums over the same blocks.
#pragma once

#include <vector>

#include "losscast/schedule/recipe.hpp"

namespace losscast {

/// Sum of (eta_s / unit_lr)^exponent over the updates of each block of make_coarse_table(), by the same quadrature;
/// where eta_s is 0 nothing is added, whatever the exponent.
std::vector<double> coarse_power_sums(const Recipe& recipe, double unit_lr, double exponent, int blocks_per_segment);

/// Sum of (eta_s / unit_lr)^exponent e^(-fading (T - 1 - s)) over all updates s of a run of T: what of that is left at
/// its end.
double coarse_faded_sum(const Recipe& recipe, double unit_lr, double exponent, double fading, int blocks_per_segment);

}  // namespace losscast
