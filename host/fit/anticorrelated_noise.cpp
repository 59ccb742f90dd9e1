#include "fit/anticorrelated_noise.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "fit/median.hpp"

namespace losscast {
namespace {

constexpr std::ptrdiff_t kSide = 10;  // rows on each side

// What each row is off from the least-squares parabola through it and its neighbours, but for the first and last rows.
std::vector<double> off_parabolas(std::span<const double> values) {
  // The parabola's value in the middle is a weighted mean, with weights 3 (3 n^2 - 7 - 20 k^2) / (4 n (n^2 - 4)) for n
  // rows (Savitzky and Golay 1964).
  constexpr double n = 2 * kSide + 1;
  std::vector<double> off;
  for (std::ptrdiff_t i = kSide; i + kSide < static_cast<std::ptrdiff_t>(values.size()); ++i) {
    double middle = 0;
    for (std::ptrdiff_t k = -kSide; k <= kSide; ++k)
      middle += 3 * (3 * n * n - 7 - 20 * static_cast<double>(k * k)) / (4 * n * (n * n - 4)) *
                values[static_cast<std::size_t>(i + k)];
    off.push_back(values[static_cast<std::size_t>(i)] - middle);
  }
  return off;
}

// Keeps a few odd rows from deciding.
void clip(std::vector<double>& values) {
  constexpr double kFar = 4 * 1.4826;
  std::vector<double> sizes;
  for (const double value : values) sizes.push_back(std::abs(value));
  const double most = kFar * median_of(std::move(sizes));
  for (double& value : values) value = std::clamp(value, -most, most);
}

}  // namespace

std::optional<double> anticorrelation(std::span<const double> residuals) {
  constexpr std::size_t kFewest = 60;
  constexpr double kOfWhiteNoise = -0.14, kDeviations = 4;
  if (residuals.size() < kFewest) return {};
  std::vector<double> off = off_parabolas(residuals);
  clip(off);
  double products = 0, squares = 0;
  for (std::size_t i = 0; i < off.size(); ++i) {
    squares += off[i] * off[i];
    if (i > 0) products += off[i] * off[i - 1];
  }
  if (squares == 0) return {};
  const double correlation = products / squares;
  const double least = kOfWhiteNoise - kDeviations / std::sqrt(static_cast<double>(off.size()));
  return correlation < least ? std::optional(correlation) : std::nullopt;
}

}  // namespace losscast
