// Moments of simulated values, and how uncertain they are.
#pragma once

#include <cmath>
#include <span>

namespace losscast::test {

struct SampleMoments {
  double mean = 0, variance = 0;
  double mean_error = 0, variance_error = 0;  // standard deviations of the two
};

// The variance's error is sqrt((fourth central moment - variance^2) / n), of the sample itself.
inline SampleMoments sample_moments(std::span<const float> values) {
  const auto n = static_cast<double>(values.size());
  SampleMoments out;
  for (const float v : values) out.mean += static_cast<double>(v) / n;
  double fourth = 0;
  for (const float v : values) {
    const double square = (static_cast<double>(v) - out.mean) * (static_cast<double>(v) - out.mean);
    out.variance += square / (n - 1);
    fourth += square * square / n;
  }
  out.mean_error = std::sqrt(out.variance / n);
  out.variance_error = std::sqrt((fourth - out.variance * out.variance) / n);
  return out;
}

}  // namespace losscast::test
