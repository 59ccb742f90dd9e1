#include "losscast/race/race.hpp"

#include <algorithm>
#include <limits>

#include "base/stopwatch.hpp"
#include "losscast/race/race_rounds.hpp"
#include "race/paired.hpp"
#include "random/student_t.hpp"

namespace losscast {

RaceResult race(Population& population, const RaceRules& rules, RaceObserver& observer) {
  RaceRounds rounds(population, rules);
  while (!rounds.is_over()) {
    const Stopwatch watch;
    const RacePart all = rounds.compare(0, rounds.field_size(), observer);
    rounds.close({&all, 1}, watch.seconds());
  }
  return rounds.result();
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
      // Those that a leader left behind are worse than it by more than -delta /
      // 2, so that the winner must not be worse than a leader by more than
      // delta / 2.
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
