/// \file
/// A race among very many candidates: round by round it leaves behind those that are surely worse than another one, and
/// then it certifies the best of the others. The procedure, its guarantee and its sources: docs/choosing.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "losscast/race/population.hpp"
#include "losscast/race/race_rules.hpp"

namespace losscast {

/// In each round every remaining candidate is compared with one leader, both on the same units; the next round takes
/// rules.growth times as many. A candidate is left behind if its mean difference to the leader is above
/// max(0, W - delta / 2), where W is the half-width of a paired t interval. The intervals are so wide that the
/// probability that any of them misses, over all candidates and rounds, is at most (1 - confidence) / 2. The best
/// candidate leads the next round. The race is decided when one candidate is left, or when W <= delta / 2 for all.
/// RaceRounds is the same race in parts. Throws InputError if no candidate exists.
RaceResult race(Population& population, const RaceRules& rules, RaceObserver& observer);
RaceResult race(Population& population, const RaceRules& rules);  ///< without an observer

/// A finalist beside the winner.
struct Standing {
  std::int64_t number = 0;    ///< the finalist's
  double difference = 0;      ///< its mean minus the winner's [nats]
  double standard_error = 0;  ///< 0 if the difference is over all units
};

/// The winner of a race, and how sure it is.
struct Selection {
  std::int64_t winner = 0;         ///< its number
  bool exact = false;              ///< over all units: nothing of the finalists' order is left to chance
  double p_selection = 0;          ///< that the winner is within delta of the best of all candidates, at least
  bool certified = false;          ///< p_selection >= confidence
  std::vector<Standing> standing;  ///< all finalists but the winner, best first
};

/// Measures the finalists of a race once more, on the first `units` units of `population`, and says how sure the choice
/// of the winner is. If these are all units of the population, the winner is the finalist with the lowest mean, which
/// is then exact. Otherwise it is the finalist that the race found best, and the population is one of two: a fresh one,
/// with other random numbers than the race had; or the race's own, if that has too many units to take all. If the
/// winner has a unit without a value, nothing is certified.
Selection certify(Population& population, std::int64_t units, const RaceResult& raced, const RaceRules& rules);

}  // namespace losscast
