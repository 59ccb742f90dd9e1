/// \file
/// P(diverge) of many schedules, quickly and without sampling.
#pragma once

#include <memory>
#include <vector>

#include "losscast/model/loss_sde.hpp"
#include "losscast/schedule/schedule.hpp"

namespace losscast {

/// The probability that a run has diverged before a step.
struct DivergedBy {
  Step step = 0;           ///< so many updates were made
  double probability = 0;  ///< that it has
};

/// The probability of divergence by the density of the barrier's mode, averaged over eight draws that stand for all:
/// the draws are ordered by how far they move along one schedule, and the middle one of each eighth is taken. Method
/// and accuracy: docs/rare_events.md.
class DivergenceLaw {
 public:
  /// Throws InputError if the law has no barrier. The noise of the law plays no part.
  explicit DivergenceLaw(const LossSde& sde);
  /// Frees the law's tables.
  ~DivergenceLaw();
  /// Leaves nothing behind that may be used.
  DivergenceLaw(DivergenceLaw&&) noexcept;

  /// Probability that a run diverges, update by update. Safe to call from several threads.
  double probability(const Recipe& recipe) const;

  /// The same at 16 places or more of each segment of the schedule, the run's end being the last.
  std::vector<DivergedBy> by_time(const Recipe& recipe) const;

 private:
  struct Parts;
  std::unique_ptr<const Parts> parts_;
};

}  // namespace losscast
