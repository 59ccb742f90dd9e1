/// \file
/// What a peak LR beyond the limit of stability costs.
#pragma once

#include "losscast/base/macros.hpp"
#include "losscast/math/elementary.hpp"

namespace losscast::inline LOSSCAST_ISA {

/// What a peak LR of e times the limit costs [nats].
inline constexpr double kInstability = 0.13;

/// By how much the loss is higher once the LR has exceeded the limit of stability: kInstability (ln peak / limit)^2,
/// and nothing below the limit [nats]. `peak` is the highest LR so far and `per_limit` the inverse of the limit, in
/// units of ref; 0 stands for no limit. The form and 0.13 nats are those of runs of a small transformer at 1 to 8 times
/// its limit.
template <class Real>
LOSSCAST_HD inline Real instability(const Real& peak, const Real& per_limit) {
  using math::log;
  const Real beyond = peak * per_limit;
  if (!(beyond > Real(1.0f))) return Real(0.0f);
  const Real distance = log(beyond);
  return Real(kInstability) * distance * distance;
}

}  // namespace losscast::inline LOSSCAST_ISA
