/// \file
/// What other parameter draws would choose instead of a search's winner.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace losscast {

/// What the posterior leaves open: other parameters might have another winner. It follows from the exact means of the
/// winner and of its rivals, the candidates that are near the best in some draw.
struct PosteriorDoubt {
  double p_posterior = 0;   ///< share of the draws in which the winner is within delta of that draw's best
  double lost = 0;          ///< how far below the winner a draw's best lies, on average over the draws [nats]
  double unseen = 0;        ///< by how much the best of a draw may be missed, as it looks in those draws in which
                            ///< every candidate was evaluated [nats]
  std::int64_t draws = 0;   ///< of the posterior
  std::int64_t rivals = 0;  ///< candidates that were evaluated in all draws
  std::vector<std::int64_t> indistinguishable;  ///< of these, numbers of those that are better than the winner in more
                                                ///< than 1 - confidence of the draws; most often first
  /// The winner or rival whose training would be worth the most: after it the candidate that is then the best would be,
  /// on average over what the run may show, the least worse than the best of a draw. Nothing if none would help.
  std::optional<std::int64_t> next_run;
  double next_run_gain = 0;  ///< by how much `lost` is expected to fall by that run [nats]
};

}  // namespace losscast
