// The members of a sweep's results, for format/packed.hpp.
#pragma once

#include "engine/packed_results.hpp"
#include "losscast/sweep/result.hpp"

namespace losscast {

template <class Archive>
void members(Archive& archive, PairedDifference& difference) {
  archive(difference.mean, difference.standard_error, difference.posterior_error, difference.low, difference.high);
}

template <class Archive>
void members(Archive& archive, KnownDifference& known) {
  archive(known.mean, known.deviation, known.low, known.high, known.p_within);
}

template <class Archive>
void members(Archive& archive, WeighedDivergence& divergence) {
  archive(divergence.p_diverge, divergence.added);
}

}  // namespace losscast
