/// \file
/// The result of fitting a loss SDE to curves: what fit.json holds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "losscast/fit/disowned_rows.hpp"
#include "losscast/fit/fitted_hazard.hpp"
#include "losscast/model/reference.hpp"
#include "losscast/schedule/schedule.hpp"

namespace losscast {

/// A fitted parameter of the model.
struct ParameterEstimate {
  std::string name;           ///< as the model names it
  double value = 0;           ///< at the best fit, in the parameter's own unit
  double standard_error = 0;  ///< standard deviation of the draws, in the parameter's own unit
  double rhat = 0;            ///< of the chains of draws: above 1.01 they do not agree (Vehtari et al. 2021)
  double bulk_ess = 0;        ///< effective sample size of the draws for its mean
  double tail_ess = 0;        ///< and for its 5% and 95% quantiles
  bool at_bound = false;      ///< whether the value is at one of the parameter's bounds, so that its error means little
};

/// A noise parameter and whether the curves determined it or a documented default was used.
struct NoiseParameter {
  double value = 0;     ///< in the parameter's own unit, see Noise
  bool fitted = false;  ///< whether it is from the curves, not a default
  std::string source;   ///< one sentence: from which residuals, or where the default is from
};

/// Where a forecast's spread comes from, besides the parameters' own uncertainty. Symbols as in docs/models.md.
struct Noise {
  NoiseParameter startup_shift;      ///< s0, standard deviation of u(0) in the clock's unit [horizons]
  NoiseParameter river_noise;        ///< s_u, standard deviation of u per square root of clock
  NoiseParameter hill_dimensions;    ///< d, squared Ornstein-Uhlenbeck coordinates a hill
  NoiseParameter run_offset;         ///< standard deviation of a run's constant offset, nats
  NoiseParameter observation_noise;  ///< standard deviation of one logged point around its run, nats
};

/// The ranges of the training curves. What lies outside is extrapolation and is flagged wherever it appears.
struct RangesSeen {
  double peak_lr_min = 0;            ///< lowest peak LR
  double peak_lr_max = 0;            ///< highest peak LR
  Step total_steps_min = 0;          ///< shortest run, as far as it was logged
  Step total_steps_max = 0;          ///< longest run, likewise
  double weight_decay_min = 0;       ///< smallest weight decay of an update
  double weight_decay_max = 0;       ///< largest
  double batch_min = 0;              ///< least tokens of an update; 0 where no run says them
  double batch_max = 0;              ///< most
  std::optional<double> params_min;  ///< smallest number of model parameters, if any curve says its own
  std::optional<double> params_max;  ///< largest
};

/// How the fitted law meets one training curve. [nats] but for what is relative.
struct CurveDiagnostics {
  std::string curve;                   ///< its name
  int points = 0;                      ///< that were fitted
  Step first_step = 0;                 ///< of the first of them
  double mean_residual = 0;            ///< measured - fitted, nats
  double rms_residual = 0;             ///< nats
  double lag1_autocorrelation = 0;     ///< of the residuals: near 1 means misfit in shape, near 0 white noise
  double worst_relative_residual = 0;  ///< max |measured - fitted| / measured
  int rows = 0;                        ///< of the log, of which the points are means where they are more
  double fast_noise = 0;               ///< of a row by itself, without what hangs together; 0 if it is not known
};

/// A curve that holds the same log as another one.
struct CopiedCurve {
  std::string curve;    ///< its name
  std::string copy_of;  ///< the one that is fitted
};

/// A model with its parameters, their posterior and the noise, as fitted to curves.
struct Fit {
  static constexpr int kFormat = 2;    ///< version of the layout of fit.json
  static constexpr int kDraws = 4096;  ///< draws that are taken from the posterior
  static constexpr int kChains = 4;    ///< Markov chains that they are from, in equal parts

  std::string model;                 ///< name of the SDE model
  Reference reference;               ///< the scales of the training runs
  double weight_decay = 0;           ///< of the first training run's first update, and of a forecast that says no other
  std::optional<double> params;      ///< the first training run's number of model parameters, if it is known
  std::optional<double> moved_from;  ///< where no run is of the size `params`: the size whose law was moved to it
  std::vector<ParameterEstimate> parameters;    ///< in the model's order
  std::vector<std::vector<double>> covariance;  ///< of the parameters, in their own units
  std::vector<std::vector<double>> draws;       ///< kDraws x parameters: those of kChains chains, one after another
  std::uint64_t seed = 0;                       ///< of the draws
  Noise noise;                                  ///< of the paths of a forecast
  FittedHazard hazard;                          ///< spikes and divergence of these paths
  RangesSeen seen;                              ///< of the training curves
  std::vector<CurveDiagnostics> diagnostics;    ///< one for each training curve
  std::vector<DisownedRows> disowned;           ///< logged rows that it does not use, as they say nothing of the run
  std::vector<CopiedCurve> copies;              ///< curves that it leaves out, as they are another one again
  std::vector<std::string> warnings;            ///< what the data cannot identify, in words
  double cost = 0;                              ///< the objective at the estimate
  int starts = 0;                               ///< from which the fit was searched
  int starts_converged_to_best = 0;             ///< of these, that came within 0.1% of the best one's cost
};

}  // namespace losscast
