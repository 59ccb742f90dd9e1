// How fast a barrier's mode diverges that has forgotten where it came from.
#pragma once

#include <optional>

#include "losscast/model/spikes.hpp"

namespace losscast {

// Minus the logarithm of the largest eigenvalue of an update's transition on |z| <= z_max, at one effective LR: the
// rate at which paths that have not diverged do. [1 / update] Nothing where it is below 1e-9, which the transition's
// matrix does not resolve, and where the noise of an update is so small beside the barrier that the matrix would be
// large: the mode is then a diffusion. Precondition: a barrier and noise.
std::optional<double> divergence_rate(const Spikes& spikes, double x);

}  // namespace losscast
