// Which levers a request gets.
#pragma once

#include "losscast/engine/request.hpp"
#include "losscast/model/loss_sde.hpp"
#include "losscast/random/pairing.hpp"

namespace losscast {

// What applies to a request of the levers that are asked for, at its block length. Throws InputError for a lever that
// is asked for and cannot apply.
LeversUsed plan_levers(const LossSde& sde, const PathRequest& request, const Levers& levers, Step block);

// Whether noise-free twins can serve, and are not switched off: with several draws, and not under Euler-Maruyama, which
// is unstable in blocks as long as a twin's.
bool may_have_twins(const LossSde& sde, const Levers& levers, Scheme scheme);

// The levers as the kernels see them.
inline Pairing pairing_of(const LeversUsed& levers) {
  return levers.antithetic == Lever::on ? Pairing::antithetic : Pairing::independent;
}

}  // namespace losscast
