/// \file
/// Model `adamw`: weight norm, a river A u^-alpha on a clock that saturates, and eight hills of equal weight.
///
/// AdamW shrinks the weights until update and decay balance, so what moves the function is eta over the weight norm
/// (Kosson et al. 2023, arXiv 2305.17212): x = (eta / ref) / sqrt(n). Near the limit of stability more LR buys less
/// progress, and so does an LR far below: an update moves the river by x / S times 1 / (1 + (c eta / ref)^1.5) times
/// x / (x + x_s). Hills have a clock that goes as n^-0.6, rates log-spaced from 2.5 a horizon to k_max, and levels (B /
/// 8) ((eta / ref) n^-0.62)^q. A peak LR beyond the limit of stability costs (instability.hpp): runs below it say only
/// where it is not, so that its prior, around five times the highest peak of the training runs, is what keeps forecasts
/// from trusting peaks that nobody has tried. docs/models.md has the equations, and what weight decay and batch size
/// change in them.
#pragma once

#include <cmath>

#include "losscast/base/macros.hpp"
#include "losscast/math/elementary.hpp"
#include "losscast/model/parameter.hpp"
#include "losscast/model/river_hills.hpp"

namespace losscast::inline LOSSCAST_ISA {

/// The specification of model `adamw`.
struct AdamW {
  using Dynamics = RiverHills<AdamW>;            ///< river and hills
  static constexpr const char* kName = "adamw";  ///< in files and on the command line
  /// One line for people.
  static constexpr const char* kSummary = "LLM runs with AdamW: weight norm, river on a saturating clock, 8 hills";
  static constexpr int kHills = 8;             ///< number of hills
  static constexpr double kSlowestRate = 2.5;  ///< of the hills [1 / horizon]
  /// How weight norm, river and hills follow from the LR.
  static constexpr EffectiveLr kEffectiveLr{1.0, 0.87, EffectiveLr::WeightNorm::adamw, 0.6, 0.62, 0.4, 0.6, 0.35, 6e-4};
  using Scale = ModelParameter::Scale;  ///< of a parameter: linear or logarithmic
  /// The parameters, in the order of Parameter. What depends on the training runs is in adapt().
  static constexpr ModelParameter kParameters[] = {
      {"L0", "nats", "loss floor", 0.0, 20.0, Scale::linear},
      {"A", "nats", "river at the end of a horizon", 1e-4, 100.0, Scale::log},
      {"alpha", "1", "exponent of the river", 0.05, 5.0, Scale::log, {{0.4, 0.7}}, Prior{-0.511, 0.4}},
      {"B", "nats", "mean of all hills at the reference effective LR", 1e-5, 20.0, Scale::log},
      {"k_max", "1/horizon", "relaxation rate of the fastest hill", 5.0, 1e8, Scale::log, {{1e3, 4e3}}},
      {"n0",
       "1",
       "squared weight norm at the start, relative to its equilibrium at the reference LR",
       1e-4,
       1e3,
       Scale::log,
       {{0.2, 0.2}}},
      {"q",
       "1",
       "power of the effective LR in the hills' levels",
       0.2,
       2.0,
       Scale::log,
       {{0.87, 0.87}},
       Prior{-0.139, 0.3}},
      {"c",
       "1",
       "reference LR over the LR at which the river's clock has lost half its speed",
       0.01,
       20.0,
       Scale::log,
       {{0.5, 0.5}},
       Prior{-0.693, 0.5},
       true},
      {"x_s",
       "1",
       "effective LR at which the river's clock has half its speed, from below",
       1e-3,
       20.0,
       Scale::log,
       {{0.3, 0.3}},
       Prior{-1.204, 0.7},
       true},
      {"limit",
       "ref",
       "peak LR beyond which training loses by instability",
       0.02,
       100.0,
       Scale::log,
       {{5.0, 5.0}},
       Prior{1.609, 0.5},
       false,
       true},
  };
  /// Positions of the parameters.
  enum Parameter {
    kL0,          ///< L0
    kA,           ///< A
    kAlpha,       ///< alpha
    kB,           ///< B
    kKMax,        ///< k_max
    kN0,          ///< n0
    kLevelPower,  ///< q
    kSaturation,  ///< c
    kSlowness,    ///< x_s
    kLimit,       ///< limit
  };

