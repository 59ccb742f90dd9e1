/// \file
/// What the LRs of a block do to a path, by the equations of EffectiveLr, and the derivatives.
#pragma once

#include <cmath>
#include <limits>

#include "losscast/base/macros.hpp"
#include "losscast/math/modes.hpp"
#include "losscast/model/coefficients.hpp"
#include "losscast/model/parameter.hpp"
#include "losscast/model/weight_norm.hpp"

namespace losscast::inline LOSSCAST_ISA {

/// The share of its clock time that counts for the river at the relative LR y: 1 / (1 + c^1.5 y^1.5) times x / (x +
/// x_s). `saturation` is c^1.5 y^1.5 and `slowness` x_s sqrt(n), so that the latter is y / (y + slowness).
template <class Math = ReproducibleMath, class Real>
LOSSCAST_HD inline Real river_share(const Real& y, const Real& saturation, const Real& slowness) {
  const Real lr = at_least(kSmallestRoot, y);
  return Math::divide(lr, (Real(1.0f) + saturation) * (lr + slowness));
}

/// The drive of a block for a path that responds so.
template <class Spec, class Math = ReproducibleMath, class Real>
LOSSCAST_HD inline Drive<Real> drive(const Block<Real>& block, const LrResponse<Real>& response) {
  if constexpr (Spec::kEffectiveLr.weight_norm == EffectiveLr::WeightNorm::none) {
    return {block.clock, block.clock, block.level, block.level_change};
  } else {
    constexpr double kPower = Spec::kEffectiveLr.level_power, kNormPower = Spec::kEffectiveLr.level_norm_power;
    const Real norm = norm_in(block, response.norm0);
    const Real norm_change = block.norm_gain_change * response.norm0 + block.norm_offset_change;
    const Real inverse_root = Math::inverse_sqrt(norm);
    const Real inverse = inverse_root * inverse_root;
    const Real log_norm = Math::log(norm);
    const Real dtau = block.clock * Math::exp(Real(-Spec::kEffectiveLr.clock_power) * log_norm);

    const Real slowness = response.slowness * (norm * inverse_root);
    const Real share = river_share<Math>(block.low_lr, response.saturation * block.low_saturation, slowness) +
                       river_share<Math>(block.high_lr, response.saturation * block.high_saturation, slowness);

    const Real norm_exponent = Real(-kNormPower) * response.level_power;
    const Real scale = Math::exp((response.level_power - Real(kPower)) * block.log_level + norm_exponent * log_norm);
    const Real change = (response.level_power * Real(1 / kPower)) * block.level_change +
                        norm_exponent * block.level * norm_change * inverse;
    return {dtau, Real(0.5f) * share * (block.clock * inverse_root), block.level * scale, scale * change};
  }
}

/// A single update of a path, and what it does to it.
struct UpdateDrive {
  double lr;          ///< eta
  double y;           ///< eta / ref
  double saturation;  ///< (y w^saturation_decay)^1.5
  double norm;        ///< squared weight norm n halfway through the update
  double clock;       ///< clock time of the update without the norm: goes as y^p
  double level;       ///< of the hills: goes as (y^p n^-level_norm_power)^q
};

/// The derivative of a power of the LR by the LR, from the power's value: exponent x value / lr. Where the LR is 0, the
/// one from above: infinite for an exponent below 1. (`slope` is the derivative where the exponent is 1.)
inline double lr_slope(double exponent, double value, double lr, double slope) {
  if (exponent == 1) return slope;
  return lr > 0 ? exponent * value / lr : std::numeric_limits<double>::infinity();
}

/// The way back: adds to lr_bar and norm_bar the derivatives of something, by LR and norm, from those by dtau, river
/// and level. `clock_slope` is the derivative of the update's clock by the LR where p is 1. At an LR of 0 the level
/// counts for nothing: there no hill moves.
inline void pull_back(const EffectiveLr& x, const LrResponse<double>& response, const UpdateDrive& update,
                      const Drive<double>& bar, double clock_slope, double& lr_bar, double& norm_bar) {
  const double by_level = response.level_power * update.level * bar.level;
  if (update.lr > 0) lr_bar += x.lr_power * by_level / update.lr;
  norm_bar -= x.level_norm_power * by_level / update.norm;

  const double root = std::sqrt(update.norm), of_hills = bar.dtau * math::pow(update.norm, -x.clock_power);
  const double saturation = response.saturation * update.saturation;
  const double slowness = response.slowness * root, y = at_least(kSmallestRoot, update.y);
  const double slow = slowness / (y + slowness);  // the share grows as y^slow, and falls as n^(-slow / 2)
  const double of_river = bar.river * river_share(y, saturation, slowness) / root;
  const double steeper = (slow - EffectiveLr::kSaturation * saturation / (1 + saturation)) / x.lr_power;
  lr_bar += (of_hills + of_river * (1 + steeper)) * lr_slope(x.lr_power, update.clock, update.lr, clock_slope);
  norm_bar -= (of_hills * x.clock_power + of_river * (1 + slow) / 2) * update.clock / update.norm;
}

}  // namespace losscast::inline LOSSCAST_ISA
