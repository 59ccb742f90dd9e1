#include "bench/search/simulated.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include "losscast/race/race.hpp"
#include "losscast/schedule/families.hpp"

namespace losscast::bench {
namespace {

using Json = nlohmann::ordered_json;

constexpr Step kSteps = 1000, kBlock = 50;
constexpr std::int64_t kTrueUnits = 1 << 14, kCertifyingUnits = 512;
constexpr std::size_t kDraws = 256;
constexpr int kSchedules = 12, kMostRounds = 3;

enum class Measure { mean, tail_mean };

struct Landscape {
  const char* name;
  Measure measure;
  std::int64_t unit_paths;
  double jump_rate, mean_jump;  // a step at the peak 3e-4; nats
};

constexpr Landscape kLandscapes[] = {
    {"mean, frequent jumps", Measure::mean, 8, 2e-4, 0.25},
    {"mean, rare jumps", Measure::mean, 8, 5e-6, 10},
    {"mean, very rare jumps", Measure::mean, 8, 5e-7, 100},
    {"tail mean, frequent jumps", Measure::tail_mean, 20, 2e-4, 0.02},
    {"tail mean, rare jumps", Measure::tail_mean, 20, 5e-6, 0.5},
};

// The higher the peak, the lower the loss without jumps, and the more jumps there are.
std::vector<Recipe> schedules() {
  std::vector<Recipe> out;
  for (int i = 0; i < kSchedules; ++i) {
    Arguments arguments;
    arguments.values = {{"family", std::string("wsd")},
                        {"peak_lr", 2e-4 * std::pow(3.0, i / (kSchedules - 1.0))},
                        {"warmup_steps", 90.0},
                        {"decay_fraction", 0.5},
                        {"total_steps", static_cast<double>(kSteps)}};
    out.push_back(make_schedule(arguments));
  }
  return out;
}

// A unit is one batch of paths, and the candidate's value in it their mean or tail mean.
class Simulated final : public Population {
 public:
  Simulated(const Experiment& request, const Landscape& landscape, std::uint64_t seed)
      : request_(request), recipes_(request.recipes), landscape_(landscape) {
    request_.seed = seed;
    request_.keep = Experiment::Keep::values;
  }
  std::int64_t candidates() const override { return std::ssize(recipes_); }
  std::int64_t units() const override { return std::int64_t{1} << 24; }
  double path_steps() const override { return path_steps_; }
  void observe(std::span<const std::int64_t> numbers, std::int64_t first, std::int64_t count,
               std::span<float> out) override {
    request_.recipes.clear();
    for (const std::int64_t number : numbers) request_.recipes.push_back(recipes_[static_cast<std::size_t>(number)]);
    request_.first_path = static_cast<std::uint64_t>(first * landscape_.unit_paths);
    request_.paths = count * landscape_.unit_paths;
    EnsembleResult result = run(request_);
    path_steps_ += static_cast<double>(result.performance.path_steps);
    auto to = out.begin();
    for (std::vector<float>& values : result.values)
      for (std::int64_t u = 0; u < count; ++u)
        *to++ = measured(std::span(values).subspan(static_cast<std::size_t>(u * landscape_.unit_paths),
                                                   static_cast<std::size_t>(landscape_.unit_paths)));
  }

 private:
  float measured(std::span<float> paths) const {
    if (landscape_.measure == Measure::mean)
      return static_cast<float>(std::accumulate(paths.begin(), paths.end(), 0.0) / static_cast<double>(paths.size()));
    std::sort(paths.begin(), paths.end());
    return static_cast<float>(tail_mean(paths));
  }

