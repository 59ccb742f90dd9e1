// Which levers a request gets.
#pragma once

#include "losscast/engine/request.hpp"
#include "losscast/model/loss_sde.hpp"
#include "losscast/random/pairing.hpp"

namespace losscast {

// Returns which of the levers on the paths that are asked for apply to a request at this length of blocks. Throws
// InputError if a lever is on and cannot apply.
LeversUsed plan_levers(const LossSde& sde, const PathRequest& request, const Levers& levers, Step block);

// Whether noise-free twins are of use and not switched off. They need several draws, and a scheme other than
// Euler-Maruyama, which is unstable in blocks as long as those of a twin.
bool may_have_twins(const LossSde& sde, const Levers& levers, Scheme scheme);

// Whether jumps are added to the losses of paths without them: where there are jumps, and no path's own loss is kept.
// Throws InputError if that is asked for and cannot be.
bool has_exact_jumps(const LossSde& sde, const EnsembleRequest& request, const Levers& levers);

// The levers as the kernels see them.
inline Pairing pairing_of(const LeversUsed& levers) {
  return levers.antithetic == Lever::on ? Pairing::antithetic : Pairing::independent;
}

}  // namespace losscast
