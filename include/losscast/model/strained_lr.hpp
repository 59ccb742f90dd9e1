/// \file
/// Learning rates as the limit of stability sees them, which a run that warms up longer bears higher.
#pragma once

#include <cmath>

#include "losscast/model/reference.hpp"
#include "losscast/schedule/schedule.hpp"

namespace losscast {

/// The limit of stability grows while a run trains: an update after s others bears as much as
/// ((s + 1)/reference.limit_steps)^reference.limit_power times what is called the limit, so that the same LR reached by
/// a longer warm-up strains a run less. This is its LR over that factor, and the LR itself where the power is 0. That
/// training adapts to a rising LR, and the more so the slower it rises, is known (Gilmer et al. 2022, arXiv 2110.04369;
/// Kalra & Barkeshli 2024, arXiv 2406.09405); the power law is this project's own, the simplest with one parameter.
inline double strained_lr(const Reference& reference, double lr, Step s) {
  if (reference.limit_power == 0) return lr;
  return lr * std::pow(reference.limit_steps / static_cast<double>(s + 1), reference.limit_power);
}

}  // namespace losscast
