// The result of fitting a loss SDE to curves: what fit.json holds.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "losscast/schedule/schedule.hpp"

namespace losscast {

struct ParameterEstimate {
  std::string name;
  double value = 0;
  double standard_error = 0;  // Laplace, in the parameter's own unit
  bool at_bound = false;
};

// A noise parameter and whether the curves determined it or a documented default was used.
struct NoiseParameter {
  double value = 0;
  bool fitted = false;
  std::string source;  // one sentence: from which residuals, or where the default is from
};

// Where a forecast's spread comes from, besides the parameters' own uncertainty. Symbols as in docs/models.md.
struct Noise {
  NoiseParameter startup_shift;      // s0, standard deviation of u(0) in the clock's unit (LR x steps)
  NoiseParameter river_noise;        // s_u, standard deviation of u per square root of clock
  NoiseParameter hill_dimensions;    // d, squared Ornstein-Uhlenbeck coordinates a hill
  NoiseParameter run_offset;         // standard deviation of a run's constant offset, nats
  NoiseParameter observation_noise;  // standard deviation of one logged point around its run, nats
};

// The ranges of the training curves. What lies outside is extrapolation and is flagged wherever it appears.
struct RangesSeen {
  double peak_lr_min = 0, peak_lr_max = 0;
  Step total_steps_min = 0, total_steps_max = 0;  // of each run, as far as it was logged
  std::optional<double> params_min, params_max;
};

struct CurveDiagnostics {
  std::string curve;
  int points = 0;
  double mean_residual = 0;            // measured - fitted, nats
  double rms_residual = 0;             // nats
  double lag1_autocorrelation = 0;     // of the residuals: near 1 means misfit in shape, near 0 white noise
  double worst_relative_residual = 0;  // max |measured - fitted| / measured
};

struct Fit {
  static constexpr int kFormat = 1;
  static constexpr int kDraws = 4096;

  std::string model;
  double ref_lr = 0;        // the clock's unit: dtau = ref_lr x dk
  double weight_decay = 0;  // of the first training run's first update; of a forecast that says no other
  std::optional<double> params;
  std::vector<ParameterEstimate> parameters;
  std::vector<std::vector<double>> covariance;  // of the parameters, in their own units
  std::vector<std::vector<double>> draws;       // kDraws x parameters
  double misfit_widening = 1;  // by which the posterior's standard deviations were multiplied, from leaving curves out
  Noise noise;
  RangesSeen seen;
  std::vector<CurveDiagnostics> diagnostics;
  std::vector<std::string> warnings;  // what the data cannot identify, in words
  double cost = 0;                    // the objective at the estimate
  int starts = 0, starts_converged_to_best = 0;
};

}  // namespace losscast
