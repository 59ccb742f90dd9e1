// Whether Markov chains have converged, and how many independent draws theirs are worth.
#pragma once

#include <vector>

namespace losscast {

// Draws of one parameter: [chain][draw], at least four a chain, as many in each, all finite.
using ParameterChains = std::vector<std::vector<double>>;

// The diagnostics of Vehtari, Gelman, Simpson, Carpenter & Buerkner, "Rank-normalization, folding, and localization: an
// improved R-hat for assessing convergence of MCMC", Bayesian Analysis 16 (2021). All split each chain in its two
// halves, so that a chain that drifts does not agree with itself. Draws that are all equal say nothing: their R-hat is
// infinite and their effective sample size 0.

// R-hat: the square root of the variance of all draws over that within chains, of the draws' normal scores (which see
// different places) or of the scores of their distances from the median (which see different spreads), whichever is
// larger. Chains that agree have about 1; above 1.01 they do not, by that paper.
double rank_normalised_rhat(const ParameterChains& chains);

// The number of independent draws that would give the mean of the normal scores as accurately.
double bulk_effective_sample_size(const ParameterChains& chains);

// The same for the probabilities below the quantiles 5% and 95%, whichever is smaller.
double tail_effective_sample_size(const ParameterChains& chains);

}  // namespace losscast
