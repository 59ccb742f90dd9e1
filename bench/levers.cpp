// What the statistical levers save: bench_levers [--fit FIT] [--paths N] [--repeats N] ...
//
// 36 schedules of six families. For each lever, alone and together: the variance of a schedule's mean, and of the
// difference to the first schedule, over repetitions with seeds of their own, against that of plain simulation with as
// many path-steps; the claimed error beside the observed one; and the share of throughput that the lever costs.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "bench/common/example.hpp"
#include "bench/common/experiment.hpp"
#include "bench/common/program.hpp"
#include "bench/common/timing.hpp"
#include "losscast/engine/ensemble.hpp"
#include "losscast/fit/forecast.hpp"
#include "losscast/io/fit_file.hpp"

namespace losscast::bench {
namespace {

using Json = nlohmann::ordered_json;

struct Case {
  const char* name;
  Levers levers;
};

constexpr Case kCases[] = {
    {"plain", kNoLevers},
    {"antithetic", {Lever::on, Lever::off}},
    {"conditional mean", {Lever::off, Lever::automatic}},
    {"all", kAutomaticLevers},
};

// Means of one schedule, or of one difference, over the repetitions.
struct Observed {
  double sum = 0, squares = 0, claimed_variance = 0;
  int count = 0;
  double first = 0;

  void add(double mean, double error) {
    if (count == 0) first = mean;
    sum += mean - first;
    squares += (mean - first) * (mean - first);
    claimed_variance += error * error;
    ++count;
  }
  double variance() const { return (squares - sum * sum / count) / (count - 1); }
  double claimed() const { return claimed_variance / count; }
};

struct Outcome {
  std::vector<Observed> means, differences;
  double block_steps = 0, seconds = 0, posterior_error = 0;
};

Outcome observe(Experiment request, const Levers& levers, int repeats) {
  request.levers = levers;
  request.keep = Experiment::Keep::samples;
  Outcome out;
  out.means.resize(request.recipes.size());
  out.differences.resize(request.recipes.size() - 1);
  std::vector<double> seconds;
  for (int repeat = 0; repeat < repeats; ++repeat) {
    request.seed = static_cast<std::uint64_t>(1000 + repeat);
    // Other draws each time, where there are more of them than paths.
    request.first_path = static_cast<std::uint64_t>(repeat) * static_cast<std::uint64_t>(request.paths);
    const EnsembleResult result = run(request);
    seconds.push_back(result.performance.engine_seconds);
    out.block_steps = static_cast<double>(result.performance.block_steps);
    for (std::size_t s = 0; s < request.recipes.size(); ++s) {
      const Statistics& last = result.statistics[s].back();
      out.means[s].add(last.mean, last.standard_error);
      out.posterior_error = std::max(out.posterior_error, last.posterior_error);
      if (s == 0) continue;
      const MeanEstimate difference = estimate_difference(result.samples[s], result.samples[0]);
      out.differences[s - 1].add(difference.mean, difference.simulation_error);
    }
  }
  out.seconds = spread_of(seconds).lowest;
  return out;
}

Spread savings(const std::vector<Observed>& plain, const std::vector<Observed>& lever, double more_work) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < plain.size(); ++i)
    ratios.push_back(plain[i].variance() / lever[i].variance() / more_work);
  return spread_of(ratios);
}

// Root of claimed over observed variance, both averaged over the schedules.
double honesty(const std::vector<Observed>& all) {
  double claimed = 0, observed = 0;
  for (const Observed& one : all) claimed += one.claimed(), observed += one.variance();
  return std::sqrt(claimed / observed);
}

double largest_error(const std::vector<Observed>& all) {
  double largest = 0;
  for (const Observed& one : all) largest = std::max(largest, one.variance());
  return std::sqrt(largest);
}

void measure(const cxxopts::ParseResult& given) {
  Experiment request = given.count("fit") > 0 ? experiment_of(read_fit(given["fit"].as<std::string>()))
                                              : example_request(find_model("adamw"));
  const auto draws = static_cast<std::size_t>(given["draws"].as<int>());
  if (given.count("fit") == 0) request.draws = scattered_draws(request.draws.front(), static_cast<int>(draws));
  request.draws = first_draws(request.draws, draws);
  request.recipes = benchmark_schedules(given["steps"].as<Step>());
  request.paths = given["paths"].as<int>();
  request.threads = given["threads"].as<int>();
  const int repeats = given["repeats"].as<int>();

  Json rows = Json::array();
  Outcome plain;
  for (const Case& one : kCases) {
    const Outcome now = observe(request, one.levers, repeats);
    if (&one == kCases) plain = now;
    const double work = now.block_steps / plain.block_steps;
    const Spread mean = savings(plain.means, now.means, work);
    const Spread difference = savings(plain.differences, now.differences, work);
    rows.push_back({{"lever", one.name},
                    {"mean_saved", {{"median", mean.median}, {"lowest", mean.lowest}, {"highest", mean.highest}}},
                    {"difference_saved",
                     {{"median", difference.median}, {"lowest", difference.lowest}, {"highest", difference.highest}}},
                    {"largest_error", largest_error(now.means)},
                    {"claimed_over_observed", honesty(now.means)},
                    {"claimed_over_observed_difference", honesty(now.differences)},
                    {"posterior_error", now.posterior_error},
                    {"work", work},
                    {"seconds", now.seconds},
                    {"throughput", now.block_steps / now.seconds / (plain.block_steps / plain.seconds)}});
  }
  if (given.count("json") > 0) return fmt::print("{}\n", rows.dump(2));
  fmt::print("{} draws, {} schedules, {} paths, {} repetitions\n", request.draws.size(), request.recipes.size(),
             request.paths, repeats);
  fmt::print("{:<18} {:>28} {:>28} {:>10} {:>16} {:>10} {:>6} {:>10}\n", "lever", "saved, mean (low to high)",
             "saved, difference", "error", "claimed/observed", "posterior", "work", "throughput");
  for (const Json& row : rows) {
    const auto span = [&](const char* key) {
      const Json& spread = row[key];
      return fmt::format("{:.4g} ({:.3g} to {:.3g})", spread["median"].get<double>(), spread["lowest"].get<double>(),
                         spread["highest"].get<double>());
    };
    fmt::print("{:<18} {:>28} {:>28} {:>10.2e} {:>7.2f}, {:>7.2f} {:>10.2e} {:>6.2f} {:>10.2f}\n",
               row["lever"].get<std::string>(), span("mean_saved"), span("difference_saved"),
               row["largest_error"].get<double>(), row["claimed_over_observed"].get<double>(),
               row["claimed_over_observed_difference"].get<double>(), row["posterior_error"].get<double>(),
               row["work"].get<double>(), row["throughput"].get<double>());
  }
}

cxxopts::Options options() {
  cxxopts::Options out("bench_levers", "What the statistical levers save, at equal error");
  out.add_options()("fit", "a fit file (default: an example's parameters)", cxxopts::value<std::string>())  //
      ("draws", "of the posterior, at most", cxxopts::value<int>()->default_value("1"))                     //
      ("paths", "of a repetition", cxxopts::value<int>()->default_value("256"))                             //
      ("steps", "of a run", cxxopts::value<Step>()->default_value("24000"))                                 //
      ("repeats", "repetitions", cxxopts::value<int>()->default_value("200"))                               //
      ("threads", "0: all cores", cxxopts::value<int>()->default_value("0"));
  return out;
}

}  // namespace
}  // namespace losscast::bench

int main(int count, char** arguments) {
  return losscast::bench::run_program(count, arguments, losscast::bench::options(), {}, losscast::bench::measure);
}
