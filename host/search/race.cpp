#include "losscast/search/race.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>

#include "losscast/error.hpp"
#include "paired.hpp"
#include "student_t.hpp"

namespace losscast {
namespace {

constexpr std::int64_t kScouts = 4096;  // candidates among which the first leader is sought

double seconds_since(std::chrono::steady_clock::time_point began) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

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
double half_width(const PairedMoments& of, double t, std::int64_t units, std::int64_t all) {
  return of.deviation > 0 ? t * of.deviation * error_factor(units, all) : 0;
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

// The best of candidates spread evenly over all numbers; where none of these exists, of all.
std::int64_t scout(Population& population, std::int64_t units) {
  const std::int64_t all = population.candidates(), count = std::min(all, kScouts);
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) numbers[static_cast<std::size_t>(i)] = i * all / count;
  std::int64_t best = lowest_of(population, numbers, units);
  for (std::int64_t first = 0; best < 0 && first < all; first += kScouts) {
    numbers.resize(static_cast<std::size_t>(std::min(kScouts, all - first)));
    std::iota(numbers.begin(), numbers.end(), first);
    best = lowest_of(population, numbers, units);
  }
  if (best < 0) throw InputError("no candidate of the search has a finite loss (nothing can be ranked)");
  return best;
}

// The numbers of a round: all candidates at first, then those that are listed.
class Field {
 public:
  explicit Field(std::int64_t all) : all_(all) {}
  std::int64_t size() const { return listed_ ? static_cast<std::int64_t>(numbers_.size()) : all_; }
  void keep(std::vector<std::int64_t> numbers) {
    numbers_ = std::move(numbers);
    listed_ = true;
  }
  std::vector<std::int64_t> part(std::int64_t first, std::int64_t count) const {
    std::vector<std::int64_t> out(static_cast<std::size_t>(count));
    if (listed_)
      std::copy_n(numbers_.begin() + first, count, out.begin());
    else
      std::iota(out.begin(), out.end(), first);
    return out;
  }
  const std::vector<std::int64_t>& numbers() const { return numbers_; }

