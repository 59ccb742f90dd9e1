#include "losscast/race/race_rounds.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <limits>
#include <numeric>

#include "base/stopwatch.hpp"
#include "losscast/base/contract.hpp"
#include "losscast/base/error.hpp"
#include "race/paired.hpp"
#include "random/student_t.hpp"

namespace losscast {
namespace {

constexpr std::int64_t kScouts = 4096;  // candidates among which the first leader is sought

std::int64_t most_units(const Population& population, const RaceRules& rules) {
  return std::min(population.units(), rules.most_units.value_or(population.units()));
}

// Rounds until all units are taken, or as many as may be.
int planned_rounds(std::int64_t units, const RaceRules& rules) {
  int rounds = 1;
  for (std::int64_t taken = rules.first_units; taken < units && rounds < 32; taken *= rules.growth) ++rounds;
  return rounds;
}

// Half-width of a t interval of the mean over all units, from a sample without replacement.
double half_width(const PairedMoments& difference, double t, std::int64_t units, std::int64_t all) {
  return difference.deviation > 0 ? t * difference.deviation * error_factor(units, all) : 0;
}

// The lowest mean of some candidates over their first units; -1 if none is finite.
std::int64_t lowest_of(Population& population, std::span<const std::int64_t> numbers, std::int64_t units) {
  std::int64_t best = -1;
  double lowest = std::numeric_limits<double>::infinity();
  for_each_mean(population, numbers, units, [&](std::int64_t number, double mean) {
    if (!(mean < lowest)) return;
    lowest = mean;
    best = number;
  });
  return best;
}

struct Scouted {
  std::int64_t best = -1;  // number
  std::int64_t seen = 0;   // candidates
};

// The best of candidates spread evenly over all numbers; where none of these exists, of all.
Scouted scout(Population& population, std::int64_t units) {
  const std::int64_t all = population.candidates(), count = std::min(all, kScouts);
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) numbers[static_cast<std::size_t>(i)] = i * all / count;
  Scouted scouted{lowest_of(population, numbers, units), count};
  for (std::int64_t first = 0; scouted.best < 0 && first < all; first += kScouts) {
    numbers.resize(static_cast<std::size_t>(std::min(kScouts, all - first)));
    std::iota(numbers.begin(), numbers.end(), first);
    scouted.best = lowest_of(population, numbers, units);
    scouted.seen += std::ssize(numbers);
  }
  if (scouted.best < 0) throw InputError("no candidate of the search has a finite loss", "nothing can be ranked", "");
  return scouted;
}

double work_of(std::int64_t candidates, std::int64_t units) {
  return static_cast<double>(candidates) * static_cast<double>(units);
}

bool is_ascending(std::span<const std::int64_t> numbers) {
  return std::adjacent_find(numbers.begin(), numbers.end(), std::greater_equal<>()) == numbers.end();
}

void require_state(bool holds) {
  if (!holds)
    throw InputError("a race cannot be in this state", "it is of another sweep, or of another version", "begin anew");
}

bool is_amount(double number) { return std::isfinite(number) && number >= 0; }

// Whether a race among so many candidates can have had these rounds.
bool were_possible(const RaceState& state, std::int64_t candidates, std::int64_t units) {
  if (state.rounds.size() != state.leaders.size()) return false;
  for (std::size_t i = 0; i < state.rounds.size(); ++i) {
    const RaceRound& round = state.rounds[i];
    const bool holds = round.candidates >= 1 && round.candidates <= candidates && round.survivors >= 0 &&
                       round.survivors <= round.candidates && round.units >= 1 && round.units <= units &&
                       round.leader >= 0 && round.leader < candidates && round.leader == state.leaders[i] &&
                       is_amount(round.path_steps);
    if (!holds) return false;
  }
  return true;
}

bool are_possible_sums(const RaceState& state, std::int64_t candidates) {
  return state.excluded >= 0 && state.excluded <= candidates * (std::ssize(state.rounds) + 1) &&
         is_amount(state.error_spent) && is_amount(state.path_steps) && is_amount(state.seconds) &&
         is_amount(state.seconds_of_unit) && is_amount(state.path_steps_of_unit);
}

// Whether a race among so many candidates, of which at most so many units are taken, can be in this state.
bool is_possible(const RaceState& state, std::int64_t candidates, std::int64_t units) {
  const auto exists = [&](std::int64_t number) { return number >= 0 && number < candidates; };
  if (!exists(state.best) || !were_possible(state, candidates, units) || !are_possible_sums(state, candidates))
    return false;
  if (state.field && (!is_ascending(*state.field) || !std::all_of(state.field->begin(), state.field->end(), exists)))
    return false;
  if (state.end)
    return *state.end >= RaceEnd::decided && *state.end <= RaceEnd::seconds && state.field && !state.rounds.empty();
  return state.field.has_value() != state.rounds.empty() && (!state.field || !state.field->empty()) &&
         exists(state.round.leader) && state.round.units > 0 && state.round.units <= units &&
         std::ssize(state.leader_units) == state.round.units && is_amount(state.round.path_steps) &&
         state.round.candidates == (state.field ? std::ssize(*state.field) : candidates);
}

// Adds what was seen of some candidates. `slack`: by how much intervals may be wider than zero.
void add(RacePart& part, std::span<const std::int64_t> numbers, std::span<const PairedMoments> moments,
         const std::function<double(const PairedMoments&)>& half_width_of, double slack) {
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const PairedMoments& one = moments[i];
    if (std::isnan(one.mean)) {
      ++part.excluded;
      continue;
    }
    if (one.mean < part.lowest) {
      part.lowest = one.mean;
      part.lowest_number = numbers[i];
    }
    const double half = half_width_of(one);
    if (one.mean > std::max(0.0, half - slack)) continue;
    part.widest = std::max(part.widest, half);
    part.survivors.push_back(numbers[i]);
  }
}

