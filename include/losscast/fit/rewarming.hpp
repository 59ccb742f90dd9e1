/// \file
/// A later phase of a run in which the LR rises again: how far the loss rises, and when it is back.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "losscast/fit/end_law.hpp"

namespace losscast {

/// What a phase does to the loss of the phase before it. All losses are without observation noise unless the law has
/// it.
struct Rewarming {
  /// The rise of the loss as the LR rises.
  struct Bump {
    Step step = 0;      ///< after so many updates of the run the expected loss is highest
    LossForecast loss;  ///< there [nats]
    LossForecast rise;  ///< of the loss from the beginning of the phase to there [nats]
  };

  /// From when on the loss is not above that at the beginning of the phase, with a probability: updates of the run, the
  /// first after the bump. Nothing where that is not within the phase.
  struct Recovery {
    std::optional<Step> early;   ///< with probability 0.05
    std::optional<Step> middle;  ///< 0.5
    std::optional<Step> late;    ///< 0.95
    double probability = 0;      ///< that it is not above it at the end of the phase
  };

  Step begin = 0;            ///< first update of the phase
  Step end = 0;              ///< update after its last
  LossForecast before;       ///< loss at the begin [nats]
  std::optional<Bump> bump;  ///< nothing where the expected loss never rises
  Recovery recovery;         ///< only its probability where there is no bump
  LossForecast last;         ///< loss at the end of the phase [nats]
};

/// Says what those phases do in which the LR rises above the last one of the phase before; `starts` are the first
/// updates of the later phases, ascending, as phase_starts() gives them. Over the draws (at most about a thousand) the
/// loss is a mixture of normals about the exact means, which carry all state from phase to phase. Two steps of a run
/// share its discrepancy as docs/forecasting.md says of runs in progress; their noise by hills and river is taken for
/// independent. Preconditions: there are draws; starts lie within the run. Throws InputError for a recipe with a change
/// that the model does not follow.
std::vector<Rewarming> rewarmings(const LossSde& sde, const Recipe& recipe, std::span<const Step> starts,
                                  int threads = 0);

}  // namespace losscast