 private:
  std::int64_t all_;
  bool listed_ = false;
  std::vector<std::int64_t> numbers_;
};

}  // namespace

const char* race_end_name(RaceEnd end) {
  switch (end) {
    case RaceEnd::decided:
      return "decided";
    case RaceEnd::units:
      return "paths";
    case RaceEnd::rounds:
      return "rounds";
    case RaceEnd::path_steps:
      return "path-steps";
    case RaceEnd::seconds:
      break;
  }
  return "seconds";
}

RaceResult race(Population& population, const RaceRules& rules) {
  const auto began = std::chrono::steady_clock::now();
  const std::int64_t all = population.candidates(), all_units = population.units();
  const std::int64_t units_at_most = most_units(population, rules);
  const int planned = planned_rounds(units_at_most, rules);
  const double error_of_round = (1 - rules.confidence) / 2 / planned;
  const double slack = rules.delta / 2 - rules.unit_error;

  RaceResult result;
  std::int64_t units = std::min(rules.first_units, units_at_most);
  result.best = scout(population, units);
  Field field(all);
  for (int number = 1;; ++number) {
    // A leader that loses a unit is no measure for others.
    if (number > 1 && !PairedSample(population, result.best, units).is_whole())
      result.best = lowest_of(population, field.numbers(), units);
    if (result.best < 0) throw InputError("every candidate that is left has lost paths (nothing can be ranked)");
    RaceRound round{field.size(), units, 0, result.best, population.path_steps()};
    const double seconds_before = seconds_since(began);
    const double t = student_exceeded(error_of_round / static_cast<double>(std::max<std::int64_t>(all - 1, 1)),
                                      static_cast<double>(std::max<std::int64_t>(units - 1, 1)));
    const PairedSample leader(population, round.leader, units);
    std::vector<std::int64_t> left;
    double lowest = 0, widest = 0;
    for (std::int64_t first = 0; first < field.size();) {
      const std::int64_t count = std::min(field.size() - first, candidates_at_once(units));
      const std::vector<std::int64_t> numbers = field.part(first, count);
      const PairedPart part = leader.compare(population, numbers);
      if (number == 1 && rules.watch) rules.watch(numbers, part.values);
      for (std::size_t i = 0; i < numbers.size(); ++i) {
        const PairedMoments& one = part.moments[i];
        if (std::isnan(one.mean)) {
          ++result.excluded;
          continue;
        }
        const double half = half_width(one, t, units, all_units);
        if (one.mean > std::max(0.0, half - slack)) continue;
        widest = std::max(widest, half);
        left.push_back(numbers[i]);
        if (one.mean >= lowest) continue;
        lowest = one.mean;
        result.best = numbers[i];
      }
      first += count;
    }
    round.survivors = static_cast<std::int64_t>(left.size());
    round.path_steps = population.path_steps() - round.path_steps;
    result.rounds.push_back(round);
    if (rules.after_round) rules.after_round(round);
    result.leaders.push_back(round.leader);
    result.error_spent += error_of_round;
    field.keep(std::move(left));

    // Within delta / 2 of the leader on either side, the best of them is within delta of any.
    if (units == all_units || field.size() <= 1 || widest <= slack) break;
    const std::int64_t next = std::min(units * rules.growth, units_at_most);
    const double growth = static_cast<double>(field.size()) / static_cast<double>(round.candidates) *
                          static_cast<double>(next) / static_cast<double>(units);
    const double seconds = seconds_since(began);
    if (next == units) {
      result.end = RaceEnd::units;
    } else if (rules.most_rounds && number >= *rules.most_rounds) {
      result.end = RaceEnd::rounds;
    } else if (rules.most_path_steps && population.path_steps() + growth * round.path_steps > *rules.most_path_steps) {
      result.end = RaceEnd::path_steps;
    } else if (rules.most_seconds && seconds + growth * (seconds - seconds_before) > *rules.most_seconds) {
      result.end = RaceEnd::seconds;
    } else {
      units = next;
      continue;
    }
    break;
  }
  result.finalists = field.numbers();
  result.finalists.insert(result.finalists.end(), result.leaders.begin(), result.leaders.end());
  std::sort(result.finalists.begin(), result.finalists.end());
  result.finalists.erase(std::unique(result.finalists.begin(), result.finalists.end()), result.finalists.end());
  return result;
}

Selection certify(Population& population, std::int64_t units, const RaceResult& raced, const RaceRules& rules) {
  Selection selection;
  selection.exact = units == population.units();
  selection.winner = raced.best;
  const std::vector<std::int64_t>& finalists = raced.finalists;
  if (selection.exact) {
    double lowest = std::numeric_limits<double>::infinity();
    for_each_mean(population, finalists, units, [&](std::int64_t number, double mean) {
      if (!(mean < lowest)) return;
      lowest = mean;
      selection.winner = number;
    });
  }
  const PairedSample winner(population, selection.winner, units);
  if (!winner.is_whole()) return selection;  // that it is the best cannot be known
  const double factor = error_factor(units, population.units());
  double error = raced.error_spent;
  for (std::size_t first = 0; first < finalists.size();) {
    const std::size_t count = std::min(finalists.size() - first, static_cast<std::size_t>(candidates_at_once(units)));
    const std::span<const std::int64_t> numbers = std::span(finalists).subspan(first, count);
    const PairedPart part = winner.compare(population, numbers);
    for (std::size_t i = 0; i < count; ++i) {
      if (numbers[i] == selection.winner) continue;
      const PairedMoments& one = part.moments[i];
      const Standing standing{numbers[i], one.mean, one.deviation * factor};
      selection.standing.push_back(standing);
      // Those that a leader left behind are worse than it by more than -delta / 2, so that the winner must not be
      // worse than a leader by more than delta / 2.
      const bool was_leader = std::find(raced.leaders.begin(), raced.leaders.end(), numbers[i]) != raced.leaders.end();
      const double room = (was_leader ? rules.delta / 2 : rules.delta) - rules.unit_error + standing.difference;
      if (standing.standard_error > 0)
        error += student_tail(room / standing.standard_error, static_cast<double>(units - 1));
      else if (room < 0)
        error = 1;
    }
    first += count;
  }
  std::stable_sort(selection.standing.begin(), selection.standing.end(),
                   [](const Standing& a, const Standing& b) { return a.difference < b.difference; });
  selection.p_selection = std::max(0.0, 1 - error);
  selection.certified = selection.p_selection >= rules.confidence;
  return selection;
}

}  // namespace losscast
