// Speed of the engine: bench_throughput [--model NAME] [--scheme euler|exact-moments] [--block M] [--schedules N] ...
//
// Runs one request with each number of threads in turn, after a warm-up run, as often as --repeats says and
// interleaved, so that a machine that speeds up or slows down touches all alike. So it does with each kind of --spikes,
// all in blocks of the same length; how fast each is beside the first kind is the median over the repeats.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/common/engine_flags.hpp"
#include "bench/common/experiment.hpp"
#include "bench/common/program.hpp"
#include "bench/common/timing.hpp"
#include "losscast/base/error.hpp"
#include "losscast/engine/ensemble.hpp"

namespace losscast::bench {
namespace {

struct Measured {
  int threads;
  std::string spikes;
  std::vector<double> wall, engine;  // seconds, of each repeat
};

// What a path does for them does not depend on how often they come.
Spikes spikes_of(const std::string& kind) {
  Spikes spikes;
  if (kind == "none") return spikes;
  if (kind != "jumps" && kind != "jumps-and-barrier")
    throw InputError(fmt::format("there are no spikes \"{}\"", kind), "there are none, jumps and jumps-and-barrier",
                     "use these");
  spikes.jump_rate = 1e-5;
  spikes.critical_lr = 3e-4;
  spikes.mean_jump = 0.1;
  spikes.jump_decay = 1e-3;
  if (kind == "jumps") return spikes;
  spikes.barrier_pull = 1e-5;
  spikes.barrier_noise = 1e-4;
  spikes.barrier_growth = 1e-4;
  spikes.barrier_limit = 4;
  return spikes;
}

// The speed beside that of the first kind of spikes with as many threads.
double speed_beside_first(const std::vector<Measured>& all, const Measured& one) {
  const Measured& first = *std::ranges::find(all, one.threads, &Measured::threads);
  std::vector<double> ratios;
  for (std::size_t repeat = 0; repeat < one.wall.size(); ++repeat)
    ratios.push_back(first.wall[repeat] / one.wall[repeat]);
  return spread_of(ratios).median;
}

nlohmann::ordered_json report(const Experiment& request, const EnsembleResult& result,
                              const std::vector<Measured>& all) {
  const Performance& work = result.performance;
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const Measured& one : all) {
    const Spread wall = spread_of(one.wall), engine = spread_of(one.engine);
    rows.push_back({{"threads", one.threads},
                    {"spikes", one.spikes},
                    {"wall_seconds", wall.median},
                    {"wall_seconds_lowest", wall.lowest},
                    {"wall_seconds_highest", wall.highest},
                    {"engine_seconds", engine.median},
                    {"path_steps_per_second", static_cast<double>(work.path_steps) / wall.median},
                    {"best_path_steps_per_second", static_cast<double>(work.path_steps) / wall.lowest},
                    {"block_steps_per_second", static_cast<double>(work.block_steps) / wall.median},
                    {"share_outside_engine", 1 - engine.median / wall.median},
                    {"speed_up", spread_of(all.front().wall).median / wall.median},
                    {"beside_first_spikes", speed_beside_first(all, one)}});
  }
  return {{"model", request.model->name()},
          {"states", request.model->states()},
          {"scheme", request.scheme == Scheme::euler ? "euler" : "exact-moments"},
          {"block", result.step_error.block},
          {"step_error_mean", result.step_error.mean},
          {"step_error_standard_deviation", result.step_error.standard_deviation},
          {"schedules", request.recipes.size()},
          {"paths", request.paths},
          {"steps", request.recipes.front().total_steps()},
          {"draws", request.draws.size()},
          {"backend", work.backend},
          {"device", work.device},
          {"math", work.math == MathMode::fast ? "fast" : "reproducible"},
          {"math_deviation", work.math_deviation ? work.math_deviation->path : 0.0},
          {"path_steps", work.path_steps},
          {"block_steps", work.block_steps},
          {"runs", rows}};
}

void print_table(const nlohmann::ordered_json& r) {
  fmt::print("{} ({} states), {}, blocks of m = {} steps, {} schedules x {} paths x {} steps, {} draws, {} ({}, {})\n",
             r["model"].get<std::string>(), r["states"].get<int>(), r["scheme"].get<std::string>(),
             r["block"].get<Step>(), r["schedules"].get<int>(), r["paths"].get<std::int64_t>(), r["steps"].get<Step>(),
             r["draws"].get<int>(), r["backend"].get<std::string>(), r["device"].get<std::string>(),
             r["math"].get<std::string>());
  fmt::print("step-size error along the run: mean {:.1e} nats, standard deviation {:.1e} nats\n",
             r["step_error_mean"].get<double>(), r["step_error_standard_deviation"].get<double>());
  if (r["math"] == "fast")
    fmt::print("fast mathematics moved a path by up to {:.1e} nats\n", r["math_deviation"].get<double>());
  fmt::print("{:>7} {:>18} {:>10} {:>21} {:>13} {:>13} {:>13} {:>15} {:>9} {:>13}\n", "threads", "spikes", "wall s",
             "(lowest to highest)", "path-steps/s", "best", "block-steps/s", "outside engine", "speed-up",
             "beside first");
  for (const auto& row : r["runs"])
    fmt::print("{:>7} {:>18} {:>10.3f} {:>21} {:>13.3e} {:>13.3e} {:>13.3e} {:>14.1f}% {:>9.2f} {:>13.3f}\n",
               row["threads"].get<int>(), row["spikes"].get<std::string>(), row["wall_seconds"].get<double>(),
               fmt::format("({:.3f} to {:.3f})", row["wall_seconds_lowest"].get<double>(),
                           row["wall_seconds_highest"].get<double>()),
               row["path_steps_per_second"].get<double>(), row["best_path_steps_per_second"].get<double>(),
               row["block_steps_per_second"].get<double>(), 100 * row["share_outside_engine"].get<double>(),
               row["speed_up"].get<double>(), row["beside_first_spikes"].get<double>());
}

void measure(const cxxopts::ParseResult& given) {
  Experiment request = engine_request(given);
  std::vector<Measured> all;
  const auto kinds = given["spikes"].as<std::vector<std::string>>();
  for (const int threads : given["threads"].as<std::vector<int>>())
    for (const std::string& kind : kinds) all.push_back({threads, kind, {}, {}});
  request.spikes = spikes_of(kinds.front());
  const EnsembleResult warm_up = run(request);
  if (kinds.size() > 1) request.block = warm_up.step_error.block;
  for (int repeat = 0; repeat < given["repeats"].as<int>(); ++repeat)
    for (Measured& one : all) {
      request.threads = one.threads;
      request.spikes = spikes_of(one.spikes);
      one.wall.push_back(seconds_of([&] { one.engine.push_back(run(request).performance.engine_seconds); }));
    }
  const auto out = report(request, warm_up, all);
  given.count("json") > 0 ? fmt::print("{}\n", out.dump(2)) : print_table(out);
}

cxxopts::Options options() {
  cxxopts::Options out("bench_throughput",
                       "Speed of the engine on schedules with a cool-down, at a 100M model's parameters");
  add_engine_flags(out);
  out.add_options()("threads", "numbers of threads to compare, such as 1,2",
                    cxxopts::value<std::vector<int>>()->default_value("1,2"))  //
      ("spikes", "kinds of spikes to compare: none, jumps, jumps-and-barrier, separated by commas",
       cxxopts::value<std::vector<std::string>>()->default_value("none"));
  return out;
}

}  // namespace
}  // namespace losscast::bench

int main(int count, char** arguments) {
  return losscast::bench::run_program(count, arguments, losscast::bench::options(), {}, losscast::bench::measure);
}
