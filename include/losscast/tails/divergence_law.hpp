// P(diverge) of many schedules, quickly and without sampling.
#pragma once

#include <memory>

#include "losscast/model/loss_sde.hpp"
#include "losscast/schedule/schedule.hpp"

namespace losscast {

// The law of the barrier's mode by its density, averaged over draws of the fit that stand for all: those in the middle
// of eighths of them, ordered by how far they move along one schedule. Method and accuracy: docs/rare_events.md.
class DivergenceLaw {
 public:
  // Throws InputError without a barrier. The law's noise has no part in it.
  explicit DivergenceLaw(const LossSde& sde);
  ~DivergenceLaw();
  DivergenceLaw(DivergenceLaw&&) noexcept;

  // Probability that a run diverges, update by update. Safe to call from several threads.
  double probability(const Recipe& recipe) const;

 private:
  struct Parts;
  std::unique_ptr<const Parts> parts_;
};

}  // namespace losscast
