#include "bench/search/request.hpp"

#include <cmath>
#include <string>

#include "bench/common/example.hpp"
#include "losscast/fit/forecast.hpp"
#include "losscast/io/fit_file.hpp"

namespace losscast::bench {
namespace {

constexpr int kExampleDraws = 4096;

Experiment narrow_request(const cxxopts::ParseResult& given) {
  if (given.count("fit") > 0) return experiment_of(read_fit(given["fit"].as<std::string>()));
  Experiment request = example_request(find_model("adamw"));
  request.draws = scattered_draws(request.draws.front(), kExampleDraws);
  return request;
}

ParameterDraws widened(std::vector<std::vector<double>> draws, double factor) {
  for (std::size_t p = 0; p < draws.front().size(); ++p) {
    double mean = 0;
    for (const auto& draw : draws) mean += std::log(draw[p]) / static_cast<double>(draws.size());
    for (auto& draw : draws) draw[p] = std::exp(mean + factor * (std::log(draw[p]) - mean));
  }
  return draws;
}

}  // namespace

void add_request_flags(cxxopts::Options& options) {
  options.add_options()("fit", "a fit file (default: an example's parameters, scattered by 3%)",
                        cxxopts::value<std::string>())                                                      //
      ("widen", "multiplies the draws' distance from their mean, in logarithms", cxxopts::value<double>())  //
      ("threads", "0: all cores", cxxopts::value<int>()->default_value("0"));
}

Experiment request_of(const cxxopts::ParseResult& given) {
  Experiment request = narrow_request(given);
  request.threads = given["threads"].as<int>();
  if (given.count("widen") > 0) request.draws = widened(request.draws.all(), given["widen"].as<double>());
  return request;
}

}  // namespace losscast::bench
