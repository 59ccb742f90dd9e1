/// \file
/// What the effective LR of a block does to a path, x = (eta / ref)^p / sqrt(n), and its derivatives.
#pragma once

#include <limits>

#include "losscast/base/macros.hpp"
#include "losscast/math/modes.hpp"
#include "losscast/model/coefficients.hpp"
#include "losscast/model/parameter.hpp"
#include "losscast/model/weight_norm.hpp"

namespace losscast::inline LOSSCAST_ISA {

/// The drive of a block for a path with n(0) = `norm0`.
template <class Spec, class Math = ReproducibleMath, class Real>
LOSSCAST_HD inline Drive<Real> drive(const Block<Real>& block, const Real& norm0) {
  if constexpr (Spec::kEffectiveLr.weight_norm == EffectiveLr::WeightNorm::none) {
    return {block.clock, block.level, block.level_change};
  } else {
    constexpr double kExponent = -0.5 * Spec::kEffectiveLr.level_power;  // levels go as n^kExponent
    const Real norm = norm_in(block, norm0);
    const Real norm_change = block.norm_gain_change * norm0 + block.norm_offset_change;
    const Real scale = Math::power(norm, Real(kExponent));
    const Real inverse_root = Math::inverse_sqrt(norm);
    return {block.clock * inverse_root, block.level * scale,
            scale * (block.level_change + Real(kExponent) * block.level * norm_change * (inverse_root * inverse_root))};
  }
}

/// The drive of a single update, and what it follows from.
struct UpdateDrive {
  double lr;     ///< eta
  double norm;   ///< squared weight norm n before the update
  double dtau;   ///< clock time of the update: goes as eta^p n^-1/2
  double level;  ///< x^q: goes as eta^(p q) n^(-q/2)
};

/// The derivative of a power of the LR by the LR, from the power's value: exponent x value / lr. Where the LR is 0, the
/// one from above: infinite for an exponent below 1. (`slope` is the derivative where the exponent is 1.)
inline double lr_slope(double exponent, double value, double lr, double slope) {
  if (exponent == 1) return slope;
  return lr > 0 ? exponent * value / lr : std::numeric_limits<double>::infinity();
}

/// The way back: adds to lr_bar and norm_bar the derivatives of something, by LR and norm, from those by dtau and
/// level. At an LR of 0 the level counts for nothing: there no hill moves.
inline void pull_back(const EffectiveLr& x, const UpdateDrive& update, const Drive<double>& bar, double& lr_bar,
                      double& norm_bar) {
  const double by_dtau = bar.dtau, by_level = update.level * bar.level;
  lr_bar += by_dtau * lr_slope(x.lr_power, update.dtau, update.lr, 1 / math::sqrt(update.norm));
  if (update.lr > 0) lr_bar += x.lr_power * x.level_power * by_level / update.lr;
  norm_bar -= (x.level_power * by_level + update.dtau * by_dtau) / (2 * update.norm);
}

}  // namespace losscast::inline LOSSCAST_ISA
