/// \file
/// Statistics of the loss over paths.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "losscast/engine/exact_moments.hpp"

namespace losscast {

/// Whether every path of a candidate has a loss.
enum class Status {
  ok,          ///< all have
  diverged,    ///< some path diverged
  non_finite,  ///< some value is NaN
};
/// Returns the status as files name it: "ok", "diverged" or "non-finite".
const char* status_name(Status status);

/// The quantiles that are estimated, by their probabilities.
inline constexpr std::array kQuantileProbabilities = {0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999};

/// A range that holds a quantity in 95% of all cases.
struct Interval {
  double low = 0;   ///< its lower end
  double high = 0;  ///< its upper end
};

/// Statistics of the loss at one time, [nats] but for shares and status. Quantiles and tail mean are over all paths, a
/// diverged one counting as +infinity. A quantile that too few paths tell anything of, because its interval has no end,
/// is NaN, with both ends of its interval, and so is the tail mean where q95 is.
struct Statistics {
  double mean = 0;                ///< over the paths that did not diverge
  double standard_deviation = 0;  ///< over the paths that did not diverge
  double standard_error = 0;      ///< of the mean, about that over the parameter draws: what more paths make smaller
  double posterior_error = 0;     ///< of the draws' mean, as draws of the posterior: what only more draws make smaller
  double reduction = 1;           ///< by the levers: path-steps of plain simulation over those spent for the same error
  double q05 = 0;                 ///< quantile of probability 0.05
  double q25 = 0;                 ///< of 0.25
  double q50 = 0;                 ///< of 0.5: the median
  double q75 = 0;                 ///< of 0.75
  double q95 = 0;                 ///< of 0.95
  double q99 = 0;                 ///< of 0.99
  double q999 = 0;                ///< of 0.999
  double tail_mean = 0;           ///< mean of the worst 5%
  /// Of the quantiles, in the order of kQuantileProbabilities.
  std::array<Interval, kQuantileProbabilities.size()> intervals = {};
  double diverged_share = 0;   ///< of all paths, from 0 to 1
  Status status = Status::ok;  ///< diverged: some path did; non_finite: some value is NaN
};

/// What does not depend on the order of the values of one candidate's paths at one time: all but quantiles, tail mean,
/// and the errors of the mean, which are in engine/mean_sample.hpp.
Statistics summarise_paths(std::span<const float> values);

/// So many paths are enough, as a rule, for an interval of the quantile with this probability, 0 < probability < 1, to
/// have two ends. Independent paths take a third of them, paths that share their parameter draws more than these.
std::int64_t enough_paths(double probability);

/// Quantile of ascending values by linear interpolation between order statistics (Hyndman & Fan 1996, type 7).
double quantile(std::span<const float> ascending, double probability);

/// Mean of the worst 5% of ascending values, also called expected shortfall at 95% (Acerbi & Tasche 2002): of n values,
/// the n/20 largest, the smallest of these with the weight that makes up n/20. The sum is exact for values that are not
/// lost; +infinity if the largest is.
double tail_mean(std::span<const float> ascending);

}  // namespace losscast
