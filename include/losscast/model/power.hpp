/// \file
/// Model `power`: x = (eta / ref)^0.75, signal A u^-alpha, and hills whose rates are a Gamma(1) mixture: C y with
/// y ~ Exp(1), so that the noise relaxes like 1 / (1 + C tau).
#pragma once

#include <cmath>

#include "losscast/base/macros.hpp"
#include "losscast/math/elementary.hpp"
#include "losscast/model/parameter.hpp"
#include "losscast/model/river_hills.hpp"

namespace losscast::inline LOSSCAST_ISA {

/// The specification of model `power`.
struct Power {
  using Dynamics = RiverHills<Power>;            ///< river and hills
  static constexpr const char* kName = "power";  ///< in files and on the command line
  /// One line for people.
  static constexpr const char* kSummary = "few curves, unknown optimiser or weight decay: x = (eta/ref)^0.75, 6 hills";
  static constexpr int kHills = 6;  ///< nodes of the mixture's quadrature
  /// x = (eta / ref)^0.75, and hills go as x.
  static constexpr EffectiveLr kEffectiveLr{0.75, 1.0, EffectiveLr::WeightNorm::none};
  using Scale = ModelParameter::Scale;  ///< of a parameter: linear or logarithmic
  /// The parameters, in the order of Parameter.
  static constexpr ModelParameter kParameters[] = {
      {"L0", "nats", "loss floor", 0.0, 20.0, Scale::linear},
      {"A", "nats", "river at the end of a horizon", 1e-4, 100.0, Scale::log},
      {"alpha", "1", "exponent of the river", 0.05, 5.0, Scale::log, {{0.4, 0.7}}, Prior{-0.635, 0.3}},
      {"B", "nats", "mean of all hills at the reference effective LR", 1e-5, 20.0, Scale::log},
      {"C", "1/horizon", "mean relaxation rate of the hills", 2.0, 1e7, Scale::log, {{200.0, 2e3}}},
  };
  /// Positions of the parameters.
  enum Parameter {
    kL0,     ///< L0
    kA,      ///< A
    kAlpha,  ///< alpha
    kB,      ///< B
    kC,      ///< C
  };

  /// Sets, of the parameters in the order of Parameter, what depends on the training runs: C is a rate an update.
  static void adapt(ModelParameter* parameters, const TrainingRuns& runs) {
    constexpr double kTypicalRate = 0.03;  // an update at x = 1
    const double rate = kTypicalRate * runs.reference.steps;
    parameters[kC].prior = Prior{std::log(rate), 0.7};
    parameters[kC].starts = {{rate / 3, rate * 3}};
  }

  /// A u^-alpha
  template <class Real, class Rate>
  LOSSCAST_HD static Real signal(const Real& u, const Real& amplitude, const Real& exponent, const Rate&) {
    using math::pow;
    return amplitude * pow(u, -exponent);
  }

  /// The mixture's integral over y by the trapezoid rule in ln y, nodes from 0.003 to 6, normalised. The integrand
  /// y e^-y falls off on both sides, so few nodes do: the relaxation is within 0.009 of 1 / (1 + C tau) at any tau.
  template <class Real>
  static RiverHillsConstants<Real, kHills> constants(const Real* parameters) {
    RiverHillsConstants<Real, kHills> out{
        parameters[kL0], parameters[kA], parameters[kAlpha], no_response<Real>(), Real(0), {}, {}};
    constexpr double kFirst = 0.003, kLast = 6.0;
    double nodes[kHills], weights[kHills], total = 0;
    for (int j = 0; j < kHills; ++j) {
      nodes[j] = kFirst * math::pow(kLast / kFirst, static_cast<double>(j) / (kHills - 1));
      weights[j] = nodes[j] * math::exp(-nodes[j]);
      total += weights[j];
    }
    for (int j = 0; j < kHills; ++j) {
      out.rates[j] = parameters[kC] * Real(nodes[j]);
      out.levels[j] = parameters[kB] * Real(weights[j] / total);
    }
    return out;
  }
};

}  // namespace losscast::inline LOSSCAST_ISA
