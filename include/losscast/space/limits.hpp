// What a schedule must not exceed to be a candidate.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "losscast/model/loss_sde.hpp"
#include "losscast/space/candidates.hpp"

namespace losscast {

struct Limits {
  std::optional<double> spike_probability = std::nullopt;       // that a run has at least one jump, at most
  std::optional<double> divergence_probability = std::nullopt;  // that a run diverges, at most
};

// Leaves out of the list what exceeds the limits. Throws InputError for a limit on spikes without jumps or on
// divergence without a barrier, and where every candidate of a spread sample exceeds them, naming the one that is
// closest.
void apply_limits(CandidateList& candidates, const Limits& limits, const LossSde& sde, int threads);

// A probability of one schedule beside its limit.
struct LimitedRisk {
  std::string_view name;  // as a sweep file calls it
  double probability, limit;
};
std::vector<LimitedRisk> limited_risks(const Recipe& recipe, const Limits& limits, const LossSde& sde);

}  // namespace losscast
