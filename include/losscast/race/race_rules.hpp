/// \file
/// What decides a race, what a round of it finds, and what it comes to.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "losscast/engine/stop_rules.hpp"

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

}  // namespace losscast