// What all parts of a round have come to together.
RacePart joined(std::span<const RacePart> parts) {
  RacePart all;
  for (const RacePart& part : parts) {
    all.survivors.insert(all.survivors.end(), part.survivors.begin(), part.survivors.end());
    if (part.lowest < all.lowest) {
      all.lowest = part.lowest;
      all.lowest_number = part.lowest_number;
    }
    all.widest = std::max(all.widest, part.widest);
    all.excluded += part.excluded;
    all.path_steps += part.path_steps;
  }
  return all;
}

}  // namespace

RaceRounds::RaceRounds(Population& population, const RaceRules& rules)
    : population_(population),
      rules_(rules),
      units_at_most_(most_units(population, rules)),
      error_of_round_((1 - rules.confidence) / 2 / planned_rounds(units_at_most_, rules)),
      slack_(rules.delta / 2 - rules.unit_error) {
  const Stopwatch watch;
  const std::int64_t units = std::min(rules_.first_units, units_at_most_);
  const double steps_before = population_.path_steps();
  const Scouted scouted = scout(population_, units);
  state_.best = scouted.best;
  state_.seconds_of_unit = watch.seconds() / work_of(scouted.seen, units);
  state_.path_steps_of_unit = (population_.path_steps() - steps_before) / work_of(scouted.seen, units);
  open_round(units);
  state_.path_steps = population_.path_steps();
  state_.seconds = watch.seconds();
}

RaceRounds::RaceRounds(Population& population, const RaceRules& rules, RaceState state)
    : population_(population),
      rules_(rules),
      units_at_most_(most_units(population, rules)),
      error_of_round_((1 - rules.confidence) / 2 / planned_rounds(units_at_most_, rules)),
      slack_(rules.delta / 2 - rules.unit_error),
      state_(std::move(state)) {
  require_state(is_possible(state_, population_.candidates(), units_at_most_));
}

std::int64_t RaceRounds::field_size() const {
  return state_.field ? std::ssize(*state_.field) : population_.candidates();
}

double RaceRounds::seconds_ahead() const {
  return is_over() ? 0 : state_.seconds_of_unit * work_of(field_size(), state_.round.units);
}

double RaceRounds::path_steps_ahead() const {
  return is_over() ? 0 : state_.path_steps_of_unit * work_of(field_size(), state_.round.units);
}

double RaceRounds::lowest_loss(const RacePart& part) const {
  const std::vector<float>& leader = state_.leader_units;
  return std::accumulate(leader.begin(), leader.end(), 0.0) / static_cast<double>(leader.size()) + part.lowest;
}

// The best so far leads, on so many units.
void RaceRounds::open_round(std::int64_t units) {
  const double steps_before = population_.path_steps();
  PairedSample leader(population_, state_.best, units);
  // A leader that loses a unit is no measure for others.
  if (!leader.is_whole() && state_.field) {
    state_.best = lowest_of(population_, *state_.field, units);
    if (state_.best < 0) throw InputError("every candidate that is left has lost paths", "nothing can be ranked", "");
    leader = PairedSample(population_, state_.best, units);
  }
  state_.round = {field_size(), units, 0, state_.best, population_.path_steps() - steps_before};
  state_.leader_units = std::move(leader).values();
}

std::vector<std::int64_t> RaceRounds::numbers_at(std::int64_t first, std::int64_t count) const {
  std::vector<std::int64_t> out(static_cast<std::size_t>(count));
  if (state_.field)
    std::copy_n(state_.field->begin() + first, count, out.begin());
  else
    std::iota(out.begin(), out.end(), first);
  return out;
}

RacePart RaceRounds::compare(std::int64_t first, std::int64_t count, RaceObserver& observer) {
  LOSSCAST_EXPECTS(!is_over() && first >= 0 && count >= 0 && count <= field_size() - first);
  const std::int64_t units = state_.round.units, all = population_.units();
  const double steps_before = population_.path_steps();
  // Half-widths of intervals in standard errors.
  const double t =
      student_exceeded(error_of_round_ / static_cast<double>(std::max<std::int64_t>(population_.candidates() - 1, 1)),
                       static_cast<double>(std::max<std::int64_t>(units - 1, 1)));
  const PairedSample leader(state_.leader_units);
  RacePart part;
  part.first = first;
  part.count = count;
  part.units = units;
  for (std::int64_t at = first; at < first + count; at += candidates_at_once(units)) {
    const std::vector<std::int64_t> numbers = numbers_at(at, std::min(candidates_at_once(units), first + count - at));
    const PairedPart seen = leader.compare(population_, numbers);
    if (state_.rounds.empty()) observer.see(numbers, seen.values);
    add(
        part, numbers, seen.moments, [&](const PairedMoments& one) { return half_width(one, t, units, all); }, slack_);
  }
  part.path_steps = population_.path_steps() - steps_before;
  return part;
}

