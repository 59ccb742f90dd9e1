/// \file
/// A race round by round. The candidates of a round may be compared in parts, by any number of processes.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "losscast/race/population.hpp"
#include "losscast/race/race_rules.hpp"

namespace losscast {

/// A race between two rounds: all that the rest of it depends on beside its population and its rules.
struct RaceState {
  std::vector<RaceRound> rounds;      ///< that are over
  std::vector<std::int64_t> leaders;  ///< of these
  std::int64_t best = 0;              ///< candidate, as far as is known
  std::int64_t excluded = 0;          ///< candidates that do not exist, of those that were seen
  double error_spent = 0;             ///< see RaceResult
  /// Ascending numbers that take part in the open round; without, all candidates. When the race is over, those that
  /// were not left behind.
  std::optional<std::vector<std::int64_t>> field;
  RaceRound round;                  ///< the open one; `path_steps` are those that its leader took
  std::vector<float> leader_units;  ///< of the open round's leader [nats]
  double path_steps = 0;            ///< that the population took, what came before the race included
  double seconds = 0;               ///< that the race took
  double seconds_of_unit = 0;       ///< of a candidate, as measured last; 0 if unknown
  double path_steps_of_unit = 0;    ///< likewise
  std::optional<RaceEnd> end;       ///< why it is over, if it is
};

/// What some consecutive candidates of a round have come to.
struct RacePart {
  std::int64_t first = 0;               ///< position in the round's field
  std::int64_t count = 0;               ///< of candidates
  std::int64_t units = 0;               ///< of each
  std::vector<std::int64_t> survivors;  ///< ascending numbers
  /// Of the mean differences to the leader [nats]; infinite where no candidate has one.
  double lowest = std::numeric_limits<double>::infinity();
  std::int64_t lowest_number = -1;  ///< of the first candidate that has it; -1 if none has
  double widest = 0;                ///< half-width of a survivor's interval [nats]
  std::int64_t excluded = 0;        ///< candidates that do not exist
  double path_steps = 0;            ///< that the part took
};

/// A race in progress; race() says how it goes. What it comes to does not depend on how its rounds are cut into parts.
class RaceRounds {
 public:
  /// Seeks the first leader, and opens the first round. The population must outlive the race. Throws InputError if no
  /// candidate exists.
  RaceRounds(Population& population, const RaceRules& rules);

  /// Goes on from the state of a race of the same rules, and of a population with the same values. Throws InputError if
  /// no such race can be in this state.
  RaceRounds(Population& population, const RaceRules& rules, RaceState state);

  const RaceState& state() const { return state_; }        ///< where the race is
  bool is_over() const { return state_.end.has_value(); }  ///< whether no round is open
  std::int64_t field_size() const;                         ///< candidates of the open round
  double seconds_ahead() const;                            ///< of the open round, about; 0 if unknown
  double path_steps_ahead() const;                         ///< likewise
  double lowest_loss(const RacePart& part) const;          ///< mean of its best candidate, or infinity [nats]

  /// Compares candidates with the leader: those at positions first ... first + count - 1 of the open round's field. The
  /// observer sees their values if the round is the first one. Precondition: the field has these positions.
  RacePart compare(std::int64_t first, std::int64_t count, RaceObserver& observer);

  /// Ends the open round, and opens the next one if there is one. `parts` cover the field, in its order; `seconds` is
  /// how long they took all together. Throws InputError if they are no such parts, or if every candidate that is left
  /// has lost a unit. Precondition: a round is open.
  void close(std::span<const RacePart> parts, double seconds);

  /// What the race came to. Precondition: it is over.
  RaceResult result() const;

 private:
  void open_round(std::int64_t units);
  std::vector<std::int64_t> numbers_at(std::int64_t first, std::int64_t count) const;
  bool is_in_field(const RacePart& part) const;
  void require_cover(std::span<const RacePart> parts) const;
  std::optional<RaceEnd> end_after(const RaceRound& round, double widest, double seconds) const;
  std::int64_t units_after(std::int64_t units) const;

  Population& population_;
  RaceRules rules_;
  std::int64_t units_at_most_;
  double error_of_round_, slack_;
  RaceState state_;
};

}  // namespace losscast
