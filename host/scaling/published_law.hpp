// The additive law by the procedure of "A Hitchhiker's Guide to Scaling Law Estimation" (Choshen, Zhang, Andreas 2024,
// arXiv 2410.11840).
#pragma once

#include <span>

#include "losscast/scaling/scaling_law.hpp"

namespace losscast {

// Least squares of the loss itself over all checkpoints, in (ln A, ln B, ln E, alpha, beta) from the published start
// (6.255414, 7.3049974, 0.6254804, 0.3526596, 0.3526596), with alpha, beta >= 0. Tied, alpha = 0.0116280 + 0.0500459
// ln A and beta = 0.2371026 + 0.0384435 ln B. With a law that is borrowed A and alpha are its own. Precondition: a
// borrowed law is not tied.
ScalingLaw published_law(std::span<const SizedModel> models, bool tied, const ScalingLaw* borrowed);

}  // namespace losscast
