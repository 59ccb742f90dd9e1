#include "sweep/known_differences.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>

#include "losscast/base/parallel.hpp"
#include "race/sorted_quantile.hpp"
#include "sweep/sweep_request.hpp"
#include "sweep/weighed_divergence.hpp"

namespace losscast {
namespace {

constexpr std::size_t kAtOnce = 1024;  // candidates
static_assert(kAtOnce <= ValuesOfDraws::kMostAtOnce);
constexpr std::size_t kMostNextRuns = 256;           // candidates
constexpr std::size_t kKept = std::size_t{1} << 24;  // values; beyond, they are computed twice

// The ranked candidates, then the others.
class Field {
 public:
  Field(const std::vector<RankedCandidate>& ranked, const std::vector<Candidate>& others)
      : ranked_(ranked), others_(others) {}

  std::size_t size() const { return ranked_.size() + others_.size(); }
  // Whether the candidate was simulated and has lost paths: then it is no candidate for the best.
  bool has_lost_paths(std::size_t c) const { return c < ranked_.size() && ranked_[c].statistics.status != Status::ok; }
  const Candidate& operator[](std::size_t c) const {
    return c < ranked_.size() ? ranked_[c].candidate : others_[c - ranked_.size()];
  }

 private:
  const std::vector<RankedCandidate>& ranked_;
  const std::vector<Candidate>& others_;
};

// The values of a field's candidates, [candidate][draw], part by part; kept where they are few.
class FieldValues {
 public:
  FieldValues(const Field& field, ValuesOfDraws values) : field_(field), values_(std::move(values)) {}

  std::size_t draws() const { return static_cast<std::size_t>(values_.draws()); }
  ValuesOfDraws& values() { return values_; }

  // Calls take(first candidate of a part, its values) for all parts, in order.
  template <class Take>
  void for_each_part(Take take) {
    const bool keep = field_.size() * draws() <= kKept;
    for (std::size_t first = 0; first < field_.size(); first += kAtOnce) {
      const std::size_t part = keep ? first / kAtOnce : 0;
      if (kept_.size() <= part) kept_.emplace_back();
      if (!keep || kept_[part].empty()) evaluate(first, kept_[part]);
      take(first, std::span<const float>(kept_[part]));
    }
  }

 private:
  void evaluate(std::size_t first, std::vector<float>& out) {
    std::vector<Recipe> recipes;
    for (std::size_t c = first; c < std::min(first + kAtOnce, field_.size()); ++c) recipes.push_back(field_[c].recipe);
    out.resize(recipes.size() * draws());
    values_.evaluate(recipes, out);
  }

  const Field& field_;
  ValuesOfDraws values_;
  std::vector<std::vector<float>> kept_;
};

double mean_of(const std::vector<double>& numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), 0.0) / static_cast<double>(numbers.size());
}

// The lowest value of each draw, of those that are numbers.
std::vector<float> best_of_draws(const Field& field, FieldValues& values) {
  const std::size_t draws = values.draws();
  std::vector<float> best(draws, std::numeric_limits<float>::infinity());
  values.for_each_part([&](std::size_t begin, std::span<const float> part) {
    for (std::size_t i = 0; i < part.size() / draws; ++i)
      if (!field.has_lost_paths(begin + i)) lower_to(part.subspan(i * draws, draws), best);
  });
  return best;
}

void add_next_run(const Field& field, const std::vector<std::size_t>& places, ValuesOfDraws& values, int threads,
                  KnownRanking& ranking) {
  std::vector<Recipe> recipes;
  for (const std::size_t place : places) recipes.push_back(field[place].recipe);
  const std::optional<BestObservation> best = worth_most(recipes, values, threads);
  if (!best) return;
  ranking.next_run = field[places[best->candidate]].arguments;
  ranking.next_run_gain = best->regret_fall;
}

}  // namespace

void lower_to(std::span<const float> values, std::span<float> best) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (float& lowest = best[i % best.size()]; values[i] < lowest) lowest = values[i];
}

