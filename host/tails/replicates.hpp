// Means over independent replicates, and their errors.
#pragma once

#include <span>

namespace losscast {

struct MeanOfReplicates {
  double value;
  double standard_error;
};

// `weights` add up to 1. The error is that of a weighted mean of independent values of one variance.
MeanOfReplicates mean_of_replicates(std::span<const double> values, std::span<const double> weights);
MeanOfReplicates mean_of_replicates(std::span<const double> values);  // equal weights

}  // namespace losscast
