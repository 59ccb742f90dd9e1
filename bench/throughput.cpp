// Speed of the engine: bench_throughput [--model NAME] [--scheme euler|exact-moments] [--block M] [--schedules N] ...
//
// Runs one request with each number of threads in turn, after a warm-up run, as often as --repeats says and
// interleaved, so that a machine that speeds up or slows down touches all alike.
#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>

#include "example.hpp"
#include "losscast/error.hpp"
#include "program.hpp"
#include "timing.hpp"

namespace losscast::bench {
namespace {

struct Measured {
  int threads;
  std::vector<double> wall, engine;  // seconds, of each repeat
};

template <class Value>
Value choice(const std::map<std::string, Value>& choices, const std::string& flag, const std::string& word) {
  const auto at = choices.find(word);
  if (at != choices.end()) return at->second;
  std::vector<std::string> words;
  for (const auto& [name, value] : choices) words.push_back(name);
  throw InputError(fmt::format("--{} {} is unknown (it is one of {}) correct it", flag, word, fmt::join(words, ", ")));
}

EnsembleRequest request_of(const cxxopts::ParseResult& given) {
  const SdeModel& model = find_model(given["model"].as<std::string>());
  EnsembleRequest request = example_request(model);
  request.draws = scattered_draws(request.draws.front(), given["draws"].as<int>());
  request.schedules = example_schedules(given["schedules"].as<int>(), given["steps"].as<Step>());
  request.paths = given["paths"].as<std::int64_t>();
  request.scheme = choice<Scheme>({{"euler", Scheme::euler}, {"exact-moments", Scheme::exact_moments}}, "scheme",
                                  given["scheme"].as<std::string>());
  request.backend = choice<Backend>({{"auto", Backend::automatic}, {"cpu", Backend::cpu}, {"cuda", Backend::cuda}},
                                    "backend", given["backend"].as<std::string>());
  if (given.count("block") > 0) request.block = given["block"].as<Step>();
  return request;
}

nlohmann::ordered_json report(const EnsembleRequest& request, const EnsembleResult& result,
                              const std::vector<Measured>& all) {
  const Performance& work = result.performance;
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const Measured& one : all) {
    const Spread wall = spread_of(one.wall), engine = spread_of(one.engine);
    rows.push_back({{"threads", one.threads},
                    {"wall_seconds", wall.median},
                    {"wall_seconds_lowest", wall.lowest},
                    {"wall_seconds_highest", wall.highest},
                    {"path_steps_per_second", static_cast<double>(work.path_steps) / wall.median},
                    {"best_path_steps_per_second", static_cast<double>(work.path_steps) / wall.lowest},
                    {"block_steps_per_second", static_cast<double>(work.block_steps) / wall.median},
                    {"share_outside_engine", 1 - engine.median / wall.median},
                    {"speed_up", spread_of(all.front().wall).median / wall.median}});
  }
  return {{"model", request.model->name()},
          {"states", request.model->states()},
          {"scheme", request.scheme == Scheme::euler ? "euler" : "exact-moments"},
          {"block", result.step_error.block},
          {"step_error_mean", result.step_error.mean},
          {"step_error_standard_deviation", result.step_error.standard_deviation},
          {"schedules", request.schedules.size()},
          {"paths", request.paths},
          {"steps", request.schedules.front().total_steps()},
          {"draws", request.draws.size()},
          {"backend", work.backend},
          {"device", work.device},
          {"path_steps", work.path_steps},
          {"block_steps", work.block_steps},
          {"runs", rows}};
}

void print_table(const nlohmann::ordered_json& r) {
  fmt::print("{} ({} states), {}, blocks of m = {} steps, {} schedules x {} paths x {} steps, {} draws, {} ({})\n",
             r["model"].get<std::string>(), r["states"].get<int>(), r["scheme"].get<std::string>(),
             r["block"].get<Step>(), r["schedules"].get<int>(), r["paths"].get<std::int64_t>(), r["steps"].get<Step>(),
             r["draws"].get<int>(), r["backend"].get<std::string>(), r["device"].get<std::string>());
  fmt::print("step-size error along the run: mean {:.1e} nats, standard deviation {:.1e} nats\n",
             r["step_error_mean"].get<double>(), r["step_error_standard_deviation"].get<double>());
  fmt::print("{:>7} {:>10} {:>21} {:>13} {:>13} {:>13} {:>15} {:>9}\n", "threads", "wall s", "(lowest to highest)",
             "path-steps/s", "best", "block-steps/s", "outside engine", "speed-up");
  for (const auto& row : r["runs"])
    fmt::print("{:>7} {:>10.3f} {:>21} {:>13.3e} {:>13.3e} {:>13.3e} {:>14.1f}% {:>9.2f}\n", row["threads"].get<int>(),
               row["wall_seconds"].get<double>(),
               fmt::format("({:.3f} to {:.3f})", row["wall_seconds_lowest"].get<double>(),
                           row["wall_seconds_highest"].get<double>()),
               row["path_steps_per_second"].get<double>(), row["best_path_steps_per_second"].get<double>(),
               row["block_steps_per_second"].get<double>(), 100 * row["share_outside_engine"].get<double>(),
               row["speed_up"].get<double>());
}

void measure(const cxxopts::ParseResult& given) {
  EnsembleRequest request = request_of(given);
  std::vector<Measured> all;
  for (const int threads : given["threads"].as<std::vector<int>>()) all.push_back({threads, {}, {}});
  const EnsembleResult warm_up = run(request);
  for (int repeat = 0; repeat < given["repeats"].as<int>(); ++repeat)
    for (Measured& one : all) {
      request.threads = one.threads;
      one.wall.push_back(seconds_of([&] { one.engine.push_back(run(request).performance.engine_seconds); }));
    }
  const auto out = report(request, warm_up, all);
  given.count("json") > 0 ? fmt::print("{}\n", out.dump(2)) : print_table(out);
}

cxxopts::Options options() {
  cxxopts::Options out("bench_throughput",
                       "Speed of the engine on schedules with a cool-down, at a 100M model's parameters");
  const auto number = [](const char* fallback) { return cxxopts::value<int>()->default_value(fallback); };
  const auto word = [](const char* fallback) { return cxxopts::value<std::string>()->default_value(fallback); };
  out.add_options()("model", "SDE model", word("adamw"))                                                //
      ("scheme", "euler or exact-moments", word("exact-moments"))                                       //
      ("block", "optimiser steps a block; by default what the engine chooses", cxxopts::value<Step>())  //
      ("schedules", "number of schedules", number("100"))                                               //
      ("paths", "paths of each", cxxopts::value<std::int64_t>()->default_value("1024"))                 //
      ("steps", "optimiser steps of each", cxxopts::value<Step>()->default_value("24000"))              //
      ("draws", "parameter draws", number("4096"))                                                      //
      ("threads", "numbers of threads to compare, such as 1,2",
       cxxopts::value<std::vector<int>>()->default_value("1,2"))  //
      ("backend", "auto, cpu or cuda", word("auto"))              //
      ("repeats", "timed runs with each number of threads", number("5"));
  return out;
}

}  // namespace
}  // namespace losscast::bench

int main(int count, char** arguments) {
  return losscast::bench::run_program(count, arguments, losscast::bench::options(), {}, losscast::bench::measure);
}
