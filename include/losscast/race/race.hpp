/// \file
/// A race among very many candidates: round by round it leaves behind those that are surely worse than another one, and
/// then it certifies the best of the others. The procedure, its guarantee and its sources: docs/choosing.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "losscast/engine/stop_rules.hpp"
#include "losscast/race/population.hpp"

namespace losscast {

/// Why a race is over.
enum class RaceEnd {
  decided,     ///< one candidate is left, or all that are left are within delta
  units,       ///< there are no more units
  rounds,      ///< StopRules::rounds are done
  path_steps,  ///< StopRules::path_steps do not suffice for another round
  seconds,     ///< StopRules::seconds do not
};
/// Returns the reason in words, in which units are called paths.
const char* race_end_name(RaceEnd end);

/// A round of a race.
struct RaceRound {
  std::int64_t candidates = 0;  ///< that took part
  std::int64_t units = 0;       ///< of each, from the first on
  std::int64_t survivors = 0;   ///< that were not left behind
  std::int64_t leader = 0;      ///< against which they were measured
  double path_steps = 0;        ///< that the round took
};

/// What a race has come to.
struct RaceResult {
  std::vector<std::int64_t> finalists;  ///< ascending numbers: survivors and former leaders
  std::vector<std::int64_t> leaders;    ///< against which others were left behind, in their order
  std::int64_t best = 0;                ///< of the finalists, as far as is known
  std::int64_t excluded = 0;            ///< candidates that do not exist
  double error_spent = 0;               ///< probability that the best candidate was left behind for a leader that is
                                        ///< worse by delta / 2, at most
  std::vector<RaceRound> rounds;        ///< in their order
  RaceEnd end = RaceEnd::decided;       ///< why it is over
};

/// What decides a race, and what it may spend.
struct RaceRules {
  double delta = 1e-3;       ///< the smallest difference that matters [nats]
  double confidence = 0.95;  ///< of the certificate
  double unit_error = 0;  ///< by which the difference of two candidates' values may be off, whatever the units [nats]
  std::int64_t first_units = 32;           ///< of each candidate in the first round
  std::int64_t growth = 4;                 ///< of the units from round to round
  std::optional<std::int64_t> most_units;  ///< of a candidate
  StopRules stop;                          ///< what the race may spend
};

/// Is told how a race goes.
class RaceObserver {
 public:
  /// Observers are deleted through their base.
  virtual ~RaceObserver() = default;

  /// Takes the values of some candidates in the first round: their numbers, and [candidate][first_units] [nats].
  virtual void see(std::span<const std::int64_t>, std::span<const float>) {}
};

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
