// What multilevel Monte Carlo saves beside single blocks of a length that suits the target: bench_multilevel [--fit
// FIT]
// [--draws N] [--dimensions D] [--target LIST] ...
//
// 36 schedules of six families, the same target for the standard error of each mean. run_multilevel() against
// run_to_precision(): path-steps, seconds, the errors and the biases that they claim, and how far their means are
// apart.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "bench/common/example.hpp"
#include "bench/common/experiment.hpp"
#include "bench/common/program.hpp"
#include "bench/common/timing.hpp"
#include "losscast/base/error.hpp"
#include "losscast/fit/forecast.hpp"
#include "losscast/io/fit_file.hpp"
#include "losscast/precision/multilevel.hpp"
#include "losscast/precision/precision.hpp"

namespace losscast::bench {
namespace {

using Json = nlohmann::ordered_json;

struct Outcome {
  std::vector<double> means, errors;  // of each schedule [nats]
  double path_steps = 0, bias = 0;
  std::vector<std::string> work;      // the blocks, and what crossed them
  std::vector<std::string> problems;  // also that an error is above the target
};

void note_missed(double target, Outcome& out) {
  const auto missed = std::count_if(out.errors.begin(), out.errors.end(), [&](double e) { return !(e <= target); });
  if (missed > 0) out.problems.push_back(fmt::format("{} errors above the target", missed));
}

Outcome multilevel(const Experiment& request, double target) {
  const MultilevelResult result =
      run_multilevel(request, {request.recipes, target, request.seed, request.scheme, request.block}, request);
  Outcome out{result.means, result.errors, static_cast<double>(result.path_steps), result.bias, {}, result.problems};
  for (const MultilevelLevel& level : result.levels)
    out.work.push_back(fmt::format("{}: {} pairs", level.block, level.units));
  note_missed(target, out);
  return out;
}

Outcome single_blocks(Experiment request, double target) {
  request.paths = std::numeric_limits<std::int32_t>::max();
  PrecisionGoal goal;
  goal.target_error = target;
  const PreciseResult result = run_to_precision(request, goal);
  Outcome out;
  for (const auto& of_schedule : result.result.statistics) {
    out.means.push_back(of_schedule.back().mean);
    out.errors.push_back(of_schedule.back().standard_error);
  }
  out.path_steps = static_cast<double>(result.result.performance.path_steps);
  out.bias = result.result.step_error.at_end;
  out.work = {fmt::format("{}: {} to {} paths", result.result.step_error.block,
                          *std::min_element(result.paths.begin(), result.paths.end()),
                          *std::max_element(result.paths.begin(), result.paths.end()))};
  note_missed(target, out);
  return out;
}

double largest(const std::vector<double>& values) { return *std::max_element(values.begin(), values.end()); }

// Medians over the repetitions, the last one's work, every problem that there was.
template <class Method>
Json measured(const char* name, Experiment request, double target, int repeats, const Method& method, Outcome& last) {
  std::vector<double> path_steps, seconds, errors;
  std::vector<std::string> problems;
  for (int repeat = 0; repeat < repeats; ++repeat) {
    request.seed = static_cast<std::uint64_t>(1000 + repeat);
    seconds.push_back(seconds_of([&] { last = method(request, target); }));
    path_steps.push_back(last.path_steps);
    errors.push_back(largest(last.errors));
    problems.insert(problems.end(), last.problems.begin(), last.problems.end());
  }
  return {{"method", name},
          {"target", target},
          {"path_steps", spread_of(path_steps).median},
          {"seconds", spread_of(seconds).median},
          {"largest_error", spread_of(errors).median},
          {"bias", last.bias},
          {"work", last.work},
          {"problems", problems}};
}

// Returns how far the means lie apart at most, in standard errors of both, less the biases that both claim.
double apart(const Outcome& a, const Outcome& b) {
  double most = 0;
  for (std::size_t s = 0; s < a.means.size(); ++s) {
    const double beyond = std::max(0.0, std::abs(a.means[s] - b.means[s]) - a.bias - b.bias - kRoundingError);
    most = std::max(most, beyond / std::hypot(a.errors[s], b.errors[s]));
  }
  return most;
}

void measure(const cxxopts::ParseResult& given) {
  Experiment request = given.count("fit") > 0 ? experiment_of(read_fit(given["fit"].as<std::string>()))
                                              : example_request(find_model("adamw"));
  const auto draws = static_cast<std::size_t>(given["draws"].as<int>());
  if (given.count("fit") == 0) request.draws = scattered_draws(request.draws.front(), static_cast<int>(draws));
  request.draws = first_draws(request.draws, draws);
  if (given.count("dimensions") > 0) request.noise.four_over_d = 4 / given["dimensions"].as<float>();
  request.recipes = benchmark_schedules(given["steps"].as<Step>());
  request.levers = kAutomaticLevers;
  request.threads = given["threads"].as<int>();
  const int repeats = given["repeats"].as<int>();

  Json rows = Json::array();
  for (const double target : given["target"].as<std::vector<double>>()) {
    Outcome of_levels, of_blocks;
    const Json blocks = measured("single blocks", request, target, repeats, single_blocks, of_blocks);
    Json levels = measured("multilevel", request, target, repeats, multilevel, of_levels);
    levels["saved"] = blocks["path_steps"].get<double>() / levels["path_steps"].get<double>();
    levels["seconds_saved"] = blocks["seconds"].get<double>() / levels["seconds"].get<double>();
    levels["sigmas_apart"] = apart(of_levels, of_blocks);
    rows.push_back(blocks);
    rows.push_back(levels);
  }
  if (given.count("json") > 0) return fmt::print("{}\n", rows.dump(2));
  fmt::print("{} draws, {} dimensions a hill, {} schedules, {} repetitions\n", request.draws.size(),
             std::lround(4 / request.noise.four_over_d), request.recipes.size(), repeats);
  fmt::print("{:<14} {:>8} {:>10} {:>8} {:>8} {:>8} {:>9} {:>9} {:>6}  {}\n", "method", "target", "path-steps", "saved",
             "seconds", "saved", "error", "bias", "sigmas", "block: what crossed it");
  for (const Json& row : rows) {
    const auto ratio = [&](const char* key) {
      return row.contains(key) ? fmt::format("{:.2f}", row[key].get<double>()) : std::string();
    };
    fmt::print("{:<14} {:>8.2g} {:>10.3g} {:>8} {:>8.3f} {:>8} {:>9.2e} {:>9.2e} {:>6}  {}\n",
               row["method"].get<std::string>(), row["target"].get<double>(), row["path_steps"].get<double>(),
               ratio("saved"), row["seconds"].get<double>(), ratio("seconds_saved"), row["largest_error"].get<double>(),
               row["bias"].get<double>(), ratio("sigmas_apart"),
               fmt::join(row["work"].get<std::vector<std::string>>(), ", "));
    for (const std::string& problem : row["problems"].get<std::vector<std::string>>())
      fmt::print("  problem: {}\n", problem);
  }
}

cxxopts::Options options() {
  cxxopts::Options out("bench_multilevel", "Multilevel Monte Carlo beside single blocks");
  out.add_options()("fit", "a fit file (default: an example's parameters)", cxxopts::value<std::string>())     //
      ("draws", "of the posterior, at most", cxxopts::value<int>()->default_value("4096"))                     //
      ("dimensions", "of a hill: the fewer, the noisier (default: the fit's)", cxxopts::value<float>())        //
      ("target", "standard errors [nats]", cxxopts::value<std::vector<double>>()->default_value("1e-4,3e-5"))  //
      ("steps", "of a run", cxxopts::value<Step>()->default_value("24000"))                                    //
      ("repeats", "repetitions", cxxopts::value<int>()->default_value("5"))                                    //
      ("threads", "0: all cores", cxxopts::value<int>()->default_value("0"));
  return out;
}

}  // namespace
}  // namespace losscast::bench

int main(int count, char** arguments) {
  return losscast::bench::run_program(count, arguments, losscast::bench::options(), {}, losscast::bench::measure);
}
