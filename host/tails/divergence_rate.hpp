// How fast the barrier's mode diverges once it has forgotten where it started.
#pragma once

#include <optional>

#include "losscast/model/spikes.hpp"

namespace losscast {

// The rate at which paths that have not yet diverged do so, under one strain: minus the logarithm of the largest
// eigenvalue of an update's transition on |z| <= z_max. [1 / update] Nothing if it is below 1e-9, which the matrix of
// the transition does not resolve, or if the noise of an update is so small beside the barrier that the matrix would be
// large; the mode is then a diffusion. Precondition: there is a barrier, and noise.
std::optional<double> divergence_rate(const Spikes& spikes, double x);

}  // namespace losscast
