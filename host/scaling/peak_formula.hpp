// The best LR's formula, for numbers and for the dual numbers that give its slopes.
#pragma once

#include "scaling/law_formula.hpp"
#include "scaling/run_features.hpp"

namespace losscast {

// ln of the best LR, of the five constants.
template <class T>
T log_best_lr(const T* constants, const RunFeatures& run) {
  constexpr double kSoftness = 0.25;  // of the minimum of the two laws
  const T cap = constants[0] + constants[1] * run.params + constants[2] * run.tokens;
  const T noise = constants[3] + run.batch + constants[4] * (run.params + run.tokens);
  return -joined_log_terms(T(-cap), T(-noise), T(kSoftness));
}

}  // namespace losscast