// Whether the numbers of a part lie at its positions, which the field has, and its sums are those of such candidates.
bool RaceRounds::is_in_field(const RacePart& part) const {
  const auto lies_there = [&](std::int64_t number) {
    if (!state_.field) return number >= part.first && number < part.first + part.count;
    const auto there =
        std::span(*state_.field).subspan(static_cast<std::size_t>(part.first), static_cast<std::size_t>(part.count));
    return std::binary_search(there.begin(), there.end(), number);
  };
  return is_ascending(part.survivors) && std::all_of(part.survivors.begin(), part.survivors.end(), lies_there) &&
         (part.lowest_number == -1 ? part.lowest == std::numeric_limits<double>::infinity()
                                   : lies_there(part.lowest_number) && std::isfinite(part.lowest)) &&
         part.excluded >= 0 && part.excluded <= part.count && part.widest >= 0 && is_amount(part.path_steps);
}

void RaceRounds::require_cover(std::span<const RacePart> parts) const {
  std::int64_t covered = 0;
  for (const RacePart& part : parts) {
    const bool follows = part.first == covered && part.units == state_.round.units && part.count >= 0 &&
                         part.count <= field_size() - covered;
    if (!follows || !is_in_field(part))
      throw InputError("a part does not belong to the race's open round",
                       "it is of another round, or they are not in their order", "compute the parts of this round");
    covered += part.count;
  }
  if (covered < field_size()) throw InputError("parts of the race's open round are missing", "", "compute them first");
}

void RaceRounds::close(std::span<const RacePart> parts, double seconds) {
  LOSSCAST_EXPECTS(!is_over());
  require_cover(parts);
  RacePart all = joined(parts);
  RaceRound round = state_.round;
  round.survivors = std::ssize(all.survivors);
  round.path_steps += all.path_steps;
  state_.path_steps += all.path_steps;
  state_.seconds += seconds;
  if (seconds > 0) state_.seconds_of_unit = seconds / work_of(round.candidates, round.units);
  state_.path_steps_of_unit = all.path_steps / work_of(round.candidates, round.units);
  state_.excluded += all.excluded;
  state_.error_spent += error_of_round_;
  if (all.lowest < 0) state_.best = all.lowest_number;
  state_.rounds.push_back(round);
  state_.leaders.push_back(round.leader);
  state_.field = std::move(all.survivors);
  state_.leader_units.clear();
  state_.round = {};
  state_.end = end_after(round, all.widest, seconds);
  if (is_over()) return;
  const Stopwatch opening;
  open_round(units_after(round.units));
  state_.path_steps += state_.round.path_steps;
  state_.seconds += opening.seconds();
}

std::int64_t RaceRounds::units_after(std::int64_t units) const {
  return std::min(units * rules_.growth, units_at_most_);
}

// Why the race is over after a round that took so many seconds, if it is.
std::optional<RaceEnd> RaceRounds::end_after(const RaceRound& round, double widest, double seconds) const {
  // Within delta / 2 of the leader on either side, the best of them is within delta of any.
  if (round.units == population_.units() || round.survivors <= 1 || widest <= slack_) return RaceEnd::decided;
  const std::int64_t next = units_after(round.units);
  const double growth = static_cast<double>(round.survivors) / static_cast<double>(round.candidates) *
                        static_cast<double>(next) / static_cast<double>(round.units);
  if (next == round.units) return RaceEnd::units;
  if (rules_.stop.rounds && std::ssize(state_.rounds) >= *rules_.stop.rounds) return RaceEnd::rounds;
  if (rules_.stop.path_steps &&
      state_.path_steps + growth * round.path_steps > static_cast<double>(*rules_.stop.path_steps))
    return RaceEnd::path_steps;
  if (rules_.stop.seconds && state_.seconds + growth * seconds > *rules_.stop.seconds) return RaceEnd::seconds;
  return {};
}

RaceResult RaceRounds::result() const {
  LOSSCAST_EXPECTS(is_over());
  RaceResult out;
  out.finalists = *state_.field;
  out.finalists.insert(out.finalists.end(), state_.leaders.begin(), state_.leaders.end());
  std::sort(out.finalists.begin(), out.finalists.end());
  out.finalists.erase(std::unique(out.finalists.begin(), out.finalists.end()), out.finalists.end());
  out.leaders = state_.leaders;
  out.best = state_.best;
  out.excluded = state_.excluded;
  out.error_spent = state_.error_spent;
  out.rounds = state_.rounds;
  out.end = *state_.end;
  return out;
}

}  // namespace losscast
