// Which levers a request gets.
#pragma once

#include "losscast/engine/ensemble.hpp"
#include "losscast/random/pairing.hpp"

namespace losscast {

// What applies of what the request asks for, at its block length. Throws InputError for a lever that is asked for and
// cannot apply.
LeversUsed plan_levers(const EnsembleRequest& request, Step block);

// Whether noise-free twins can serve a request, and are not switched off: with several draws, and not under
// Euler-Maruyama, which is unstable in blocks as long as a twin's.
bool may_have_twins(const EnsembleRequest& request);

// The levers as the kernels see them.
inline Pairing pairing_of(const LeversUsed& levers) {
  return levers.antithetic == Lever::on ? Pairing::antithetic : Pairing::independent;
}

}  // namespace losscast
