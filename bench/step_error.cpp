// Step-size error along a run: bench_step_error [--fit FILE] [--json].
//
// For each model and scheme it reports how far blocks of m = 1, 2, 4, ... steps move the mean and the standard
// deviation of the loss, by exact recursions, at the end of every block after the warm-up of a constant, a cosine, a
// WSD and a two-stage run of 24,000 steps whose corners lie on no border of blocks. It also reports the block length
// that the engine chooses.
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "bench/common/example.hpp"
#include "bench/common/experiment.hpp"
#include "bench/common/program.hpp"
#include "losscast/base/error.hpp"
#include "losscast/fit/forecast.hpp"
#include "losscast/io/fit_file.hpp"
#include "losscast/schedule/families.hpp"
#include "losscast/schedule/warmup.hpp"

namespace losscast::bench {
namespace {

struct Row {
  std::string model, scheme;
  Step block;
  bool is_chosen, is_stable;
  double mean, standard_deviation;  // largest errors [nats]
};

std::vector<Recipe> schedules(double peak) {
  const std::map<std::string, Value> common = {{"peak_lr", peak}, {"warmup_steps", 2161.0}, {"total_steps", 24000.0}};
  const auto make = [&](std::map<std::string, Value> values) {
    values.insert(common.begin(), common.end());
    return make_schedule({std::move(values)});
  };
  return {make({{"family", "constant"}}), make({{"family", "cosine"}, {"final_lr", peak / 10}}),
          make({{"family", "wsd"}, {"decay_start", 20001.0}, {"final_lr", 0.0}}),
          make({{"family", "two-stage"}, {"decay_start", 8001.0}, {"final_lr", 0.3 * peak}})};
}

// The law after every block of m steps that ends after the warm-up, and the steps where they end.
struct Law {
  std::vector<Step> steps;
  std::vector<LossMoments> moments;
};

BlockTable table_of(const Experiment& request, const Recipe& recipe, Step m) {
  std::vector<Step> edges;
  for (Step s = 0; s < recipe.total_steps(); s += m) edges.push_back(s);
  edges.push_back(recipe.total_steps());
  return make_block_table(recipe, request.model->effective_lr(), request.reference, request.weight_decay,
                          std::move(edges));
}

Law law_of(const Experiment& request, const Recipe& recipe, Step m, Scheme scheme) {
  const BlockTable table = table_of(request, recipe, m);
  Law out;
  std::vector<int> after;
  for (std::size_t b = 1; b < table.edges.size(); ++b) {
    if (table.edges[b] <= warmup_end(recipe.schedule)) continue;
    out.steps.push_back(table.edges[b]);
    after.push_back(static_cast<int>(b));
  }
  out.moments = request.model->moments(table, request.draws.front(), request.noise, scheme, after);
  return out;
}

// Takes the larger of the errors so far and those of this recipe.
void compare(const Law& exact, const Law& coarse, Row& row) {
  for (std::size_t i = 0, e = 0; i < coarse.steps.size(); ++i) {
    while (exact.steps[e] < coarse.steps[i]) ++e;
    const LossMoments &a = coarse.moments[i], &b = exact.moments[e];
    row.mean = std::max(row.mean, std::abs(a.mean - b.mean));
    row.standard_deviation = std::max(row.standard_deviation, std::abs(std::sqrt(a.variance) - std::sqrt(b.variance)));
  }
}

// 0 where the engine finds none.
Step chosen_block(Experiment request) {
  request.paths = 1;
  try {
    return run(request).step_error.block;
  } catch (const InputError&) {
    return 0;
  }
}

void add_rows(Experiment request, std::vector<Row>& rows) {
  request.recipes = schedules(request.reference.lr);
  std::vector<Law> exact;
  for (const Recipe& recipe : request.recipes) exact.push_back(law_of(request, recipe, 1, Scheme::exact_moments));
  for (const Scheme scheme : {Scheme::exact_moments, Scheme::euler}) {
    request.scheme = scheme;
    const Step chosen = chosen_block(request);
    for (Step m = 1; m <= kLongestBlock; m *= 2) {
      Row row{std::string(request.model->name()),
              scheme == Scheme::euler ? "euler" : "exact-moments",
              m,
              m == chosen,
              true,
              0,
              0};
      for (std::size_t i = 0; i < exact.size(); ++i) {
        const Recipe& recipe = request.recipes[i];
        compare(exact[i], law_of(request, recipe, m, scheme), row);
        const double stiffness =
            request.model->largest_rate_times_clock(table_of(request, recipe, m), request.draws.front());
        row.is_stable = row.is_stable && (scheme == Scheme::exact_moments || stiffness < 2);
      }
      rows.push_back(row);
      if (!row.is_stable) break;
    }
  }
}

void print_table(const std::vector<Row>& rows) {
  fmt::print("{:14} {:14} {:>6} {:>12} {:>12}   (largest error along the run, nats)\n", "model", "scheme", "block",
             "mean", "std. dev.");
  for (const Row& row : rows)
    row.is_stable ? fmt::print("{:14} {:14} {:>6} {:>12.1e} {:>12.1e}{}\n", row.model, row.scheme, row.block, row.mean,
                               row.standard_deviation, row.is_chosen ? "   chosen by the engine" : "")
                  : fmt::print("{:14} {:14} {:>6} {:>12}\n", row.model, row.scheme, row.block, "unstable");
}

void print_json(const std::vector<Row>& rows) {
  nlohmann::ordered_json out = nlohmann::ordered_json::array();
  for (const Row& row : rows) {
    nlohmann::ordered_json one = {{"model", row.model},
                                  {"scheme", row.scheme},
                                  {"block", row.block},
                                  {"chosen", row.is_chosen},
                                  {"stable", row.is_stable}};
    if (row.is_stable) {
      one["mean"] = row.mean;
      one["standard_deviation"] = row.standard_deviation;
    }
    out.push_back(one);
  }
  fmt::print("{}\n", nlohmann::ordered_json{{"rows", out}}.dump(2));
}

void measure(const cxxopts::ParseResult& given) {
  std::vector<Row> rows;
  if (given.count("fit") > 0) {
    add_rows(experiment_of(read_fit(given["fit"].as<std::string>()), {.parameters = Uncertainty::Source::off}), rows);
  } else {
    for (const SdeModel* model : models()) add_rows(example_request(*model), rows);
  }
  given.count("json") > 0 ? print_json(rows) : print_table(rows);
}

}  // namespace
}  // namespace losscast::bench

int main(int count, char** arguments) {
  cxxopts::Options options("bench_step_error", "Step-size error along a run, by block length");
  options.add_options()("fit", "measure at this fit instead of the models' example parameters",
                        cxxopts::value<std::string>());
  return losscast::bench::run_program(count, arguments, options, {}, losscast::bench::measure);
}
