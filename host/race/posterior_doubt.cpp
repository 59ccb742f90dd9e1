#include "race/posterior_doubt.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include "race/observation_gain.hpp"
#include "race/paired.hpp"

namespace losscast {
namespace {

// In a draw in which all candidates were seen, the best one is known. This is how far it lies below the best of the
// rivals that the other draws found, on average over these draws. [nats]
double missed_without_own(const Rivals& rivals, const std::map<std::int64_t, std::vector<float>>& first_values) {
  double sum = 0;
  for (std::size_t d = 0; d < rivals.draws(); ++d) {
    std::set<std::int64_t> others;
    for (std::size_t e = 0; e < rivals.draws(); ++e)
      if (e != d)
        for (const auto& [value, number] : rivals.of_draw(e)) others.insert(number);
    float lowest = std::numeric_limits<float>::infinity();
    for (const std::int64_t number : others) lowest = std::min(lowest, first_values.at(number)[d]);
    sum += std::max(0.0f, lowest - rivals.of_draw(d).front().first);
  }
  return sum / static_cast<double>(rivals.draws());
}

constexpr std::size_t kMostRuns = 128;  // that are compared as next runs

// Of the winner and the rivals that most often win against it, (draws in which one does not, number): the run that is
// worth the most, and what.
void add_next_run(Population& population, std::int64_t winner,
                  std::vector<std::pair<std::int64_t, std::int64_t>> better, const DoubtRules& rules,
                  PosteriorDoubt& doubt) {
  std::sort(better.begin(), better.end());
  std::vector<std::int64_t> numbers = {winner};
  for (const auto& [losses, number] : better)
    if (numbers.size() < kMostRuns) numbers.push_back(number);
  const auto draws = static_cast<std::size_t>(doubt.draws);
  std::vector<float> values(numbers.size() * draws);
  population.observe(numbers, 0, doubt.draws, values);
  const std::vector<double> noise(numbers.size(), rules.run_noise);
  const std::optional<BestObservation> best = best_observation(values, draws, noise, rules.threads);
  if (!best) return;
  doubt.next_run = numbers[best->candidate];
  doubt.next_run_gain = best->regret_fall;
}

}  // namespace

PosteriorDoubt posterior_doubt(Population& population, std::int64_t winner, const Rivals& rivals,
                               const DoubtRules& rules) {
  const std::int64_t draws = population.units();
  const auto count = static_cast<std::size_t>(draws);
  const std::vector<std::int64_t> numbers = rivals.numbers();
  std::vector<float> of_winner(count), best;
  population.observe({&winner, 1}, 0, draws, of_winner);
  best = of_winner;

  PosteriorDoubt doubt;
  doubt.draws = draws;
  doubt.rivals = static_cast<std::int64_t>(numbers.size());
  std::vector<std::pair<std::int64_t, std::int64_t>> better, sometimes;  // (draws in which it is not, number)
  std::map<std::int64_t, std::vector<float>> first_values;
  const PairedSample reference(population, winner, draws);
  for (std::size_t first = 0; first < numbers.size();) {
    const std::size_t size = std::min(numbers.size() - first, static_cast<std::size_t>(candidates_at_once(draws)));
    const auto part = std::span(numbers).subspan(first, size);
    const PairedPart seen = reference.compare(population, part);
    for (std::size_t i = 0; i < size; ++i) {
      const auto values = std::span(seen.values).subspan(i * count, count);
      std::int64_t wins = 0;
      for (std::size_t d = 0; d < count; ++d) {
        best[d] = std::min(best[d], values[d]);
        wins += values[d] < of_winner[d] ? 1 : 0;
      }
      first_values[part[i]].assign(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(rivals.draws()));
      if (part[i] == winner) continue;
      if (static_cast<double>(wins) > (1 - rules.confidence) * static_cast<double>(draws))
        better.emplace_back(draws - wins, part[i]);
      if (wins > 0) sometimes.emplace_back(draws - wins, part[i]);
    }
    first += size;
  }
  for (std::size_t d = 0; d < count; ++d) {
    const double lost = static_cast<double>(of_winner[d]) - static_cast<double>(best[d]);
    doubt.lost += lost / static_cast<double>(draws);
    if (lost <= rules.delta) doubt.p_posterior += 1 / static_cast<double>(draws);
  }
  std::sort(better.begin(), better.end());
  for (const auto& [losses, number] : better) doubt.indistinguishable.push_back(number);
  doubt.unseen = missed_without_own(rivals, first_values);
  add_next_run(population, winner, std::move(sometimes), rules, doubt);
  return doubt;
}

}  // namespace losscast