KnownDifference known_difference(std::span<const float> values, std::span<const float> first,
                                 std::span<const float> best, double delta) {
  KnownDifference known;
  std::vector<double> differences, squares;
  std::size_t within = 0;
  for (std::size_t d = 0; d < values.size(); ++d) {
    differences.push_back(static_cast<double>(values[d]) - static_cast<double>(first[d]));
    within += static_cast<double>(values[d]) - static_cast<double>(best[d]) <= delta ? 1 : 0;
  }
  known.p_within = static_cast<double>(within) / static_cast<double>(values.size());
  known.mean = mean_of(differences);
  for (const double one : differences) squares.push_back((one - known.mean) * (one - known.mean));
  known.deviation = std::sqrt(mean_of(squares));
  known.low = known.high = known.mean;
  if (!std::isfinite(known.mean)) return known;
  std::sort(differences.begin(), differences.end());
  known.low = sorted_quantile(differences, 0.05);
  known.high = sorted_quantile(differences, 0.95);
  return known;
}

bool count_known(const KnownDifference& known, bool is_ranked, KnownRanking& ranking) {
  if (known.p_within < kUndecided) return false;
  ++(is_ranked ? ranking.undecided : ranking.undecided_others);
  return true;
}

std::vector<std::size_t> places_of_next_runs(std::vector<Undecided> undecided) {
  std::sort(undecided.begin(), undecided.end(), [](const Undecided& a, const Undecided& b) {
    return a.p_within != b.p_within ? a.p_within > b.p_within : a.place < b.place;
  });
  std::vector<std::size_t> places = {0};
  for (const Undecided& one : undecided)
    if (one.place != 0 && places.size() < kMostNextRuns) places.push_back(one.place);
  return places;
}

std::optional<BestObservation> worth_most(const std::vector<Recipe>& recipes, ValuesOfDraws& values, int threads) {
  const auto draws = static_cast<std::size_t>(values.draws());
  std::vector<float> of_draws(recipes.size() * draws);
  values.evaluate(recipes, of_draws);
  std::vector<double> noise(recipes.size());
  parallel_for(static_cast<std::int64_t>(recipes.size()), threads, [&](std::int64_t i) {
    const auto at = static_cast<std::size_t>(i);
    noise[at] = values.noise_of_a_run(recipes[at]);
  });
  return best_observation(of_draws, draws, noise, threads);
}

void add_known_differences(const SweepConfig& config, const Fit& fit, double delta,
                           const std::vector<Candidate>& others, const Execution& execution, SweepResult& result) {
  const auto began = std::chrono::steady_clock::now();
  const Field field(result.ranked, others);
  FieldValues values(field,
                     ValuesOfDraws(sweep_sde(config, fit), divergence_cost(config, fit), config.seed, execution));
  const std::size_t draws = values.draws();
  const std::vector<float> best = best_of_draws(field, values);
  KnownRanking& ranking = result.known;
  ranking = {};
  ranking.delta = delta;
  ranking.draws = static_cast<std::int64_t>(draws);
  ranking.others = static_cast<std::int64_t>(others.size());
  std::vector<float> first;
  std::vector<Undecided> undecided;
  values.for_each_part([&](std::size_t begin, std::span<const float> part) {
    if (first.empty()) first.assign(part.begin(), part.begin() + static_cast<std::ptrdiff_t>(draws));
    for (std::size_t i = 0; i < part.size() / draws; ++i) {
      const std::size_t c = begin + i;
      KnownDifference known = known_difference(part.subspan(i * draws, draws), first, best, delta);
      if (field.has_lost_paths(c)) known.p_within = 0;
      const bool is_ranked = c < result.ranked.size();
      if (is_ranked) result.ranked[c].known = known;
      if (count_known(known, is_ranked, ranking)) undecided.push_back({known.p_within, c});
    }
  });
  add_next_run(field, places_of_next_runs(std::move(undecided)), values.values(), execution.threads, ranking);
  result.total_seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

}  // namespace losscast
