// Statistics of the loss over paths.
#pragma once

#include <cstdint>
#include <span>

#include "losscast/engine/exact_moments.hpp"

namespace losscast {

enum class Status { ok, diverged, non_finite };
const char* status_name(Status status);

struct Statistics {
  double mean = 0;  // over the paths that did not diverge
  double standard_deviation = 0;
  double standard_error = 0;   // of the mean, about the mean over the parameter draws; more paths make it smaller
  double posterior_error = 0;  // of the mean over the draws, about that over the posterior; more draws make it smaller
  double reduction = 1;        // path-steps that plain simulation would take for the same error, over those taken
  // Over all paths, a diverged one counting as +infinity:
  double q05 = 0, q25 = 0, q50 = 0, q75 = 0, q95 = 0, q99 = 0, q999 = 0;  // quantiles; the last is that of 99.9%
  double tail_mean = 0;                                                   // mean of the worst 5%
  double diverged_share = 0;
  Status status = Status::ok;  // diverged: some path did; non_finite: some value is NaN
};

// Statistics of one candidate at one time over its paths, of which path p has parameter draw p mod `draws`. NaN
// and +infinity mark paths that went wrong. Reorders `values`.
Statistics summarise(std::span<float> values, std::int64_t draws = 1);

// The same in two parts, for values that something else sorts in between, and without the errors of the mean, which are
// in engine/mean_sample.hpp. The first part is what does not depend on the order of the values; the second adds
// quantiles and tail mean from the ascending values, in which a lost one is +infinity.
Statistics summarise_paths(std::span<const float> values);
void add_order_statistics(std::span<const float> ascending, Statistics& statistics);

// Quantile of ascending values by linear interpolation between order statistics (Hyndman & Fan 1996, type 7).
double quantile(std::span<const float> ascending, double probability);

// Mean of the worst 5% of ascending values, also called expected shortfall at 95% (Acerbi & Tasche 2002): of n values,
// the n/20 largest, the smallest of these with the weight that makes up n/20. The sum is exact for values that are not
// lost; +infinity if the largest is.
double tail_mean(std::span<const float> ascending);

}  // namespace losscast
