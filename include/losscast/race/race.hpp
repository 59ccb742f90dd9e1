// A race among very many candidates: round by round it leaves behind those that are surely worse than another one, and
// then it certifies the best of the others. The procedure, its guarantee and its sources: docs/choosing.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "losscast/engine/stop_rules.hpp"

namespace losscast {

// What candidates are measured on: units, each of which is, say, one parameter draw or the mean over a few paths. All
// candidates are measured on the same units (common random numbers). A candidate's value is its mean over all units.
class Population {
 public:
  virtual ~Population() = default;
  virtual std::int64_t candidates() const = 0;
  virtual std::int64_t units() const = 0;  // how many there are; a mean over all of them is exact

  // Writes the units first ... first + count - 1 of the candidates `numbers` to out[candidate * count + unit] [nats]:
  // NaN for a candidate that does not exist, +infinity for a unit that has no value.
  virtual void observe(std::span<const std::int64_t> numbers, std::int64_t first, std::int64_t count,
                       std::span<float> out) = 0;

  virtual double path_steps() const = 0;  // what all calls so far took
};

enum class RaceEnd { decided, units, rounds, path_steps, seconds };
const char* race_end_name(RaceEnd end);

struct RaceRound {
  std::int64_t candidates = 0;  // how many took part
  std::int64_t units = 0;       // how many each was measured on, from the first on
  std::int64_t survivors = 0;   // how many were not left behind
  std::int64_t leader = 0;      // the number of the candidate that all were compared with
  double path_steps = 0;
};

struct RaceResult {
  std::vector<std::int64_t> finalists;  // numbers of the survivors and of all leaders, ascending
  std::vector<std::int64_t> leaders;    // the leaders of the rounds, in their order
  std::int64_t best = 0;                // the finalist with the lowest mean on the units seen
  std::int64_t excluded = 0;            // how many candidates do not exist
  // An upper bound on the probability that the best candidate was left behind although its round's leader is worse than
  // it by delta / 2 or more.
  double error_spent = 0;
  std::vector<RaceRound> rounds;
  RaceEnd end = RaceEnd::decided;
};

// How far a race has come. A race that goes on from here has the same result as one that was never interrupted.
struct RaceProgress {
  RaceResult before;  // the rounds that are over; `best` and `excluded` also count what the present round has seen
  std::optional<std::vector<std::int64_t>> field;  // numbers of those in the present round; nothing: all candidates
  RaceRound round;                                 // the present round; its `path_steps` are those when it began
  std::int64_t seen = 0;                           // how many of the field have been measured
  std::vector<std::int64_t> left;                  // numbers of the survivors among these
  double lowest = 0;                               // their lowest mean difference to the leader [nats]
  double widest = 0;                               // the widest half-width of their intervals [nats]
  double path_steps = 0;                           // what the race took so far
  double seconds = 0, seconds_at_round = 0;        // what it took so far, and when the present round began
};

struct RaceRules {
  double delta = 1e-3;  // the smallest difference that matters [nats]
  double confidence = 0.95;
  double unit_error = 0;  // error of the difference of two candidates' values that more units do not reduce [nats]
  std::int64_t first_units = 32;
  std::int64_t growth = 4;                 // factor by which units grow from round to round
  std::optional<std::int64_t> most_units;  // a candidate is measured on no more than these
  StopRules stop;
};

// Is told how a race goes.
class RaceObserver {
 public:
  virtual ~RaceObserver() = default;

  // Takes the values of some candidates in the first round: their numbers, and [candidate][first_units] [nats].
  virtual void see(std::span<const std::int64_t>, std::span<const float>) {}
  virtual void after_round(const RaceRound&) {}

  // Is called every few thousand candidates, with the state from which the race could go on. An exception that it
  // throws ends the race.
  virtual void after_part(const RaceProgress&) {}
};

// In each round every remaining candidate is compared with one leader, both on the same units; the next round takes
// rules.growth times as many. A candidate is left behind if its mean difference to the leader is above
// max(0, W - delta / 2), where W is the half-width of a paired t interval. The intervals are so wide that the
// probability that any of them misses, over all candidates and rounds, is at most (1 - confidence) / 2. The best
// candidate leads the next round. The race is decided when one candidate is left, or when W <= delta / 2 for all. With
// `from`, which must come from a race of the same rules and population, it goes on from there. Throws InputError if no
// candidate exists.
RaceResult race(Population& population, const RaceRules& rules, RaceObserver& observer,
                std::optional<RaceProgress> from = {});
RaceResult race(Population& population, const RaceRules& rules);  // without an observer

// A finalist beside the winner.
struct Standing {
  std::int64_t number = 0;
  double difference = 0;      // its mean minus the winner's [nats]
  double standard_error = 0;  // 0 if the difference is over all units
};

struct Selection {
  std::int64_t winner = 0;
  bool exact = false;              // the finalists were measured on all units, so that their order is certain
  double p_selection = 0;          // lower bound on P(the winner is within delta of the best of all candidates)
  bool certified = false;          // p_selection >= confidence
  std::vector<Standing> standing;  // all finalists but the winner, best first
};

// Measures the finalists of a race once more, on the first `units` units of `population`, and says how sure the choice
// of the winner is. If these are all units of the population, the winner is the finalist with the lowest mean, which is
// then exact. Otherwise it is the finalist that the race found best, and the population is one of two: a fresh one,
// with other random numbers than the race had; or the race's own, if that has too many units to take all. If the winner
// has a unit without a value, nothing is certified.
Selection certify(Population& population, std::int64_t units, const RaceResult& raced, const RaceRules& rules);

}  // namespace losscast
