// Statistics with bounds from theory. Every bound is passed by a perfect generator with probability 1 - 1e-6 or more.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace losscast::statistics {

inline constexpr double kSigmas = 5.0;             // two-sided probability 5.7e-7
inline constexpr double kNormalQuantile = 4.8916;  // two-sided probability 1e-6

// The sum of (count - expected)^2 / expected over equally likely cells.
inline double chi_square(std::span<const std::uint64_t> counts) {
  double total = 0.0;
  for (const std::uint64_t count : counts) total += static_cast<double>(count);
  const double expected = total / static_cast<double>(counts.size());
  double sum = 0.0;
  for (const std::uint64_t count : counts) {
    const double difference = static_cast<double>(count) - expected;
    sum += difference * difference / expected;
  }
  return sum;
}

// How many standard deviations chi_square is from its mean, made normal by the cube root (Wilson and Hilferty 1931).
// A grid that is too even is as suspect as one that is too uneven, hence the sign.
inline double chi_square_deviation(std::span<const std::uint64_t> counts) {
  const double freedom = static_cast<double>(counts.size() - 1);
  const double variance = 2.0 / (9.0 * freedom);
  return (std::cbrt(chi_square(counts) / freedom) - (1.0 - variance)) / std::sqrt(variance);
}

// The largest distance between the empirical law of the values and `law`, times the square root of their number.
template <class Law>
double kolmogorov_statistic(std::vector<float> values, Law law) {
  std::sort(values.begin(), values.end());
  const double n = static_cast<double>(values.size());
  double distance = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double probability = law(static_cast<double>(values[i]));
    distance =
        std::max({distance, static_cast<double>(i + 1) / n - probability, probability - static_cast<double>(i) / n});
  }
  return distance * std::sqrt(n);
}

// Exceeded with probability 2 exp(-2 x^2) = 1e-6 (Kolmogorov's limit law).
inline const double kLargestKolmogorovStatistic = std::sqrt(0.5 * std::log(2e6));

inline double normal_law(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }

// The correlation of values with known mean 0 and variance 1, in standard deviations of what independence gives.
inline double correlation_deviation(std::span<const double> a, std::span<const double> b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum / std::sqrt(static_cast<double>(a.size()));
}

}  // namespace losscast::statistics
