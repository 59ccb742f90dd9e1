// What may go wrong in a run under a hazard: computed, in words, and as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "losscast/tails/divergence.hpp"
#include "losscast/tails/divergence_law.hpp"
#include "losscast/tails/expected_jumps.hpp"
#include "losscast/tails/loss_tail.hpp"
#include "losscast/tails/spike_probability.hpp"

namespace losscast {

inline constexpr double kUsualTail = 0.999;

struct RareEvents {
  Spikes spikes;
  std::optional<TailEstimate> diverge;  // with a barrier
  std::vector<DivergedBy> diverged_by;  // with a barrier: the share of runs over time
  std::optional<double> spike;          // with jumps; exact
  std::optional<ExpectedJumps> jumps;   // with jumps; exact
  double tail_probability = kUsualTail;
  std::optional<LossTail> tail;  // of the final loss, with jumps
};

// Estimates the rare events of the request's first schedule. Throws InputError as divergence() and loss_tail() do.
RareEvents rare_events(const LossSde& sde, const PathRequest& request, const Execution& execution,
                       double tail_probability);

// A line for each, such as
// "P(diverge) 1.2e-04 +- 1e-05 (splitting; 2.3e+07 path-steps, 6.2e+02 times fewer than plain simulation)"
std::string rare_events_text(const RareEvents& events);

// Null without any.
nlohmann::ordered_json rare_events_json(const std::optional<RareEvents>& events);

}  // namespace losscast
