// Answers with the exact mean of schedules, for other programs that search: bench_search_objective [--fit FIT] ...
//
// Reads lines of standard input: a schedule, such as { family = "wsd", ... }. After a batch of them an empty line asks
// for the answer, which is a line for each schedule: its mean final loss over the draws, in nats, or `nan` where the
// arguments make no schedule. Ends with its input.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <limits>
#include <optional>
#include <string>

#include "bench/common/program.hpp"
#include "bench/search/exact_values.hpp"
#include "bench/search/request.hpp"
#include "losscast/base/error.hpp"
#include "losscast/schedule/schedule_text.hpp"

namespace losscast::bench {
namespace {

std::optional<Recipe> recipe_of(const std::string& line) {
  try {
    return parse_recipe(line, "standard input");
  } catch (const InputError& error) {
    fmt::print(stderr, "{}\n", error.what());
    return std::nullopt;
  }
}

void answer(const cxxopts::ParseResult& given) {
  const Experiment request = request_of(given);
  ConditionalMeans means(request, request);
  const std::int64_t draws = std::min<std::int64_t>(given["draws"].as<int>(), means.draws());
  std::vector<Recipe> recipes;
  std::vector<bool> exists;
  for (std::string line; std::getline(std::cin, line);) {
    if (!line.empty()) {
      std::optional<Recipe> one = recipe_of(line);
      exists.push_back(one.has_value());
      if (one) recipes.push_back(std::move(*one));
      continue;
    }
    const std::vector<double> values = exact_values(means, recipes, draws, given["blocks"].as<int>());
    auto next = values.begin();
    for (const bool one : exists) fmt::print("{:.9f}\n", one ? *next++ : std::numeric_limits<double>::quiet_NaN());
    std::fflush(stdout);
    recipes.clear();
    exists.clear();
  }
}

cxxopts::Options options() {
  cxxopts::Options out("bench_search_objective", "Exact means of schedules, asked for line by line");
  const auto number = [](const char* fallback) { return cxxopts::value<int>()->default_value(fallback); };
  add_request_flags(out);
  out.add_options()("draws", "of the posterior, the first so many", number("4096"))  //
      ("blocks", "of a segment of a schedule", number("16"));
  return out;
}

}  // namespace
}  // namespace losscast::bench

int main(int count, char** arguments) {
  return losscast::bench::run_program(count, arguments, losscast::bench::options(), {}, losscast::bench::answer);
}
