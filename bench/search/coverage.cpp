#include "bench/search/coverage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <numeric>

#include "bench/search/exact_values.hpp"
#include "bench/search/spaces.hpp"
#include "losscast/base/error.hpp"
#include "losscast/race/search.hpp"

namespace losscast::bench {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kTruthBlocks = 64;
constexpr std::int64_t kNaiveDraws = 32;

// What delta is, beside the candidates' means: ascending, and minus the lowest.
struct Delta {
  const char* name;
  std::function<double(const std::vector<double>&)> from_gaps;
};

const std::array<Delta, 3>& deltas() {
  static const std::array<Delta, 3> all = {{
      {"one is good", [](const auto& gaps) { return 0.9 * *std::upper_bound(gaps.begin(), gaps.end(), 1e-7); }},
      {"a tenth is good", [](const auto& gaps) { return gaps[gaps.size() / 10]; }},
      {"all are good", [](const auto& gaps) { return 2 * gaps.back(); }},
  }};
  return all;
}

struct Tally {
  int refused = 0, not_certified = 0, bad = 0, naive_bad = 0;
  double blocks = 0, units = 0;
};

struct Repetition {
  CandidateList list;
  Experiment request;
  std::vector<double> values;  // of all candidates
  std::size_t naive = 0;       // the best by the first draws alone
};

Repetition repetition(Part part, const Experiment& request, const CoverageCase& asked, std::uint64_t seed) {
  Dice dice(seed);
  Repetition one{CandidateList(random_part(part, asked.candidates, dice), seed), request, {}, 0};
  std::vector<std::vector<double>> draws = request.draws.all();
  const std::int64_t kept = std::min(asked.draws, std::ssize(draws));
  for (std::int64_t d = 0; d < kept; ++d)
    std::swap(draws[static_cast<std::size_t>(d)],
              draws[static_cast<std::size_t>(d + dice.below(std::ssize(draws) - d))]);
  draws.resize(static_cast<std::size_t>(kept));
  one.request.draws = std::move(draws);

  std::vector<std::int64_t> numbers(static_cast<std::size_t>(one.list.size()));
  std::iota(numbers.begin(), numbers.end(), std::int64_t{0});
  const std::vector<Recipe> recipes = recipes_of(one.list, numbers);
  ConditionalMeans means(one.request, one.request);
  one.values = exact_values(means, recipes, kept, kTruthBlocks);
  const std::vector<double> few = exact_values(means, recipes, std::min(kept, kNaiveDraws), kTruthBlocks / 4);
  one.naive = static_cast<std::size_t>(std::min_element(few.begin(), few.end()) - few.begin());
  return one;
}

void count(const Repetition& one, double delta, Tally& tally) {
  const double good = *std::min_element(one.values.begin(), one.values.end()) + delta;
  SearchOptions options;
  options.delta = delta;
  try {
    const SearchResult found = search(one.list, one.request, options);
    tally.not_certified += found.selection.certified ? 0 : 1;
    tally.bad += one.values[static_cast<std::size_t>(found.winner)] > good ? 1 : 0;
    tally.blocks += found.blocks_per_segment;
    tally.units += static_cast<double>(found.race.rounds.back().units);
  } catch (const InputError&) {  // delta is below what the blocks resolve
    ++tally.refused;
    return;
  }
  tally.naive_bad += one.values[one.naive] > good ? 1 : 0;
}

}  // namespace

Json measure_coverage(const Experiment& request, const CoverageCase& asked) {
  Json rows = Json::array();
  for (const Part part : kParts) {
    std::array<Tally, 3> tallies;
    for (int repeat = 0; repeat < asked.repeats; ++repeat) {
      const Repetition one = repetition(part, request, asked, 1000 + static_cast<std::uint64_t>(repeat));
      std::vector<double> gaps = one.values;
      std::sort(gaps.begin(), gaps.end());
      const double lowest = gaps.front();
      for (double& gap : gaps) gap -= lowest;
      for (std::size_t d = 0; d < tallies.size(); ++d) count(one, deltas()[d].from_gaps(gaps), tallies[d]);
    }
    for (std::size_t d = 0; d < tallies.size(); ++d) {
      const Tally& tally = tallies[d];
      const int searched = asked.repeats - tally.refused;
      rows.push_back({{"space", part_name(part)},
                      {"delta", deltas()[d].name},
                      {"searched", searched},
                      {"refused", tally.refused},
                      {"not_certified", tally.not_certified},
                      {"bad", tally.bad},
                      {"naive_bad", tally.naive_bad},
                      {"mean_blocks", tally.blocks / std::max(1, searched)},
                      {"mean_last_draws", tally.units / std::max(1, searched)}});
    }
  }
  return rows;
}

void print_coverage(const Json& rows) {
  fmt::print("{:<8} {:<16} {:>8} {:>8} {:>14} {:>14} {:>14} {:>7} {:>11}\n", "space", "delta", "searched", "refused",
             "not certified", "winner worse", "naive worse", "blocks", "last draws");
  for (const Json& row : rows)
    fmt::print("{:<8} {:<16} {:>8} {:>8} {:>14} {:>14} {:>14} {:>7.0f} {:>11.0f}\n", row["space"].get<std::string>(),
               row["delta"].get<std::string>(), row["searched"].get<int>(), row["refused"].get<int>(),
               row["not_certified"].get<int>(), row["bad"].get<int>(), row["naive_bad"].get<int>(),
               row["mean_blocks"].get<double>(), row["mean_last_draws"].get<double>());
}

}  // namespace losscast::bench