  /// Sets, of the parameters in the order of Parameter, what depends on the training runs. k_max is a rate an update.
  /// Where the initial weights are known, n0 is what they are over their equilibrium, 2 weight_decay rms^2 / ref, times
  /// a factor for what the first updates do to them, and x_s the effective LR at which an update is a fixed share of
  /// the weights. Runs of nearly one peak determine neither c nor x_s; the factors are those of docs/models.md.
  static void adapt(ModelParameter* parameters, const TrainingRuns& runs) {
    const Reference& reference = runs.reference;
    constexpr double kTypicalRate = 0.24;  // an update at x = 1
    const double rate = kTypicalRate * reference.steps;
    parameters[kKMax].prior = Prior{std::log(rate), 0.7};
    parameters[kKMax].starts = {{rate / 2, rate * 2}};

    constexpr double kSeveralPeaks = 1 / 1.5, kLowPeak = 0.15;
    const bool several = runs.lowest_peak <= kSeveralPeaks, known = runs.initial_rms && reference.weight_decay > 0;
    const double share = std::sqrt(2 * reference.weight_decay * reference.lr);  // of the weights, at equilibrium
    if (known) {
      const double weights = share * *runs.initial_rms / reference.lr;
      set_prior(parameters[kN0], (several ? 0.35 : 1.2) * weights * weights, several ? 0.1 : 0.45);
      parameters[kN0].known_before = several;
    } else {
      set_prior(parameters[kN0], 0.2, 1.0);
    }
    // Below a limit no run feels it, so that a search has to start beyond it, too.
    if (several) parameters[kLimit].starts = {{0.7, 5.0}};
    if (!several) parameters[kSaturation].fixed = 0;
    if (several && known) {
      constexpr double kSlowShare = 0.009;  // of the weights
      set_prior(parameters[kSlowness], kSlowShare / share, 0.1);
      parameters[kSlowness].known_before = true;
    } else if (runs.lowest_peak > kLowPeak) {
      parameters[kSlowness].fixed = 0;
    }
  }

  /// A u^-alpha
  template <class Real, class Rate>
  LOSSCAST_HD static Real signal(const Real& u, const Real& amplitude, const Real& exponent, const Rate&) {
    using math::pow;
    return amplitude * pow(u, -exponent);
  }

  /// Constants of a draw of the parameters, in the order of Parameter.
  template <class Real>
  static RiverHillsConstants<Real, kHills> constants(const Real* parameters) {
    using math::exp;
    using math::log;
    using math::pow;
    const Real& c = parameters[kSaturation];
    RiverHillsConstants<Real, kHills> out{
        parameters[kL0],
        parameters[kA],
        parameters[kAlpha],
        {parameters[kN0], parameters[kLevelPower], c > 0 ? pow(c, Real(EffectiveLr::kSaturation)) : Real(0),
         parameters[kSlowness]},
        Real(1) / parameters[kLimit],
        {},
        {}};
    const Real log_step = (log(parameters[kKMax]) - math::log(kSlowestRate)) / Real(kHills - 1);
    for (int j = 0; j < kHills; ++j) {
      out.rates[j] = kSlowestRate * exp(Real(j) * log_step);
      out.levels[j] = parameters[kB] / Real(kHills);
    }
    return out;
  }

 private:
  static void set_prior(ModelParameter& parameter, double centre, double deviation) {
    parameter.prior = Prior{std::log(centre), deviation};
    parameter.starts = {{centre, centre}};
  }
};

}  // namespace losscast::inline LOSSCAST_ISA
