// Time to a given precision on the demo SDE: bench_demo [--target S] [--json], or bench_demo --table FILE.
//
// 36 schedules on shared random numbers; from the problem in memory to the means with standard errors of at most
// --target, pilot included, for each lever alone and all together.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bench/common/program.hpp"
#include "bench/common/timing.hpp"
#include "bench/elementary/demo_estimator.hpp"
#include "losscast/base/build_info.hpp"
#include "losscast/base/error.hpp"
#include "losscast/base/parallel.hpp"
#include "losscast/format/atomic_file.hpp"

namespace losscast::bench {
namespace {

using Json = nlohmann::ordered_json;

Json measure_method(const DemoProblem& problem, DemoMethod method, double target, int repeats) {
  std::vector<double> seconds;
  DemoEstimate estimate = estimate_demo(problem, method, target, 1);  // warms up
  for (int i = 0; i < repeats; ++i)
    seconds.push_back(seconds_of([&] { estimate = estimate_demo(problem, method, target, 1); }));
  return {{"system", "losscast"},
          {"version", build_info().version},
          {"method", demo_method_name(method)},
          {"style", ""},
          {"target", target},
          {"paths", estimate.paths},
          {"path_steps", estimate.path_steps},
          {"seconds", spread_of(seconds).median},
          {"worst_standard_error", *std::max_element(estimate.errors.begin(), estimate.errors.end())},
          {"reduction", estimate.reduction},
          {"means", estimate.means},
          {"standard_errors", estimate.errors}};
}

void measure(const cxxopts::ParseResult& given) {
  const DemoProblem problem(given["steps"].as<Step>(), thread_count(given["threads"].as<int>()));
  if (given.count("table") > 0) return write_atomically(given["table"].as<std::string>(), problem.table());
  const double target = given["target"].as<double>();
  if (!(target > 1e-7))
    throw InputError(fmt::format("--target {:g} is too small", target), "FP32 rounds to 1e-7", "raise it");
  Json all = Json::array();
  for (const DemoMethod method : {DemoMethod::plain, DemoMethod::antithetic, DemoMethod::linear_noise, DemoMethod::all})
    all.push_back(measure_method(problem, method, target, given["repeats"].as<int>()));
  if (given.count("json") > 0) return fmt::print("{}\n", all.dump());
  fmt::print("{} schedules x {} steps, to a standard error of {:g}\n", problem.schedules(), problem.steps(), target);
  for (const Json& one : all)
    fmt::print("{:<22} {:>9} paths {:>10.3g} path-steps {:>10.6f} s, error {:.2e}, variance / {:.3g}\n",
               one["method"].get<std::string>(), one["paths"].get<std::int64_t>(), one["path_steps"].get<double>(),
               one["seconds"].get<double>(), one["worst_standard_error"].get<double>(), one["reduction"].get<double>());
}

cxxopts::Options options() {
  cxxopts::Options out("bench_demo", "Time to a given precision on the demo SDE, by each lever");
  out.add_options()("target", "standard error of every mean", cxxopts::value<double>()->default_value("1e-4"))  //
      ("steps", "of a run, a multiple of 4", cxxopts::value<Step>()->default_value("256"))                      //
      ("threads", "0: all cores", cxxopts::value<int>()->default_value("0"))                                    //
      ("repeats", "timed runs, of which the median is reported", cxxopts::value<int>()->default_value("5"))     //
      ("table", "write the relative LRs of all schedules to this CSV file, and nothing else",
       cxxopts::value<std::string>());
  return out;
}

}  // namespace
}  // namespace losscast::bench

int main(int count, char** arguments) {
  return losscast::bench::run_program(count, arguments, losscast::bench::options(), {}, losscast::bench::measure);
}
