/// \file
/// Fitting runs of several model sizes: what smaller models say of a larger one.
#pragma once

#include <span>

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
/// Throws InputError as fit_model() does, and if a curve does not say its size, if the model is not `adamw`, or if
/// there is no curve of this size and fewer than two others.
Fit fit_at_size(std::span<const Curve> curves, const SdeModel& model, double params, const FitOptions& options = {});

}  // namespace losscast
