#include "bench/common/engine_flags.hpp"

#include "bench/common/choice.hpp"
#include "bench/common/example.hpp"

namespace losscast::bench {

void add_engine_flags(cxxopts::Options& options) {
  const auto number = [](const char* fallback) { return cxxopts::value<int>()->default_value(fallback); };
  const auto word = [](const char* fallback) { return cxxopts::value<std::string>()->default_value(fallback); };
  options.add_options()("model", "SDE model", word("adamw"))                                            //
      ("scheme", "euler or exact-moments", word("exact-moments"))                                       //
      ("block", "optimiser steps a block; by default what the engine chooses", cxxopts::value<Step>())  //
      ("schedules", "number of schedules", number("100"))                                               //
      ("paths", "paths of each", cxxopts::value<std::int64_t>()->default_value("1024"))                 //
      ("steps", "optimiser steps of each", cxxopts::value<Step>()->default_value("24000"))              //
      ("draws", "parameter draws", number("4096"))                                                      //
      ("backend", "auto, cpu or cuda", word("auto"))                                                    //
      ("math", "reproducible or fast", word("reproducible"))                                            //
      ("repeats", "timed runs of each case", number("5"));
}

Experiment engine_request(const cxxopts::ParseResult& given) {
  Experiment request = example_request(find_model(given["model"].as<std::string>()));
  request.draws = scattered_draws(request.draws.front(), given["draws"].as<int>());
  request.recipes = example_schedules(given["schedules"].as<int>(), given["steps"].as<Step>());
  request.paths = given["paths"].as<std::int64_t>();
  request.scheme =
      choice<Scheme>(given, "scheme", {{"euler", Scheme::euler}, {"exact-moments", Scheme::exact_moments}});
  request.backend =
      choice<Backend>(given, "backend", {{"auto", Backend::automatic}, {"cpu", Backend::cpu}, {"cuda", Backend::cuda}});
  request.math = choice<MathMode>(given, "math", {{"reproducible", MathMode::reproducible}, {"fast", MathMode::fast}});
  if (given.count("block") > 0) request.block = given["block"].as<Step>();
  return request;
}

}  // namespace losscast::bench
