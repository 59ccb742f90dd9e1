// How time and memory grow: bench_growth [--axis schedules,paths,steps,draws] [--decades 3] and the flags of
// bench_throughput, which set what the other axes stay at.
//
// Each axis grows tenfold at a time. Beside each time stands what losscast/engine/cost.hpp predicted before the run.
#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "bench/common/engine_flags.hpp"
#include "bench/common/example.hpp"
#include "bench/common/experiment.hpp"
#include "bench/common/program.hpp"
#include "bench/common/timing.hpp"
#include "losscast/base/error.hpp"
#include "losscast/engine/cost.hpp"

namespace losscast::bench {
namespace {

using Json = nlohmann::ordered_json;

// Memory that this process holds now. [bytes]
double resident_bytes() {
  std::ifstream file("/proc/self/statm");
  double all = 0, resident = 0;
  file >> all >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

// The most it has held since the counter was last set back; setting it back is Linux's.
double peak_bytes() {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("VmHWM:")) return 1024 * std::stod(line.substr(6));
  return 0;
}
void forget_peak() { std::ofstream("/proc/self/clear_refs") << 5; }

void grow(Experiment& request, const std::string& axis, int size, Step steps) {
  if (axis == "schedules") {
    request.recipes = example_schedules(size, steps);
  } else if (axis == "paths") {
    request.paths = size;
  } else if (axis == "steps") {
    request.recipes = example_schedules(static_cast<int>(request.recipes.size()), size);
  } else if (axis == "draws") {
    request.draws = scattered_draws(request.draws.front(), size);
  } else {
    throw InputError(fmt::format("--axis {} is unknown", axis), "it is schedules, paths, steps or draws", "correct it");
  }
}

int smallest_size(const std::string& axis) {
  return axis == "schedules" || axis == "draws" ? 1 : axis == "paths" ? 16 : 100;
}

Json measure_case(Experiment request, int repeats) {
  const EngineCost predicted = estimate_cost(request);
  malloc_trim(0);
  forget_peak();
  const double before = resident_bytes();
  run(request);  // warms up
  const double taken = peak_bytes() - before;
  std::vector<double> seconds;
  Performance work;
  for (int i = 0; i < repeats; ++i) seconds.push_back(seconds_of([&] { work = run(request).performance; }));
  const double measured = spread_of(seconds).median;
  return {{"block", predicted.work.block},
          {"path_steps", work.path_steps},
          {"seconds", measured},
          {"path_steps_per_second", static_cast<double>(work.path_steps) / measured},
          {"predicted_seconds", predicted.seconds},
          {"predicted_path_steps", predicted.work.path_steps},
          {"host_megabytes", taken * 1e-6},
          {"predicted_host_megabytes", static_cast<double>(predicted.work.host_bytes) * 1e-6}};
}

void print_axis(const std::string& axis, const Json& rows) {
  fmt::print("{:>9} {:>6} {:>11} {:>10} {:>9} {:>13} {:>11} {:>10} {:>9} {:>11}\n", axis, "m", "path-steps", "seconds",
             "x before", "path-steps/s", "predicted s", "predicted/", "host MB", "predicted");
  double before = 0;
  for (const Json& row : rows) {
    const double seconds = row["seconds"], predicted = row["predicted_seconds"];
    fmt::print("{:>9} {:>6} {:>11.2e} {:>10.4f} {:>9} {:>13.2e} {:>11.4f} {:>10.2f} {:>9.1f} {:>11.1f}\n",
               row["size"].get<int>(), row["block"].get<Step>(), row["path_steps"].get<double>(), seconds,
               before > 0 ? fmt::format("{:.1f}", seconds / before) : "", row["path_steps_per_second"].get<double>(),
               predicted, predicted / seconds, row["host_megabytes"].get<double>(),
               row["predicted_host_megabytes"].get<double>());
    before = seconds;
  }
}

void measure(const cxxopts::ParseResult& given) {
  Experiment request = engine_request(given);
  request.threads = given["threads"].as<int>();
  Json all;
  for (const std::string& axis : given["axis"].as<std::vector<std::string>>()) {
    Json rows = Json::array();
    int size = smallest_size(axis);
    for (int decade = 0; decade <= given["decades"].as<int>(); ++decade, size *= 10) {
      Experiment grown = request;
      grow(grown, axis, size, given["steps"].as<Step>());
      Json row = {{"size", size}};
      row.update(measure_case(std::move(grown), given["repeats"].as<int>()));
      rows.push_back(row);
    }
    if (given.count("json") == 0) print_axis(axis, rows);
    all[axis] = rows;
  }
  if (given.count("json") > 0) fmt::print("{}\n", all.dump(2));
}

cxxopts::Options options() {
  cxxopts::Options out("bench_growth", "How time and memory grow with each axis of a request");
  add_engine_flags(out);
  out.add_options()("axis", "axes to grow",
                    cxxopts::value<std::vector<std::string>>()->default_value("schedules,paths,steps,draws"))  //
      ("decades", "how often an axis grows tenfold", cxxopts::value<int>()->default_value("3"))                //
      ("threads", "on a CPU; 0: all cores", cxxopts::value<int>()->default_value("0"));
  return out;
}

}  // namespace
}  // namespace losscast::bench

int main(int count, char** arguments) {
  return losscast::bench::run_program(count, arguments, losscast::bench::options(), {}, losscast::bench::measure);
}
