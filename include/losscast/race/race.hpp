// A race among very many candidates: those that are worse than another for sure are left behind, round by round, and
// what is left is certified. The procedure, its guarantee and its sources: docs/choosing.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "losscast/engine/stop_rules.hpp"
#include "losscast/race/population.hpp"

namespace losscast {

enum class RaceEnd { decided, units, rounds, path_steps, seconds };
const char* race_end_name(RaceEnd end);

struct RaceRound {
  std::int64_t candidates = 0;  // that took part
  std::int64_t units = 0;       // of each, from the first on
  std::int64_t survivors = 0;
  std::int64_t leader = 0;  // against which they were measured
  double path_steps = 0;
};

struct RaceResult {
  std::vector<std::int64_t> finalists;  // ascending numbers: survivors and former leaders
  std::vector<std::int64_t> leaders;    // against which others were left behind, in their order
  std::int64_t best = 0;                // of the finalists, as far as is known
  std::int64_t excluded = 0;            // candidates that do not exist
  double error_spent = 0;               // probability that the best candidate was left behind for a leader that is
                                        // worse by delta / 2, at most
  std::vector<RaceRound> rounds;
  RaceEnd end = RaceEnd::decided;
};

// How far a race has come: from here it goes on to the same result.
struct RaceProgress {
  RaceResult before;  // the rounds that are over; `best` and `excluded` count what this one has seen, too
  std::optional<std::vector<std::int64_t>> field;  // numbers that take part in this round; without, all candidates
  RaceRound round;                                 // this one; `path_steps` that were taken when it began
  std::int64_t seen = 0;                           // of the field
  std::vector<std::int64_t> left;                  // survivors among those
  double lowest = 0;                               // of their mean differences to the leader [nats]
  double widest = 0;                               // of their intervals' half-widths [nats]
  double path_steps = 0;                           // that the race took
  double seconds = 0, seconds_at_round = 0;        // likewise, and when this round began
};

struct RaceRules {
  double delta = 1e-3;  // the smallest difference that matters [nats]
  double confidence = 0.95;
  double unit_error = 0;  // by which the difference of two candidates' values may be off, whatever the units [nats]
  std::int64_t first_units = 32;
  std::int64_t growth = 4;                 // of the units from round to round
  std::optional<std::int64_t> most_units;  // of a candidate
  StopRules stop;
};

// Told how a race goes.
class RaceObserver {
 public:
  virtual ~RaceObserver() = default;

  // The values of some candidates in the first round: numbers, and [candidate][first_units] [nats].
  virtual void see(std::span<const std::int64_t>, std::span<const float>) {}
  virtual void after_round(const RaceRound&) {}

  // From where the race could go on, every few thousand candidates. May throw, and the race is over.
  virtual void after_part(const RaceProgress&) {}
};

// Round by round, every candidate left is compared with one leader, on the same units and four times as many as before.
// It is left behind where its mean difference to the leader is above max(0, W - delta / 2), W the half-width of a
// paired t interval; over all candidates and rounds, intervals miss with probability (1 - confidence) / 2 at most. The
// best becomes leader of the next round. It is decided when one is left, or W <= delta / 2 for all. Goes on from where
// a race of the same rules and population had come to, if that is given. Throws InputError if there is no candidate.
RaceResult race(Population& population, const RaceRules& rules, RaceObserver& observer,
                std::optional<RaceProgress> from = {});
RaceResult race(Population& population, const RaceRules& rules);  // that nobody watches

// A finalist beside the winner.
struct Standing {
  std::int64_t number = 0;
  double difference = 0;      // its mean minus the winner's [nats]
  double standard_error = 0;  // 0 over all units
};

struct Selection {
  std::int64_t winner = 0;
  bool exact = false;              // over all units: nothing of the finalists' order is left to chance
  double p_selection = 0;          // that the winner is within delta of the best of all candidates, at least
  bool certified = false;          // p_selection >= confidence
  std::vector<Standing> standing;  // all finalists but the winner, best first
};

// Chooses the best of a race's finalists on `units` units of a population: all there are; or those of a fresh one; or,
// where the former are too many, those of the race, on which the finalists' order then rests. Where the best of them
// has lost a unit nothing is certified.
Selection certify(Population& population, std::int64_t units, const RaceResult& raced, const RaceRules& rules);

}  // namespace losscast
