// Seconds of a fit: bench_fit_time FOLDER [--threads 2] [--repeats 3] [--json].
//
// Fits each model to the published training curves of one size; FOLDER holds runs.csv and the curves.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "bench/common/program.hpp"
#include "bench/common/public_curves.hpp"
#include "bench/common/timing.hpp"
#include "losscast/fit/fit_model.hpp"

namespace losscast::bench {
namespace {

void measure(const cxxopts::ParseResult& given) {
  const std::vector<Curve> curves = curves_of(read_public_curves(given["FOLDER"].as<std::string>()), Split::train);
  const FitOptions options{.threads = given["threads"].as<int>()};
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const SdeModel* model : models()) {
    std::vector<double> seconds;
    Fit fit;
    for (int repeat = 0; repeat < given["repeats"].as<int>(); ++repeat)
      seconds.push_back(seconds_of([&] { fit = fit_model(curves, *model, options); }));
    const Spread spread = spread_of(seconds);
    rows.push_back({{"model", fit.model},
                    {"starts", fit.starts},
                    {"starts_converged_to_best", fit.starts_converged_to_best},
                    {"seconds", spread.median},
                    {"seconds_lowest", spread.lowest},
                    {"seconds_highest", spread.highest}});
  }
  if (given.count("json") > 0) {
    fmt::print("{}\n", nlohmann::ordered_json{{"threads", options.threads}, {"rows", rows}}.dump(2));
    return;
  }
  fmt::print("{:14} {:>16} {:>10} {:>18}   (with {} threads)\n", "model", "starts at best", "seconds",
             "lowest to highest", options.threads);
  for (const auto& row : rows)
    fmt::print(
        "{:14} {:>16} {:>10.2f} {:>18}\n", row["model"].get<std::string>(),
        fmt::format("{} of {}", row["starts_converged_to_best"].get<int>(), row["starts"].get<int>()),
        row["seconds"].get<double>(),
        fmt::format("{:.2f} to {:.2f}", row["seconds_lowest"].get<double>(), row["seconds_highest"].get<double>()));
}

}  // namespace
}  // namespace losscast::bench

int main(int count, char** arguments) {
  cxxopts::Options options("bench_fit_time", "Seconds of a fit to three curves of one model size");
  options.add_options()("threads", "threads", cxxopts::value<int>()->default_value("2"))  //
      ("repeats", "timed fits of each model", cxxopts::value<int>()->default_value("3"));
  return losscast::bench::run_program(count, arguments, options, {"FOLDER"}, losscast::bench::measure);
}
