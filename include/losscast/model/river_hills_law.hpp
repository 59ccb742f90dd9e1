/// \file
/// The law of a river and hills over all paths: its constants, its signal, its mean and its variance. What moves a path
/// is in river_hills.hpp.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>

#include "losscast/base/macros.hpp"
#include "losscast/math/modes.hpp"
#include "losscast/model/cir.hpp"
#include "losscast/model/coefficients.hpp"
#include "losscast/model/drive.hpp"
#include "losscast/model/gauss_hermite.hpp"
#include "losscast/model/instability.hpp"
#include "losscast/model/loss_moments.hpp"
#include "losscast/model/path_noise.hpp"
#include "losscast/model/scheme.hpp"

namespace losscast {

/// The signal is evaluated at u >= kClockFloor: a start-up shift may set a path's clock back below zero early in the
/// warm-up, where a power of u has no meaning. [horizons]
inline constexpr float kClockFloor = 1e-3f;

/// Class 2 coefficients. K hills.
template <class Real, int K>
struct RiverHillsConstants {
  Real floor;                 ///< L0 [nats]
  Real amplitude;             ///< of the signal [nats], with the constants that belong to the signal's form
  Real exponent;              ///< alpha
  LrResponse<Real> response;  ///< to the LR
  Real per_limit;             ///< inverse of the limit of stability [1 / ref]; 0: there is none
  Real rates[K];              ///< relaxation rates of the hills [1 / horizon]
  Real levels[K];             ///< stationary means of the hills at x = 1 [nats]
};

}  // namespace losscast

namespace losscast::inline LOSSCAST_ISA {

/// The members are those that dynamics.hpp asks of every dynamics.
template <class ModelSpec>
struct RiverHillsLaw {
  using Spec = ModelSpec;                      ///< the model's specification
  static constexpr int kHills = Spec::kHills;  ///< number of hills
  /// Class 2 coefficients of a draw.
  template <class Real>
  using Constants = RiverHillsConstants<Real, kHills>;

  /// n(0), relative to its equilibrium at the reference LR.
  template <class Real>
  static Real initial_norm(const Constants<Real>& constants) {
    return constants.response.norm0;
  }

  /// What a block does to a path.
  template <class Real>
  static Drive<Real> drive(const Block<Real>& block, const Constants<Real>& constants) {
    return losscast::drive<Spec>(block, constants.response);
  }

  /// Rates and levels of the hills.
  static std::array<Hill, kHills> hills(const Constants<double>& constants) {
    std::array<Hill, kHills> out;
    for (int j = 0; j < kHills; ++j) out[static_cast<std::size_t>(j)] = {constants.rates[j], constants.levels[j]};
    return out;
  }

  /// The slow part of the loss at clock time u [nats], u being raised to kClockFloor.
  template <class Real>
  static Real signal(const Constants<Real>& constants, const Real& u) {
    return Spec::signal(u < kClockFloor ? Real(kClockFloor) : u, constants.amplitude, constants.exponent,
                        [&](int j) { return constants.rates[j]; });
  }

  /// What the loss at a block's end has beside signal and hills: of weight decay, and of a peak LR beyond the limit of
  /// stability [nats].
  template <class Real>
  LOSSCAST_HD static Real added_loss(const Constants<Real>& constants, const Block<Real>& block) {
    return block.bias + instability(block.peak, constants.per_limit);
  }

  /// The river's clock, what is added to the loss, then the hills.
  template <class Real>
  using Mean = std::array<Real, kHills + 2>;

  /// Returns the mean before the first update: all 0.
  template <class Real>
  static Mean<Real> first_mean(const Constants<Real>&) {
    Mean<Real> mean;
    mean.fill(Real(0));
    return mean;
  }

  /// Moves the noise-free law across a block, by exact moments.
  template <class Real>
  static void move_mean(Mean<Real>& mean, const Constants<Real>& constants, const Block<Real>& block) {
    const Drive<Real> driven = drive(block, constants);
    const LevelLine<Real> level = level_line(driven);
    mean[0] += driven.river;
    mean[1] = added_loss(constants, block);
    for (int j = 0; j < kHills; ++j) {
      Real& hill = mean[static_cast<std::size_t>(2 + j)];
      const Real g = cir_relaxation<Scheme::exact_moments>(constants.rates[j] * driven.dtau);
      const Real gain = cir_gain<Scheme::exact_moments>(level, Real(1) / constants.rates[j], g);
      hill += constants.levels[j] * gain - g * hill;
    }
  }

  /// Loss of the noise-free law [nats].
  template <class Real>
  static Real mean_loss(const Mean<Real>& mean, const Constants<Real>& constants) {
    Real loss = constants.floor + signal(constants, mean[0]);
    for (std::size_t j = 1; j < mean.size(); ++j) loss += mean[j];
    return loss;
  }

  /// State of the recursion of mean and variance.
  struct Moments {
    double clock;                      ///< the river's, the same for all paths [horizons]
    double added;                      ///< to the loss, beside signal and hills [nats]
    CirMoments<double> hills[kHills];  ///< V_j, in nats
  };

  /// Returns the moments before the first update: all 0.
  static Moments first_moments(const Constants<double>&) { return Moments{}; }

  /// Moves the moments across a block, by those of the scheme's own Markov chain.
  template <Scheme scheme>
  static void move_moments(Moments& moments, const Constants<double>& constants, const Block<double>& block,
                           const PathNoise& noise) {
    const Drive<double> driven = drive(block, constants);
    const LevelLine<double> level = level_line(driven);
    moments.clock += driven.river;
    moments.added = added_loss(constants, block);
    for (int j = 0; j < kHills; ++j) {
      const double g = cir_relaxation<scheme>(constants.rates[j] * driven.dtau);
      const double gain = constants.levels[j] * cir_gain<scheme>(level, 1 / constants.rates[j], g);
      moments.hills[j] = cir_moments<scheme>(moments.hills[j], g, gain, static_cast<double>(noise.four_over_d));
    }
  }

  /// Moments of the loss, without observation noise; the signal's by quadrature over the river.
  static LossMoments loss_moments(const Moments& moments, const Constants<double>& constants, const PathNoise& noise) {
    LossMoments out{constants.floor + moments.added, 0.0, 0.0};
    for (const auto& hill : moments.hills) {
      out.skeleton += hill.mean;
      out.variance += hill.variance;
    }
    out.mean = out.skeleton;
    out.skeleton += signal(constants, moments.clock);

    // u is normal around the clock: its start-up shift and the river's own noise add up.
    const double deviation = std::sqrt(static_cast<double>(noise.startup_shift) * noise.startup_shift +
                                       static_cast<double>(noise.river) * noise.river * moments.clock);
    double first = 0, second = 0;
    for (const auto& [z, weight] : gauss_hermite()) {
      const double value = signal(constants, moments.clock + deviation * z);
      first += weight * value;
      second += weight * value * value;
    }
    out.mean += first;
    out.variance += std::max(0.0, second - first * first) + static_cast<double>(noise.run_offset) * noise.run_offset;
    return out;
  }
};

}  // namespace losscast::inline LOSSCAST_ISA
