// How fast the barrier's mode diverges once it has forgotten where it started.
#pragma once

#include <optional>

#include "losscast/model/spikes.hpp"

namespace losscast {

// The rate at which paths that have not yet diverged do so, under one strain: minus the logarithm of the largest
// eigenvalue of an update's transition on |z| <= z_max, 14 at the most. [1 / update] Nothing if the noise of an update
// is so small beside the barrier that the matrix of the transition would be large (the mode is then a diffusion), or if
// the rate is below 1e-100. Precondition: there is a barrier, and noise.
std::optional<double> divergence_rate(const Spikes& spikes, double x);

}  // namespace losscast
