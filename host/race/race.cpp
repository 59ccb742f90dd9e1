#include "losscast/race/race.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>

#include "losscast/base/error.hpp"
#include "race/paired.hpp"
#include "random/student_t.hpp"

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
  if (best < 0) throw InputError("no candidate of the search has a finite loss", "nothing can be ranked", "");
  return best;
}

class Race {
 public:
  Race(Population& population, const RaceRules& rules, RaceObserver& observer)
      : population_(population),
        rules_(rules),
        observer_(observer),
        units_at_most_(most_units(population, rules)),
        error_of_round_((1 - rules.confidence) / 2 / planned_rounds(units_at_most_, rules)),
        slack_(rules.delta / 2 - rules.unit_error) {}

  void begin() {
    now_.round.units = std::min(rules_.first_units, units_at_most_);
    now_.before.best = scout(population_, now_.round.units);
    begin_round();
  }

  void go_on_from(RaceProgress progress) {
    now_ = std::move(progress);
    leader_.emplace(population_, now_.round.leader, now_.round.units);
    steps_elsewhere_ = now_.path_steps - population_.path_steps();
    seconds_elsewhere_ = now_.seconds - seconds_since(began_);
  }

  void finish_round() {
    const double t =
        student_exceeded(error_of_round_ / static_cast<double>(std::max<std::int64_t>(population_.candidates() - 1, 1)),
                         static_cast<double>(std::max<std::int64_t>(now_.round.units - 1, 1)));
    while (now_.seen < field_size()) {
      compare_part(t);
      now_.path_steps = path_steps();
      now_.seconds = seconds();
      observer_.after_part(now_);
    }
    RaceRound& round = now_.round;
    round.survivors = static_cast<std::int64_t>(now_.left.size());
    round.path_steps = path_steps() - round.path_steps;
    now_.before.rounds.push_back(round);
    now_.before.leaders.push_back(round.leader);
    now_.before.error_spent += error_of_round_;
    observer_.after_round(round);
  }

  // Why the race is over after a finished round, if it is; else the next one has begun.
  std::optional<RaceEnd> go_on() {
    // Within delta / 2 of the leader on either side, the best of them is within delta of any.
    const RaceRound& round = now_.round;
    if (round.units == population_.units() || round.survivors <= 1 || now_.widest <= slack_) return RaceEnd::decided;
    const std::int64_t next = std::min(round.units * rules_.growth, units_at_most_);
    const double growth = static_cast<double>(round.survivors) / static_cast<double>(round.candidates) *
                          static_cast<double>(next) / static_cast<double>(round.units);
    if (next == round.units) return RaceEnd::units;
    if (rules_.stop.rounds && std::ssize(now_.before.rounds) >= *rules_.stop.rounds) return RaceEnd::rounds;
    if (rules_.stop.path_steps &&
        path_steps() + growth * round.path_steps > static_cast<double>(*rules_.stop.path_steps))
      return RaceEnd::path_steps;
    if (rules_.stop.seconds && seconds() + growth * (seconds() - now_.seconds_at_round) > *rules_.stop.seconds)
      return RaceEnd::seconds;
    now_.field = std::move(now_.left);
    now_.round.units = next;
    begin_round();
    return {};
  }

  RaceResult result(RaceEnd end) {
    RaceResult out = std::move(now_.before);
    out.end = end;
    out.finalists = std::move(now_.left);
    out.finalists.insert(out.finalists.end(), out.leaders.begin(), out.leaders.end());
    std::sort(out.finalists.begin(), out.finalists.end());
    out.finalists.erase(std::unique(out.finalists.begin(), out.finalists.end()), out.finalists.end());
    return out;
  }

 private:
  std::int64_t field_size() const { return now_.field ? std::ssize(*now_.field) : population_.candidates(); }
  double path_steps() const { return population_.path_steps() + steps_elsewhere_; }
  double seconds() const { return seconds_since(began_) + seconds_elsewhere_; }

  // The best so far leads, on as many units as are set.
  void begin_round() {
    std::int64_t& best = now_.before.best;
    const std::int64_t units = now_.round.units;
    const double steps_before = path_steps();
    leader_.emplace(population_, best, units);
    // A leader that loses a unit is no measure for others.
    if (!leader_->is_whole() && now_.field) {
      best = lowest_of(population_, *now_.field, units);
      if (best < 0) throw InputError("every candidate that is left has lost paths", "nothing can be ranked", "");
      leader_.emplace(population_, best, units);
    }
    now_.round = {field_size(), units, 0, best, steps_before};
    now_.seen = 0;
    now_.left.clear();
    now_.lowest = now_.widest = 0;
    now_.seconds_at_round = seconds();
  }

  std::vector<std::int64_t> next_numbers() const {
    std::vector<std::int64_t> out(
        static_cast<std::size_t>(std::min(field_size() - now_.seen, candidates_at_once(now_.round.units))));
    if (now_.field)
      std::copy_n(now_.field->begin() + now_.seen, out.size(), out.begin());
    else
      std::iota(out.begin(), out.end(), now_.seen);
    return out;
  }

  // `t`: half-widths of intervals in standard errors.
  void compare_part(double t) {
    const std::vector<std::int64_t> numbers = next_numbers();
    const PairedPart part = leader_->compare(population_, numbers);
    if (now_.before.rounds.empty()) observer_.see(numbers, part.values);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      const PairedMoments& one = part.moments[i];
      if (std::isnan(one.mean)) {
        ++now_.before.excluded;
        continue;
      }
      const double half = half_width(one, t, now_.round.units, population_.units());
      if (one.mean > std::max(0.0, half - slack_)) continue;
      now_.widest = std::max(now_.widest, half);
      now_.left.push_back(numbers[i]);
      if (one.mean >= now_.lowest) continue;
      now_.lowest = one.mean;
      now_.before.best = numbers[i];
    }
    now_.seen += std::ssize(numbers);
  }

  Population& population_;
  const RaceRules& rules_;
  RaceObserver& observer_;
  std::int64_t units_at_most_;
  double error_of_round_, slack_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  double steps_elsewhere_ = 0, seconds_elsewhere_ = 0;  // before the race went on here
  std::optional<PairedSample> leader_;
  RaceProgress now_;
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

RaceResult race(Population& population, const RaceRules& rules, RaceObserver& observer,
                std::optional<RaceProgress> from) {
  Race race(population, rules, observer);
  if (from)
    race.go_on_from(std::move(*from));
  else
    race.begin();
  for (;;) {
    race.finish_round();
    if (const std::optional<RaceEnd> end = race.go_on()) return race.result(*end);
  }
}

RaceResult race(Population& population, const RaceRules& rules) {
  RaceObserver nobody;
  return race(population, rules, nobody);
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
