// Quantiles of the standard normal law.
#pragma once

namespace losscast {

// z with P(Z <= z) = probability, 0.5 <= probability < 1, to about 1e-12. IEEE operations only: the same bits
// everywhere.
double normal_quantile(double probability);

}  // namespace losscast
