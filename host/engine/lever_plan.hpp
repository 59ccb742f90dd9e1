// Which levers a request gets.
#pragma once

#include "losscast/engine/ensemble.hpp"
#include "losscast/random/pairing.hpp"

namespace losscast {

// What applies of what the request asks for, at its block length. Throws InputError for a lever that is asked for and
// cannot apply.
LeversUsed plan_levers(const EnsembleRequest& request, Step block);

// The levers as the kernels see them.
inline Pairing pairing_of(const LeversUsed& levers) {
  return levers.antithetic == Lever::on ? Pairing::antithetic : Pairing::independent;
}

}  // namespace losscast
