#include "bench/search/tail_searches.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "bench/search/spaces.hpp"
#include "losscast/engine/statistics.hpp"
#include "losscast/precision/coarse_ensemble.hpp"
#include "losscast/race/search.hpp"

namespace losscast::bench {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kSteps = 1000;
constexpr int kBlocks = 16;
constexpr std::int64_t kTruePaths = 1 << 19, kPathsAtOnce = 1 << 16, kNaivePaths = 256;
constexpr std::int64_t kMostPaths = 16'384;
constexpr std::size_t kDraws = 256;
constexpr std::uint64_t kTruthSeed = 900'001;

struct Kind {
  const char* name;
  Objective objective;
  double jump_rate, mean_jump;  // a step at the peak 3e-4; nats
  std::size_t good;             // candidates within delta of the best, the best among them
};

constexpr Objective kTail = {Objective::Kind::tail_mean, 0.95};
constexpr Objective kQuantile = {Objective::Kind::quantile, 0.95};
constexpr Kind kKinds[] = {
    {"tail mean, frequent jumps, few are good", kTail, 1e-3, 0.02, 2},
    {"tail mean, frequent jumps, only the best is good", kTail, 1e-3, 0.02, 1},
    {"tail mean, a jump in three runs", kTail, 2e-4, 0.1, 6},
    {"quantile, frequent jumps, few are good", kQuantile, 1e-3, 0.02, 2},
    {"quantile, a jump in three runs", kQuantile, 2e-4, 0.1, 6},
};

SearchSpace space() {
  FamilySpace family;
  family.family = "wsd";
  family.fixed.values = {
      {"family", std::string("wsd")}, {"warmup_steps", 90.0}, {"final_lr_ratio", 0.05}, {"total_steps", kSteps}};
  family.axes = {range("peak_lr", Axis::Kind::log, 2.5e-4, 5e-4, 6),
                 range("decay_fraction", Axis::Kind::linear, 0.15, 0.6, 4)};
  SearchSpace space;
  space.method = SearchMethod::grid;
  space.families = {family};
  return space;
}

double objective_of(const Objective& objective, std::vector<float>& losses) {
  std::sort(losses.begin(), losses.end());
  return objective.kind == Objective::Kind::quantile ? quantile(losses, objective.level) : tail_mean(losses);
}

// Returns the objective of each candidate [nats], by the first paths of a seed.
std::vector<double> values_of(const CandidateList& list, Experiment request, std::uint64_t seed,
                              const Objective& objective, std::int64_t paths) {
  request.seed = seed;
  CoarseEnsemble ensemble(request, request.seed, request);
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(list.size()));
  std::iota(numbers.begin(), numbers.end(), std::int64_t{0});
  std::vector<double> out;
  for (const auto& candidate : list.make(numbers)) {
    std::vector<float> losses(static_cast<std::size_t>(paths));
    for (std::int64_t first = 0; first < paths; first += kPathsAtOnce) {
      const std::int64_t count = std::min(kPathsAtOnce, paths - first);
      ensemble.evaluate({&candidate->recipe, 1}, kBlocks, first, count,
                        std::span(losses).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count)));
    }
    out.push_back(objective_of(objective, losses));
  }
  return out;
}

std::size_t lowest(const std::vector<double>& values) {
  return static_cast<std::size_t>(std::min_element(values.begin(), values.end()) - values.begin());
}

// Returns how far two long runs disagree about the candidates' differences: twice the standard deviation, over the
// candidates, of what their values differ by.
double error_of(const std::vector<double>& one, const std::vector<double>& other) {
  double sum = 0, squares = 0;
  for (std::size_t i = 0; i < one.size(); ++i) {
    sum += one[i] - other[i];
    squares += (one[i] - other[i]) * (one[i] - other[i]);
  }
  const auto n = static_cast<double>(one.size());
  return 2 * std::sqrt(std::max(0.0, squares / n - sum * sum / (n * n)));
}

Json measure_one(Experiment request, const Kind& kind, int repeats) {
  request.spikes.jump_rate = kind.jump_rate;
  request.spikes.mean_jump = kind.mean_jump;
  const CandidateList list(space(), 1);
  const std::vector<double> truth = values_of(list, request, kTruthSeed, kind.objective, kTruePaths);
  const double error =
      error_of(truth, values_of(list, request, kTruthSeed + 1, kind.objective, kTruePaths)) / std::sqrt(2.0);
  const double best = truth[lowest(truth)];
  std::vector<double> ascending = truth;
  std::sort(ascending.begin(), ascending.end());
  SearchOptions options;
  options.objective = kind.objective;
  options.most_paths = kMostPaths;
  options.delta = 0.5 * (ascending[kind.good - 1] + ascending[kind.good]) - best;
  int certified = 0, bad = 0, naive_bad = 0;
  double path_steps = 0;
  const auto is_bad = [&](std::size_t number) { return truth[number] - best > *options.delta; };
  for (int repeat = 0; repeat < repeats; ++repeat) {
    request.seed = 1 + static_cast<std::uint64_t>(repeat);
    const SearchResult found = search(list, request, options);
    certified += found.selection.certified ? 1 : 0;
    bad += found.selection.certified && is_bad(static_cast<std::size_t>(found.winner)) ? 1 : 0;
    naive_bad += is_bad(lowest(values_of(list, request, request.seed, kind.objective, kNaivePaths))) ? 1 : 0;
    path_steps += static_cast<double>(found.performance.path_steps) / repeats;
  }
  return {{"kind", kind.name},      {"delta", *options.delta}, {"truth_error", error},
          {"repeats", repeats},     {"certified", certified},  {"bad", bad},
          {"naive_bad", naive_bad}, {"path_steps", path_steps}};
}

}  // namespace

Json measure_tail_searches(Experiment request, int repeats) {
  request.draws = first_draws(request.draws, kDraws);
  request.spikes.critical_lr = 3e-4;
  request.spikes.jump_exponent = 2;
  request.spikes.jump_decay = 1.0 / kSteps;
  Json rows = Json::array();
  for (const Kind& kind : kKinds) rows.push_back(measure_one(request, kind, repeats));
  return rows;
}

void print_tail_searches(const Json& rows) {
  fmt::print("{:<48} {:>9} {:>9} {:>8} {:>10} {:>16} {:>12} {:>11}\n", "searched by", "delta", "of truth", "searches",
             "certified", "certified, worse", "naive worse", "path-steps");
  for (const Json& row : rows)
    fmt::print("{:<48} {:>9.2e} {:>9.1e} {:>8} {:>10} {:>16} {:>12} {:>11.2e}\n", row["kind"].get<std::string>(),
               row["delta"].get<double>(), row["truth_error"].get<double>(), row["repeats"].get<int>(),
               row["certified"].get<int>(), row["bad"].get<int>(), row["naive_bad"].get<int>(),
               row["path_steps"].get<double>());
}

}  // namespace losscast::bench
