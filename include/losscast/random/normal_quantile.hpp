/// \file
/// Quantiles of the standard normal law.
#pragma once

namespace losscast {

/// Above this the tail that is left is lost in the rounding errors of sums near 1.
inline constexpr double kHighestNormalProbability = 1 - 5e-12;

/// z with P(Z <= z) = probability, 0.5 <= probability <= kHighestNormalProbability, to about 1e-12, or what the
/// rounding of numbers near 1 leaves: 1e-15 over the density at z, which is 3e-5 at the highest. IEEE operations only:
/// the same bits everywhere.
double normal_quantile(double probability);

}  // namespace losscast
