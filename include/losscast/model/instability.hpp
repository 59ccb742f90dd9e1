/// \file
/// What a peak LR beyond the limit of stability costs.
#pragma once

#include <cmath>

#include "losscast/base/macros.hpp"
#include "losscast/math/elementary.hpp"

namespace losscast::inline LOSSCAST_ISA {

/// What a peak LR of e times the limit would cost if costs rose on as they begin [nats].
inline constexpr double kInstability = 0.13;

/// What the highest peak LR costs: a run that has unlearnt all but how frequent tokens are has no more to lose [nats].
inline constexpr double kMostInstability = 0.6;

/// By how much the loss is higher once the LR has exceeded the limit of stability: M (1 - exp(-q/M)) with
/// q = kInstability (ln peak / limit)^2 and M = kMostInstability, and nothing below the limit [nats]. `peak` is the
/// highest LR so far and `per_limit` the inverse of the limit, in units of ref; 0 stands for no limit. Form and
/// constants are those of runs of a small transformer at 1 to 12 times its limit.
template <class Real>
LOSSCAST_HD inline Real instability(const Real& peak, const Real& per_limit) {
  using math::exp;
  using math::log;
  const Real beyond = peak * per_limit;
  if (!(beyond > Real(1.0f))) return Real(0.0f);
  const Real distance = log(beyond);
  return Real(kMostInstability) * (Real(1.0f) - exp(Real(-kInstability / kMostInstability) * distance * distance));
}

/// The peak LR that costs so much, over the limit: instability() the other way round. Precondition: 0 <= cost <
/// kMostInstability.
inline double peak_that_costs(double cost) {
  return std::exp(std::sqrt(-kMostInstability / kInstability * std::log1p(-cost / kMostInstability)));
}

}  // namespace losscast::inline LOSSCAST_ISA
