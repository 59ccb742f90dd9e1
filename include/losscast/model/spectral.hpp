/// \file
/// Model `spectral`: a noisy quadratic model with a power-law spectrum (functional scaling law with a tied exponent,
/// arXiv 2509.19189), x = (eta / ref)^0.75 and 32 modes of rates lambda_j log-spaced by D from 0.02 a horizon to 8
/// lambda_max:
///
///     signal(u) = A sum_j b_j exp(-lambda_j u),  b_j = lambda_j^alpha D / Gamma(alpha)   (about A u^-alpha)
///     hill j: rate lambda_j, mean B c_j x,  c_j ~ (lambda_j / lambda_max)^alpha exp(-lambda_j / lambda_max), sum 1.
#pragma once

#include <cmath>

#include "losscast/base/macros.hpp"
#include "losscast/math/elementary.hpp"
#include "losscast/math/gamma.hpp"
#include "losscast/model/parameter.hpp"
#include "losscast/model/river_hills.hpp"

namespace losscast::inline LOSSCAST_ISA {

/// The specification of model `spectral`.
struct Spectral {
  using Dynamics = RiverHills<Spectral>;            ///< the signal as river, the modes' noise as hills
  static constexpr const char* kName = "spectral";  ///< in files and on the command line
  /// One line for people.
  static constexpr const char* kSummary = "theory: 32 modes of a noisy quadratic with a power-law spectrum";
  static constexpr int kHills = 32;         ///< number of modes
  static constexpr double kSlowest = 0.02;  ///< lambda_1 [1 / horizon]
  /// x = (eta / ref)^0.75, and hills go as x.
  static constexpr EffectiveLr kEffectiveLr{0.75, 1.0, EffectiveLr::WeightNorm::none};
  using Scale = ModelParameter::Scale;  ///< of a parameter: linear or logarithmic
  /// The parameters, in the order of Parameter.
  static constexpr ModelParameter kParameters[] = {
      {"L0", "nats", "loss floor", 0.0, 20.0, Scale::linear},
      {"A", "nats", "signal at the end of a horizon, about", 1e-4, 100.0, Scale::log},
      {"alpha", "1", "exponent of the spectrum", 0.05, 5.0, Scale::log, {{0.4, 0.7}}, Prior{-0.635, 0.3}},
      {"B", "nats", "mean of all hills at the reference effective LR", 1e-5, 20.0, Scale::log},
      {"lambda_max", "1/horizon", "where the spectrum is cut off", 4.0, 1e7, Scale::log, {{700.0, 7e3}}},
  };
  /// Positions of the parameters.
  enum Parameter {
    kL0,         ///< L0
    kA,          ///< A
    kAlpha,      ///< alpha
    kB,          ///< B
    kLambdaMax,  ///< lambda_max
  };

  /// Sets, of the parameters in the order of Parameter, what depends on the training runs: lambda_max is a rate an
  /// update.
  static void adapt(ModelParameter* parameters, const TrainingRuns& runs) {
    constexpr double kTypicalRate = 0.09;  // an update at x = 1
    const double rate = kTypicalRate * runs.reference.steps;
    parameters[kLambdaMax].prior = Prior{std::log(rate), 0.7};
    parameters[kLambdaMax].starts = {{rate / 3, rate * 3}};
  }

  /// amplitude x sum_j lambda_j^alpha exp(-lambda_j u); `rate(j)` gives lambda_j
  template <class Real, class Rate>
  LOSSCAST_HD static Real signal(const Real& u, const Real& amplitude, const Real& exponent, const Rate& rate) {
    using math::exp;
    using math::log;
    Real sum(0);
    for (int j = 0; j < kHills; ++j) sum = sum + exp(exponent * log(rate(j)) - rate(j) * u);
    return amplitude * sum;
  }

  /// Constants of a draw of the parameters, in the order of Parameter.
  template <class Real>
  static RiverHillsConstants<Real, kHills> constants(const Real* parameters) {
    using math::exp;
    using math::log;
    const Real& alpha = parameters[kAlpha];
    const Real log_cutoff = log(parameters[kLambdaMax]);
    const Real log_spacing = (log_cutoff + Real(math::log(8.0 / kSlowest))) / Real(kHills - 1);
    RiverHillsConstants<Real, kHills> out{parameters[kL0],
                                          parameters[kA] * log_spacing / math::gamma(alpha),
                                          alpha,
                                          no_response<Real>(),
                                          Real(0),
                                          {},
                                          {}};
    Real total(0);
    for (int j = 0; j < kHills; ++j) {
      const Real log_rate = math::log(kSlowest) + Real(j) * log_spacing;
      out.rates[j] = exp(log_rate);
      out.levels[j] = exp(alpha * (log_rate - log_cutoff) - out.rates[j] / parameters[kLambdaMax]);
      total = total + out.levels[j];
    }
    for (int j = 0; j < kHills; ++j) out.levels[j] = parameters[kB] * out.levels[j] / total;
    return out;
  }
};

}  // namespace losscast::inline LOSSCAST_ISA