  Experiment request_;
  std::vector<Recipe> recipes_;
  Landscape landscape_;
  double path_steps_ = 0;
};

struct Truth {
  std::vector<double> gaps;  // of each candidate's value to the lowest
  double error = 0;          // of the smallest gap but 0
};

std::vector<std::vector<float>> observe_all(Population& population, std::int64_t units) {
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(population.candidates()));
  std::iota(numbers.begin(), numbers.end(), std::int64_t{0});
  std::vector<float> all(numbers.size() * static_cast<std::size_t>(units));
  population.observe(numbers, 0, units, all);
  std::vector<std::vector<float>> values;
  for (auto row = all.cbegin(); row != all.cend(); row += units) values.emplace_back(row, row + units);
  return values;
}

double mean_of(std::span<const float> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

Truth truth_of(Population& population) {
  const auto values = observe_all(population, kTrueUnits);
  const auto units = static_cast<std::size_t>(kTrueUnits);
  Truth truth;
  for (const auto& one : values) truth.gaps.push_back(mean_of(one));
  const auto best =
      static_cast<std::size_t>(std::min_element(truth.gaps.begin(), truth.gaps.end()) - truth.gaps.begin());
  const double lowest = truth.gaps[best];
  for (double& gap : truth.gaps) gap -= lowest;
  std::size_t second = best == 0 ? 1 : 0;
  for (std::size_t i = 0; i < truth.gaps.size(); ++i)
    if (i != best && truth.gaps[i] < truth.gaps[second]) second = i;
  double squares = 0;
  for (std::size_t u = 0; u < units; ++u)
    squares += std::pow(static_cast<double>(values[second][u] - values[best][u]) - truth.gaps[second], 2);
  truth.error = std::sqrt(squares) / static_cast<double>(units);
  return truth;
}

// The lowest mean of a race's first round.
class NaiveChoice final : public RaceObserver {
 public:
  void see(std::span<const std::int64_t> numbers, std::span<const float> values) override {
    const std::size_t units = values.size() / numbers.size();
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      const double mean = mean_of(values.subspan(i * units, units));
      if (mean < lowest_) lowest_ = mean, best = numbers[i];
    }
  }
  std::int64_t best = 0;

 private:
  double lowest_ = std::numeric_limits<double>::infinity();
};

Json measure_one(const Experiment& request, const Landscape& landscape, int repeats) {
  Simulated long_run(request, landscape, 1);
  const Truth truth = truth_of(long_run);
  std::vector<double> ascending = truth.gaps;
  std::sort(ascending.begin(), ascending.end());
  RaceRules rules;
  rules.delta = std::max(0.9 * ascending[1], 8 * truth.error);  // one alone is good, if that can be said
  rules.stop.rounds = kMostRounds;
  const auto is_bad = [&](std::int64_t number) { return truth.gaps[static_cast<std::size_t>(number)] > rules.delta; };
  int certified = 0, bad = 0, naive_bad = 0;
  double path_steps = 0;
  for (int repeat = 0; repeat < repeats; ++repeat) {
    Simulated population(request, landscape, 1000 + static_cast<std::uint64_t>(repeat));
    Simulated fresh(request, landscape, 500'000 + static_cast<std::uint64_t>(repeat));
    NaiveChoice naive;
    const RaceResult raced = race(population, rules, naive);
    const Selection selection = certify(fresh, kCertifyingUnits, raced, rules);
    path_steps += population.path_steps() + fresh.path_steps();
    certified += selection.certified ? 1 : 0;
    bad += selection.certified && is_bad(selection.winner) ? 1 : 0;
    naive_bad += is_bad(naive.best) ? 1 : 0;
  }
  return {{"landscape", landscape.name}, {"delta", rules.delta},    {"truth_error", truth.error},
          {"repeats", repeats},          {"certified", certified},  {"bad", bad},
          {"naive_bad", naive_bad},      {"path_steps", path_steps}};
}

}  // namespace

Json measure_simulated(Experiment request, int repeats) {
  request.levers = kNoLevers;
  request.block = kBlock;
  const std::vector<std::vector<double>>& all = request.draws.all();
  request.draws = std::vector(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(kDraws, all.size())));
  request.recipes = schedules();
  request.spikes.critical_lr = 3e-4;
  request.spikes.jump_exponent = 4;
  request.spikes.jump_decay = 1.0 / static_cast<double>(kSteps);
  Json rows = Json::array();
  for (const Landscape& landscape : kLandscapes) {
    request.spikes.jump_rate = landscape.jump_rate;
    request.spikes.mean_jump = landscape.mean_jump;
    rows.push_back(measure_one(request, landscape, repeats));
  }
  return rows;
}

void print_simulated(const Json& rows) {
  fmt::print("{:<26} {:>9} {:>9} {:>8} {:>10} {:>16} {:>12} {:>11}\n", "measured by", "delta", "of truth", "repeats",
             "certified", "certified, worse", "naive worse", "path-steps");
  for (const Json& row : rows)
    fmt::print("{:<26} {:>9.2e} {:>9.1e} {:>8} {:>10} {:>16} {:>12} {:>11.2e}\n", row["landscape"].get<std::string>(),
               row["delta"].get<double>(), row["truth_error"].get<double>(), row["repeats"].get<int>(),
               row["certified"].get<int>(), row["bad"].get<int>(), row["naive_bad"].get<int>(),
               row["path_steps"].get<double>());
}

}  // namespace losscast::bench
