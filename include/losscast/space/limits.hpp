/// \file
/// What a schedule must not exceed to be a candidate.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "losscast/model/loss_sde.hpp"
#include "losscast/space/candidates.hpp"

namespace losscast {

/// Probabilities that a candidate must not exceed. What is not set does not limit it.
struct Limits {
  std::optional<double> spike_probability = std::nullopt;       ///< upper limit of P(a run has at least one jump)
  std::optional<double> divergence_probability = std::nullopt;  ///< upper limit of P(a run diverges)
};

/// Leaves out of the list what exceeds the limits. Throws InputError for a limit on spikes if the law has no jumps, for
/// one on divergence if it has no barrier, and if every candidate of a sample spread over the list exceeds the limits,
/// naming the one that is closest to them.
void apply_limits(CandidateList& candidates, const Limits& limits, const LossSde& sde, int threads);

/// A probability of one schedule beside its limit.
struct LimitedRisk {
  std::string_view name;  ///< as a sweep file calls it
  double probability;     ///< of the schedule, from 0 to 1
  double limit;           ///< what it must not exceed
};
/// Those probabilities of a recipe that have a limit.
std::vector<LimitedRisk> limited_risks(const Recipe& recipe, const Limits& limits, const LossSde& sde);

}  // namespace losscast
