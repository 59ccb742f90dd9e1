/// \file
/// Model `adamw`: weight norm, signal A u^-alpha, and eight hills of equal weight.
///
/// AdamW shrinks the weights until update and decay balance, so what moves the function is eta over the weight norm
/// (Kosson et al. 2023, arXiv 2305.17212): x = (eta / ref) / sqrt(n), n' = n + 2 lambda_wd eta (eta / ref - n) each
/// update. Hills have rates log-spaced from k_min to k_max and stationary means B x^q / 8.
#pragma once

#include "losscast/base/macros.hpp"
#include "losscast/math/elementary.hpp"
#include "losscast/model/parameter.hpp"
#include "losscast/model/river_hills.hpp"

namespace losscast::inline LOSSCAST_ISA {

/// What the models `adamw` and `adamw-robust` have in common.
struct AdamWBase {
  static constexpr int kHills = 8;      ///< number of hills
  using Scale = ModelParameter::Scale;  ///< of a parameter: linear or logarithmic
  /// The parameters, in the order of Parameter.
  static constexpr ModelParameter kParameters[] = {
      {"L0", "nats", "loss floor", 0.0, 20.0, Scale::linear},
      {"A", "nats x clock^alpha", "amplitude of the river", 1e-3, 100.0, Scale::log},
      {"alpha", "1", "exponent of the river", 0.2, 1.2, Scale::linear, {{0.4, 0.6}}, Prior{0.5, 0.15}},
      {"B", "nats", "mean of all hills at the reference effective LR", 1e-4, 10.0, Scale::log},
      {"k_max",
       "1/clock",
       "relaxation rate of the fastest hill",
       20.0,
       2e4,
       Scale::log,
       {{100.0, 1000.0}},
       Prior{6.908, 0.7}},
      {"n0",
       "1",
       "squared weight norm at the start, relative to its equilibrium at the reference LR",
       0.01,
       3.0,
       Scale::log,
       {{0.05, 0.3}},
       Prior{-1.609, 0.3}},
  };
  /// Positions of the parameters.
  enum Parameter {
    kL0,     ///< L0
    kA,      ///< A
    kAlpha,  ///< alpha
    kB,      ///< B
    kKMax,   ///< k_max
    kN0,     ///< n0
  };

  /// A u^-alpha
  template <class Real, class Rate>
  LOSSCAST_HD static Real signal(const Real& u, const Real& amplitude, const Real& exponent, const Rate&) {
    using math::pow;
    return amplitude * pow(u, -exponent);
  }

 protected:
  /// Constants for the slowest hill's relaxation rate k_min [1 / clock].
  template <class Real>
  static RiverHillsConstants<Real, kHills> constants(const Real* parameters, double k_min) {
    using math::exp;
    using math::log;
    RiverHillsConstants<Real, kHills> out{parameters[kL0], parameters[kA], parameters[kAlpha], parameters[kN0], {}, {}};
    const Real log_step = (log(parameters[kKMax]) - log(k_min)) / Real(kHills - 1);
    for (int j = 0; j < kHills; ++j) {
      out.rates[j] = k_min * exp(Real(j) * log_step);
      out.levels[j] = parameters[kB] / Real(kHills);
    }
    return out;
  }
};

/// Model `adamw`: the slowest hill relaxes at rate k_min = 0.3 [1 / clock], and hills' means grow as x^0.85.
struct AdamW : AdamWBase {
  using Dynamics = RiverHills<AdamW>;            ///< river and hills
  static constexpr const char* kName = "adamw";  ///< in files and on the command line
  /// One line for people.
  static constexpr const char* kSummary = "LLM runs with AdamW: weight norm, river and 8 hills (k_min 0.3, q 0.85)";
  /// x = (eta / ref) / sqrt(n), and hills go as x^0.85.
  static constexpr EffectiveLr kEffectiveLr{1.0, 0.85, EffectiveLr::WeightNorm::adamw};

  /// Constants of a draw of the parameters, in the order of Parameter.
  template <class Real>
  static RiverHillsConstants<Real, kHills> constants(const Real* parameters) {
    return AdamWBase::constants(parameters, 0.3);
  }
};

/// The same without the slowest hills and with levels that grow more slowly with the effective LR: it transfers better
/// between peak LRs, and slightly worse between schedules of one peak.
struct AdamWRobust : AdamWBase {
  using Dynamics = RiverHills<AdamWRobust>;             ///< river and hills
  static constexpr const char* kName = "adamw-robust";  ///< in files and on the command line
  /// One line for people.
  static constexpr const char* kSummary = "adamw with k_min 1 and q 0.75: curves at several peak LRs";
  /// x = (eta / ref) / sqrt(n), and hills go as x^0.75.
  static constexpr EffectiveLr kEffectiveLr{1.0, 0.75, EffectiveLr::WeightNorm::adamw};

  /// Constants of a draw of the parameters, in the order of Parameter.
  template <class Real>
  static RiverHillsConstants<Real, kHills> constants(const Real* parameters) {
    return AdamWBase::constants(parameters, 1.0);
  }
};

}  // namespace losscast::inline LOSSCAST_ISA
