/// \file
/// Divergence weighed against the loss.
#pragma once

#include <memory>
#include <span>

#include "losscast/model/loss_sde.hpp"
#include "losscast/schedule/recipe.hpp"
#include "losscast/tails/divergence_law.hpp"

namespace losscast {

inline constexpr double kMostDivergenceCost = 100;  ///< of one run: more than any loss [nats]

/// Throws InputError unless it is a number of nats from 0 to kMostDivergenceCost.
void require_divergence_cost(double cost);

/// What a run counts for if it diverges, beside the loss that it would have come to: `cost` nats more. A schedule's
/// expected loss then becomes
///   E[L] + cost x P(diverge),
/// where L is the final loss of runs without the barrier, and P(diverge) that of DivergenceLaw. What is added is the
/// same for every path and every parameter draw.
class DivergenceCost {
 public:
  /// Nothing is added.
  DivergenceCost() = default;
  /// A cost of 0 adds nothing, whatever the law. Throws InputError as require_divergence_cost() does and, for a cost
  /// above 0, if the law has no barrier.
  DivergenceCost(double cost, const LossSde& sde);

  double of_a_run() const { return cost_; }  ///< if it diverges [nats]
  bool any() const { return cost_ > 0; }     ///< whether anything is added

  /// P(diverge) of a schedule; 0 where nothing is added. Safe to call from several threads.
  double probability(const Recipe& recipe) const { return law_ ? law_->probability(recipe) : 0; }
  /// What is added for a schedule of this probability. [nats]
  double at(double probability) const { return cost_ * probability; }

  /// Adds it to values of some schedules, [recipe][value] [nats].
  void add_to(std::span<const Recipe> recipes, std::span<float> values, int threads) const;

 private:
  double cost_ = 0;
  std::shared_ptr<const DivergenceLaw> law_;  // null where nothing is added
};

}  // namespace losscast
