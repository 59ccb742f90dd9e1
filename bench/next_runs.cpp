// Do runs that are chosen by what they are worth help more than random ones? bench_next_runs MANIFEST [--steps T] ...
//
// The runs of a manifest are known, all of them. In each resample a few random ones are fitted, and one of the others
// is added: the one that next_runs() ranks first, or random ones, one at a time. After each fit the run of T steps with
// the lowest expected loss is chosen; its regret is the measured loss of that run minus the lowest of all of T steps.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <random>

#include "bench/common/program.hpp"
#include "losscast/base/error.hpp"
#include "losscast/design/next_runs.hpp"
#include "losscast/fit/end_law.hpp"
#include "losscast/fit/fit_model.hpp"
#include "losscast/fit/forecast.hpp"
#include "losscast/io/manifest.hpp"

namespace losscast::bench {
namespace {

using Json = nlohmann::ordered_json;
using Places = std::vector<std::size_t>;

struct Runs {
  std::vector<Curve> curves;
  Places choice;  // those of T steps
  double lowest;  // measured loss of these
};

bool is_whole(const Curve& curve) {
  constexpr double kShare = 0.9;
  return !curve.points.empty() &&
         static_cast<double>(curve.points.back().step) >= kShare * static_cast<double>(curve.recipe.total_steps());
}

Runs read_runs(const std::string& manifest, Step steps) {
  Runs runs;
  for (Curve& curve : read_manifest(manifest).curves)
    if (is_whole(curve) && curve.recipe.total_steps() <= steps) runs.curves.push_back(std::move(curve));
  runs.lowest = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < runs.curves.size(); ++i) {
    if (runs.curves[i].recipe.total_steps() != steps) continue;
    runs.choice.push_back(i);
    runs.lowest = std::min(runs.lowest, runs.curves[i].points.back().loss);
  }
  if (runs.choice.empty())
    throw InputError(fmt::format("no run of {} steps", steps), "the choice is among these", "give other --steps");
  return runs;
}

Fit fit_of(const Runs& runs, const Places& places, int threads) {
  std::vector<Curve> curves;
  for (const std::size_t place : places) curves.push_back(runs.curves[place]);
  return fit_model(curves, find_model("adamw"), {.threads = threads});
}

// About a thousand of the fit's draws say the mean as well as all.
double regret_of(const Runs& runs, const Fit& fit, int threads) {
  constexpr std::size_t kDraws = 1024;
  LossSde sde = with_draws_in_turn(make_sde(fit), 1);
  const auto& all = sde.draws.all();
  sde.draws = std::vector<std::vector<double>>(all.begin(), all.begin() + std::min(kDraws, all.size()));
  double lowest = std::numeric_limits<double>::infinity(), measured = 0;
  for (const std::size_t place : runs.choice) {
    const Recipe& recipe = runs.curves[place].recipe;
    const double mean = forecast_at(sde, recipe, recipe.total_steps(), threads).mean;
    if (!(mean < lowest)) continue;
    lowest = mean;
    measured = runs.curves[place].points.back().loss;
  }
  return measured - runs.lowest;
}

// The place of the run that is worth the most, and what it is expected to be worth.
std::pair<std::size_t, NextRuns> pick(const Runs& runs, const Fit& fit, const Places& trained, const Places& others,
                                      int threads) {
  std::vector<Recipe> candidates;
  std::vector<PossibleRun> possible;
  DesignOptions options;
  options.execution = {Backend::cpu, MathMode::reproducible, threads};
  for (const std::size_t place : runs.choice) candidates.push_back(runs.curves[place].recipe);
  for (const std::size_t place : others)
    possible.push_back({runs.curves[place].recipe, static_cast<double>(runs.curves[place].recipe.total_steps())});
  for (const std::size_t place : trained) options.trained.push_back(runs.curves[place].recipe);
  NextRuns found = next_runs(with_draws_in_turn(make_sde(fit), 1), candidates, possible, options);
  const std::size_t place = others[found.single.front().run];
  return {place, std::move(found)};
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : 0.5 * (values[middle - 1] + values[middle]);
}

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// `train` runs are fitted, and one of `random` others is added at a time.
struct Resampling {
  std::size_t train, random;
  int threads;
};

Json resample(const Runs& runs, const Resampling& sizes, std::uint64_t seed) {
  Places order(runs.curves.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::mt19937_64 dice(seed);
  for (std::size_t i = order.size(); i-- > 1;) std::swap(order[i], order[dice() % (i + 1)]);
  const Places trained(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(sizes.train));
  const Places others(order.begin() + static_cast<std::ptrdiff_t>(sizes.train), order.end());
  const auto regret_with = [&](std::size_t added) {
    Places places = trained;
    places.push_back(added);
    return regret_of(runs, fit_of(runs, places, sizes.threads), sizes.threads);
  };
  const Fit fit = fit_of(runs, trained, sizes.threads);
  const auto [place, found] = pick(runs, fit, trained, others, sizes.threads);
  std::vector<double> random;
  for (std::size_t i = 0; i < std::min(sizes.random, others.size()); ++i) random.push_back(regret_with(others[i]));
  return {{"seed", seed},
          {"expected_regret", found.regret},
          {"expected_gain", found.single.front().gain},
          {"picked", runs.curves[place].name},
          {"none", regret_of(runs, fit, sizes.threads)},
          {"pick", regret_with(place)},
          {"random", random},
          {"random_median", median(random)},
          {"random_mean", mean(random)}};
}

Json summary(const Json& rows) {
  int not_above = 0, below = 0;
  std::vector<double> none, pick, random;
  for (const Json& row : rows) {
    not_above += row["pick"].get<double>() <= row["random_median"].get<double>() ? 1 : 0;
    below += row["pick"].get<double>() < row["random_median"].get<double>() ? 1 : 0;
    none.push_back(row["none"].get<double>());
    pick.push_back(row["pick"].get<double>());
    random.push_back(row["random_mean"].get<double>());
  }
  return {{"resamples", rows.size()},  {"not_above_median", not_above},  {"below_median", below},
          {"mean_regret", mean(none)}, {"mean_regret_pick", mean(pick)}, {"mean_regret_random", mean(random)}};
}

void print_row(const Json& row) {
  fmt::print("{:>4} {:>9.2f} {:>9.2f} {:>9.2f} {:>9.2f} {:>9.2f} {:>9.2f}  {}\n", row["seed"].get<int>(),
             1e3 * row["expected_regret"].get<double>(), 1e3 * row["expected_gain"].get<double>(),
             1e3 * row["none"].get<double>(), 1e3 * row["pick"].get<double>(), 1e3 * row["random_median"].get<double>(),
             1e3 * row["random_mean"].get<double>(), row["picked"].get<std::string>());
  std::fflush(stdout);
}

void measure(const cxxopts::ParseResult& given) {
  const Runs runs = read_runs(given["MANIFEST"].as<std::string>(), given["steps"].as<Step>());
  const bool json = given.count("json") > 0;
  const Resampling sizes{given["train"].as<std::size_t>(), given["random"].as<std::size_t>(),
                         given["threads"].as<int>()};
  if (!json)
    fmt::print("{} runs, {} to choose from; regrets in 1e-3 nats\n{:>4} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}  {}\n",
               runs.curves.size(), runs.choice.size(), "seed", "expected", "gain", "none", "pick", "median", "mean",
               "picked");
  Json rows = Json::array();
  const int first = given["first"].as<int>();
  for (int i = 0; i < given["resamples"].as<int>(); ++i) {
    rows.push_back(resample(runs, sizes, static_cast<std::uint64_t>(first + i)));
    if (!json) print_row(rows.back());
  }
  const Json all = summary(rows);
  if (json) {
    fmt::print("{}\n", Json{{"summary", all}, {"rows", rows}}.dump(2));
    return;
  }
  fmt::print(
      "pick not above the median random run in {} of {} resamples, below it in {}; mean regrets: without a run "
      "{:.2f}, with the pick {:.2f}, with a random one {:.2f}\n",
      all["not_above_median"].get<int>(), all["resamples"].get<int>(), all["below_median"].get<int>(),
      1e3 * all["mean_regret"].get<double>(), 1e3 * all["mean_regret_pick"].get<double>(),
      1e3 * all["mean_regret_random"].get<double>());
}

}  // namespace
}  // namespace losscast::bench

int main(int count, char** arguments) {
  cxxopts::Options options("bench_next_runs", "Runs chosen by what they are worth beside random ones");
  options.add_options()("steps", "of the runs to choose from",
                        cxxopts::value<losscast::Step>()->default_value("25000"))(
      "train", "runs that are fitted first", cxxopts::value<std::size_t>()->default_value("3"))(
      "random", "random runs a resample", cxxopts::value<std::size_t>()->default_value("12"))(
      "resamples", "resamples", cxxopts::value<int>()->default_value("20"))("first", "seed of the first resample",
                                                                            cxxopts::value<int>()->default_value("1"))(
      "threads", "threads", cxxopts::value<int>()->default_value("2"));
  return losscast::bench::run_program(count, arguments, options, {"MANIFEST"}, losscast::bench::measure);
}
