/// \file
/// How well forecasts of runs that were left out of the fit meet what these runs measured.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "losscast/schedule/segment.hpp"

namespace losscast {

/// A run that was left out of a fit, and its forecast by that fit. [nats]
struct HeldOutRun {
  std::string curve;          ///< its name
  std::string recipe;         ///< the name of the run that it repeats, or its own
  std::size_t fold = 0;       ///< the fold in which it was left out
  Step total_steps = 0;       ///< of its schedule
  Step known_until = 0;       ///< up to here the training runs had the same recipe: what is measured begins after it
  Step step = 0;              ///< its end: the last logged step
  double measured = 0;        ///< loss at the end
  double forecast = 0;        ///< expected loss at the end
  double q05 = 0;             ///< quantile of the forecast of probability 0.05
  double q95 = 0;             ///< of 0.95
  int points = 0;             ///< logged points that judge the fit
  double mean_abs_error = 0;  ///< of the fitted law at these points

  double error() const { return measured - forecast; }                 ///< of the end, measured - forecast
  bool in_band() const { return q05 <= measured && measured <= q95; }  ///< whether the end lies within q05 ... q95

  /// By which factor the band, scaled about the forecast, would end at the measured loss: above 1 outside the band.
  double band_ratio() const;
};

/// A choice among recipes that were forecast without having been fitted: all of one fold and as many steps, or all of
/// as many steps in several folds, each forecast by the fit of its own. Repeats of a recipe count as their mean.
struct Choice {
  std::string among;                         ///< in words: the group, or "all", and the steps
  std::size_t recipes = 0;                   ///< that there were to choose from, 2 or more
  std::string pick;                          ///< forecast as the best
  std::string best;                          ///< measured as the best
  double regret = 0;                         ///< measured end of the pick minus that of the best [nats]
  double blind_regret = 0;                   ///< what a blind pick costs on average [nats]
  std::optional<bool> best_in_forecast_top;  ///< whether the best is among the two forecast as best; of 3 or more
  std::optional<bool> pick_in_measured_top;  ///< whether the pick is among the two measured as best; of 3 or more
};

/// The measures of one way of leaving runs out.
struct HeldOutScore {
  std::size_t folds = 0;                       ///< with a forecast
  std::size_t runs = 0;                        ///< forecast
  double end_error = 0;                        ///< mean over folds of the mean |error| of their runs' ends [nats]
  double end_bias = 0;                         ///< mean over folds of the mean error, measured - forecast [nats]
  double worst_end_error = 0;                  ///< largest |error| of an end [nats]
  double curve_error = 0;                      ///< mean over folds of the mean |error| of their runs' points [nats]
  std::optional<double> rank_correlation;      ///< Spearman's, of the ends of all folds; of 3 runs or more
  std::size_t in_band = 0;                     ///< ends that lie in their band of 90%
  double mean_width = 0;                       ///< of the bands [nats]
  double band_scale = 0;                       ///< factor by which all bands would hold just 90% of the ends
  std::vector<Choice> choices;                 ///< fold by fold, then across folds
  std::optional<double> regret;                ///< mean over the choices [nats]
  std::optional<double> blind_regret;          ///< likewise
  std::optional<double> best_in_forecast_top;  ///< share of the choices among three or more
  std::optional<double> pick_in_measured_top;  ///< likewise

  /// Share of the ends in their bands.
  double coverage() const { return static_cast<double>(in_band) / static_cast<double>(runs); }
};

/// Spearman's rank correlation; equal values share their mean rank. Nothing if there are fewer than three pairs, or if
/// all values of one side are equal. Precondition: there are as many of each.
std::optional<double> rank_correlation(std::span<const double> a, std::span<const double> b);

/// The measures of runs that were left out in folds of one grouping. `group_names` has the name of each fold that a run
/// says, by its number; runs of a fold are neighbours. Precondition: there is a run.
HeldOutScore score_held_out(std::span<const HeldOutRun> runs, std::span<const std::string> group_names);

}  // namespace losscast
