/// \file
/// Fitting runs of several model sizes: what smaller models say of a larger one.
#pragma once

#include <span>
#include <vector>

#include "losscast/fit/curve.hpp"
#include "losscast/fit/fit.hpp"
#include "losscast/fit/fit_model.hpp"
#include "losscast/model/model.hpp"

namespace losscast {

/// A fit for models of `params` parameters from curves of any sizes. The sizes are fitted one after another, the one
/// that is farthest from `params` first, all in the same scales; what is known of a size's law is the prior of the next
/// one's (docs/scaling.md, section 7):
///
///     ln A, ln B:      + s ln(N'/N), with s = 0.05 +- 0.02 and 0.12 +- 0.04, updated by each size
///     their variance:  + |ln(N'/N)| times (0.03, 0.06)^2; of ln alpha, ln k_max, ln n0, ln q (0.02, 0.2, 0.2, 0.04)^2
///     L0:              nothing is known
///
/// A run of a further size that was logged to less than 95% of its steps is fitted from the middle of what was logged
/// after its warm-up: its beginning obeys no law of the size.
///
/// Without a curve of `params` L0 = E + K N^-a from the sizes that there are, with ln a = -1.2 +- 0.25.
///
/// The ranges seen, and what is said of runs, are of the runs of all sizes.
///
/// Throws InputError as fit_model() and check_sizes() do, and for a size without a curve if the loss does not fall with
/// size.
Fit fit_at_size(std::span<const Curve> curves, const SdeModel& model, double params, const FitOptions& options = {});

/// The fits for several sizes, in their order, each as fit_at_size() gives it; what they need in common is fitted once.
/// Draws of sizes without a curve that have the same nearest size hang together: draw d of each is draw d of that size,
/// moved by the same slopes and the same fall of L0. Those of sizes with curves are independent.
std::vector<Fit> fit_at_sizes(std::span<const Curve> curves, const SdeModel& model, std::span<const double> sizes,
                              const FitOptions& options = {});

/// Throws InputError if a curve does not say its size, if the model is not `adamw`, or for a size of which there is no
/// curve if there are fewer than two others, if the nearest is more than 34 times as large or small, or if the nearest
/// two are less than a factor of 1.5 apart. Fits nothing.
void check_sizes(std::span<const Curve> curves, const SdeModel& model, std::span<const double> sizes);

}  // namespace losscast
