/// \file
/// Opt-Laws: a ridge regression of the logarithm of final losses on the features of their schedules (arXiv 2409.04777).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "losscast/schedule/segment.hpp"

namespace losscast {

/// A run as the regression sees it.
struct FeaturedRun {
  std::string name;                   ///< by which it is called
  std::string family;                 ///< of its schedule
  std::optional<double> params = {};  ///< size of its model
  Step updates = 0;                   ///< before its final loss was measured
  double peak_lr = 0;                 ///< largest LR of these
  double loss = 0;                    ///< measured then [nats]
  std::vector<double> regressors;     ///< as many, in the same order, of every run
};

/// log(L - L0) = intercept + sum of weight_j (x_j - centre_j)/spread_j.
struct RidgeLaw {
  double floor = 0;             ///< L0 [nats]
  double intercept = 0;         ///< mean of log(L - L0) of the runs fitted
  double penalty = 0;           ///< p in sum of squares + p sum of weight_j^2
  double left_out_error = 0;    ///< root mean square error of each run forecast by the others [nats]
  std::vector<double> centres;  ///< means of the regressors
  std::vector<double> spreads;  ///< their standard deviations; 0: the same in all runs, and not used
  std::vector<double> weights;  ///< of the standardised regressors

  /// The expected final loss [nats]. Precondition: as many regressors as weights.
  double forecast(std::span<const double> regressors) const;
};

/// Fits the law. Of floors below the lowest loss and of penalties it takes those that forecast best each family of
/// schedules from the others; with one family only, each run from the others, for which ridge regression has a closed
/// form: the residual over one minus its leverage. Runs of a family with equal regressors count as one, with their mean
/// loss. Throws InputError if there are fewer runs than regressors that vary. Precondition: there is a run; losses are
/// above 0; regressors are finite and equally many.
RidgeLaw fit_ridge_law(std::span<const FeaturedRun> runs);

/// What the runs that are left out together have in common, and the others have not.
enum class LeftOutBy {
  family,   ///< the family of the schedule
  size,     ///< the size of the model
  horizon,  ///< the number of updates before the final loss
};

/// "family", "size" or "horizon".
std::string_view left_out_name(LeftOutBy by);

/// A run forecast by a law that was fitted without its group.
struct LeftOutForecast {
  std::string name;     ///< of the run
  std::string group;    ///< that was left out, in words
  double measured = 0;  ///< [nats]
  double forecast = 0;  ///< [nats]
};

/// How often the best is among the first two: both readings of a "top-2 hit".
struct TopTwoHits {
  double best_in_forecast_top = 0;  ///< the run measured as best is among the two forecast as best
  double pick_in_measured_top = 0;  ///< the run forecast as best is among the two measured as best
};

/// The hits averaged over all sets of `size` runs, or over the one set of all if there are fewer: counted, not drawn.
/// Where values are equal, earlier runs are the better ones. Preconditions: as many of each, 2 at least; size >= 2.
TopTwoHits top_two_hits(std::span<const double> measured, std::span<const double> forecast, std::size_t size);

/// Choices are made among so many runs.
inline constexpr std::size_t kChoiceSize = 8;

/// How the law forecasts what it was not fitted to.
struct RidgeJudgement {
  LeftOutBy by = LeftOutBy::family;   ///< what was left out
  std::vector<RidgeLaw> laws;         ///< one for each group
  std::vector<LeftOutForecast> runs;  ///< in the order of the runs that were given
  double mean_error = 0;              ///< mean |error| over groups of the mean over their runs [nats]
  double bias = 0;                    ///< likewise of forecast - measured [nats]
  std::size_t choices = 0;            ///< sets to choose from: groups and horizons with 3 recipes or more
  std::optional<TopTwoHits> top_two;  ///< mean over these, of choices among kChoiceSize
  std::size_t cells = 0;              ///< model sizes, horizons and peak LRs with several families
  std::size_t right_families = 0;     ///< cells where the family of the run forecast as best is that of the best
};

/// The measures of forecasts that some law or model made of `runs`, each in its group's fold. Repeats of a recipe are
/// one choice, with their mean. `laws` stays empty. Precondition: as many forecasts as runs, in the same order.
RidgeJudgement judge_forecasts(std::span<const FeaturedRun> runs, std::vector<LeftOutForecast> forecasts, LeftOutBy by);

/// Leaves each group out once and forecasts it. Throws InputError if there is one group only, a run whose model's size
/// is not known though sizes are left out, or if a group leaves too few runs to the others. Preconditions as above.
RidgeJudgement judge_ridge_law(std::span<const FeaturedRun> runs, LeftOutBy by);

}  // namespace losscast
