// Rare events by the room tails, over the 36 schedules of benchmark_schedules(): bench_tails [--steps N]
// [--draws D] [--check-paths N] ...
//
// The barrier's limit is chosen for each schedule so that a path diverges with the probability --rare, by the density
// of the mode on a coarse grid; the estimate is compared with the density on a fine one. The jumps are the same for
// all. With --check-paths the share of plain paths beyond the estimated quantile stands beside it; with --block 1 the
// law of losscast/tails/divergence_law.hpp beside the density.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>

#include "bench/common/barrier_law.hpp"
#include "bench/common/example.hpp"
#include "bench/common/experiment.hpp"
#include "bench/common/program.hpp"
#include "bench/common/timing.hpp"
#include "losscast/tails/divergence.hpp"
#include "losscast/tails/divergence_law.hpp"
#include "losscast/tails/loss_tail.hpp"
#include "losscast/tails/spike_probability.hpp"

namespace losscast::bench {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kFamilies[] = {"constant", "linear", "cosine", "wsd", "two-stage", "inverse-sqrt"};
constexpr int kOfAFamily = 6;

// A mode that forgets within some 300 steps at the example's effective LR, and jumps that fade within 1,000.
Spikes example_spikes() {
  Spikes spikes;
  spikes.jump_rate = 1e-4;
  spikes.critical_lr = 3e-4;
  spikes.jump_exponent = 1;
  spikes.mean_jump = 0.1;
  spikes.jump_decay = 1e-3;
  spikes.barrier_pull = 1e-3;
  spikes.barrier_noise = 0.02;
  spikes.barrier_growth = 0.007;
  return spikes;
}

Experiment tails_request(const cxxopts::ParseResult& given) {
  Experiment request = example_request(find_model("adamw"));
  const int draws = given["draws"].as<int>();
  if (draws > 1) request.draws = scattered_draws(request.draws.front(), draws);
  request.block = given["block"].as<Step>();
  request.paths = given["paths"].as<std::int64_t>();
  request.threads = given["threads"].as<int>();
  request.seed = given["seed"].as<std::uint64_t>();
  request.spikes = example_spikes();
  return request;
}

// Finds the barrier at which the first draw diverges with probability `rare`, by bisection of the barrier's logarithm.
double limit_of(Experiment request, const Recipe& recipe, double rare) {
  constexpr int kCoarse = 80;
  const auto blocks = mode_blocks(request, recipe, *request.block, request.draws.front());
  double low = 0.1, high = 1'000;
  for (int i = 0; i < 20; ++i) {
    const double middle = std::sqrt(low * high);
    request.spikes.barrier_limit = middle;
    (divergence_by_density(request.spikes, blocks, kCoarse) > rare ? low : high) = middle;
  }
  return std::sqrt(low * high);
}

Json row_of(const TailEstimate& estimate, double seconds) {
  return {{"value", estimate.value},
          {"standard_error", estimate.standard_error},
          {"method", tail_method_name(estimate.method)},
          {"path_steps", estimate.path_steps},
          {"seconds", seconds},
          {"reduction", estimate.reduction}};
}

Json measure_divergence(const Experiment& request, const TailEffort& effort, int points) {
  std::vector<Divergence> found;
  const double seconds = seconds_of([&] { found = divergence(request, effort); });
  Json row = row_of(found[0].probability, seconds);
  row["limit"] = request.spikes.barrier_limit;
  row["levels"] = found[0].levels.size();
  row["reduction_of_mode"] = found[0].reduction_of_mode;
  if (request.draws.size() == 1 && points > 0)
    row["truth"] = divergence_by_density(
        request.spikes, mode_blocks(request, request.recipes[0], *request.block, request.draws.front()), points);
  if (request.block == 1) {
    constexpr int kRepeats = 100;
    const DivergenceLaw law(request);
    row["law_seconds"] = seconds_of([&] {
                           for (int i = 0; i < kRepeats; ++i) row["law"] = law.probability(request.recipes[0]);
                         }) /
                         kRepeats;
  }
  return row;
}

Json measure_loss(Experiment request, const TailEffort& effort, double probability, std::int64_t check_paths) {
  std::vector<LossTail> found;
  const double seconds = seconds_of([&] { found = loss_tail(request, probability, effort); });
  Json out = {{"quantile", row_of(found[0].quantile, seconds)}, {"tail_mean", row_of(found[0].mean, seconds)}};
  Experiment calm = request;
  calm.spikes = {};
  calm.keep = Experiment::Keep::values;
  std::vector<float> values = run(calm).values[0];
  std::sort(values.begin(), values.end());
  out["calm_quantile"] = quantile(values, probability);
  if (check_paths > 0) {
    request.paths = check_paths;
    request.keep = Experiment::Keep::values;
    request.seed += 1;
    const EnsembleResult plain = run(request);
    double beyond = 0;
    for (const float value : plain.values[0]) beyond += static_cast<double>(value) > found[0].quantile.value ? 1 : 0;
    const auto n = static_cast<double>(check_paths);
    // The difference is in standard errors of the plain share, which are much larger than the estimate's.
    out["check_sigmas"] = (beyond / n - (1 - probability)) / std::sqrt(probability * (1 - probability) / n);
  }
  return out;
}

void print_heads() {
  fmt::print("P(diverge){:>21} {:>9} {:>6} {:>6} {:>6} {:>10} {:>7} {:>9} {:>7}\n", "value", "truth", "error", "sigmas",
             "levels", "path-steps", "seconds", "reduction", "of mode");
}

void print_divergence(const std::string& name, const Json& r) {
  const double value = r["value"], error = r["standard_error"];
  const bool known = r.contains("truth");
  fmt::print("{:<16} {:>14.3e} {:>9} {:>5.1f}% {:>6} {:>6} {:>10.2e} {:>7.2f} {:>9.0f} {:>7.1f}{}\n", name, value,
             known ? fmt::format("{:.3e}", r["truth"].get<double>()) : "", 100 * error / value,
             known ? fmt::format("{:.1f}", (value - r["truth"].get<double>()) / error) : "", r["levels"].get<int>(),
             r["path_steps"].get<double>(), r["seconds"].get<double>(), r["reduction"].get<double>(),
             r["reduction_of_mode"].get<double>(), r["method"] == "plain" ? " (plain)" : "");
}

void print_loss(const std::string& name, const Json& r) {
  const Json &q = r["quantile"], &mean = r["tail_mean"];
  fmt::print("{:<16} {:>8.4f} {:>8.4f} {:>8.4f} {:>10} {:>8.4f} {:>8.4f} {:>10.2e} {:>7.2f} {:>9.0f} {:>9.0f} {}\n",
             name, r["calm_quantile"].get<double>(), q["value"].get<double>(), q["standard_error"].get<double>(),
             r.contains("check_sigmas") ? fmt::format("{:.1f}", r["check_sigmas"].get<double>()) : "",
             mean["value"].get<double>(), mean["standard_error"].get<double>(), q["path_steps"].get<double>(),
             q["seconds"].get<double>(), q["reduction"].get<double>(), mean["reduction"].get<double>(),
             q["method"].get<std::string>());
}

// Lowest and median over the schedules, and a family's own medians.
void print_reductions(const std::string& what, const Json& rows, const std::function<double(const Json&)>& reduction) {
  std::vector<double> all;
  std::string families;
  for (std::size_t f = 0; f < rows.size() / kOfAFamily; ++f) {
    std::vector<double> of_family;
    for (std::size_t i = f * kOfAFamily; i < (f + 1) * kOfAFamily; ++i) of_family.push_back(reduction(rows[i]));
    families += fmt::format(" {} {:.0f}", kFamilies[f], spread_of(of_family).median);
    all.insert(all.end(), of_family.begin(), of_family.end());
  }
  const Spread spread = spread_of(all);
  fmt::print("reduction of {}: median {:.0f}, lowest {:.1f}, highest {:.0f}; by family{}\n", what, spread.median,
             spread.lowest, spread.highest, families);
}

// The law of single updates beside the truth.
void print_law(const Json& rows) {
  std::vector<double> seconds;
  double worst = 0;
  for (const Json& row : rows) {
    const Json& r = row["divergence"];
    if (!r.contains("law") || !r.contains("truth")) return;
    seconds.push_back(r["law_seconds"].get<double>());
    worst = std::max(worst, std::abs(r["law"].get<double>() / r["truth"].get<double>() - 1));
  }
  fmt::print("P(diverge) by the mode's density: off by at most {:.1f}%, {:.2g} ms a schedule (median)\n", 100 * worst,
             1e3 * spread_of(seconds).median);
}

void print_report(const Json& rows) {
  const auto name = [&](std::size_t i) { return fmt::format("{} {}", kFamilies[i / kOfAFamily], i % kOfAFamily + 1); };
  print_heads();
  for (std::size_t i = 0; i < rows.size(); ++i) print_divergence(name(i), rows[i]["divergence"]);
  fmt::print("\nfinal loss{:>15} {:>8} {:>8} {:>10} {:>8} {:>8} {:>10} {:>7} {:>9} {:>9}\n", "calm q", "q", "error",
             "check", "mean", "error", "path-steps", "seconds", "reduc. q", "of mean");
  for (std::size_t i = 0; i < rows.size(); ++i) print_loss(name(i), rows[i]["loss"]);
  fmt::print("\n");
  print_reductions("P(diverge)", rows, [](const Json& r) { return r["divergence"]["reduction"].get<double>(); });
  print_reductions("P(diverge), of the mode alone", rows,
                   [](const Json& r) { return r["divergence"]["reduction_of_mode"].get<double>(); });
  print_reductions("the quantile", rows,
                   [](const Json& r) { return r["loss"]["quantile"]["reduction"].get<double>(); });
  print_reductions("the tail mean", rows,
                   [](const Json& r) { return r["loss"]["tail_mean"]["reduction"].get<double>(); });
  double squares = 0, known = 0;
  for (const Json& row : rows) {
    const Json& r = row["divergence"];
    if (!r.contains("truth")) continue;
    const double sigmas = (r["value"].get<double>() - r["truth"].get<double>()) / r["standard_error"].get<double>();
    squares += sigmas * sigmas;
    ++known;
  }
  print_law(rows);
  if (known > 0) fmt::print("mean square of (P(diverge) - truth) / error: {:.2f}\n", squares / known);
}

void measure(const cxxopts::ParseResult& given) {
  Experiment request = tails_request(given);
  const TailEffort effort{given["particles"].as<std::int64_t>(), given["jump-samples"].as<std::int64_t>()};
  Json rows = Json::array();
  for (const Recipe& recipe : benchmark_schedules(given["steps"].as<Step>())) {
    request.recipes = {recipe};
    request.spikes.barrier_limit = limit_of(request, recipe, given["rare"].as<double>());
    rows.push_back({{"divergence", measure_divergence(request, effort, given["points"].as<int>())},
                    {"spike_probability", spike_probability(request)[0]},
                    {"loss", measure_loss(request, effort, given["probability"].as<double>(),
                                          given["check-paths"].as<std::int64_t>())}});
  }
  if (given.count("json") > 0) {
    fmt::print("{}\n", rows.dump(2));
  } else {
    print_report(rows);
  }
}

cxxopts::Options options() {
  cxxopts::Options out("bench_tails", "Rare events: divergence, and the upper tail of the final loss");
  const auto number = [](const char* fallback) { return cxxopts::value<int>()->default_value(fallback); };
  const auto count = [](const char* fallback) { return cxxopts::value<std::int64_t>()->default_value(fallback); };
  const auto real = [](const char* fallback) { return cxxopts::value<double>()->default_value(fallback); };
  out.add_options()("steps", "optimiser steps of each schedule", count("24000"))              //
      ("block", "optimiser steps a block", count("16"))                                       //
      ("paths", "calm paths of each schedule", count("1024"))                                 //
      ("particles", "of the barrier's mode on a level", count("4096"))                        //
      ("jump-samples", "samples of the jumps", count("524288"))                               //
      ("draws", "parameter draws; the truth of P(diverge) is known for 1", number("1"))       //
      ("points", "of the grid on which the truth is found; 0: it is not", number("256"))      //
      ("rare", "probability of divergence, about", real("1e-4"))                              //
      ("probability", "of the quantile", real("0.999"))                                       //
      ("check-paths", "plain paths beside each quantile", count("0"))                         //
      ("seed", "of the random numbers", cxxopts::value<std::uint64_t>()->default_value("1"))  //
      ("threads", "on a CPU; 0: all cores", number("0"));
  return out;
}

}  // namespace
}  // namespace losscast::bench

int main(int count, char** arguments) {
  return losscast::bench::run_program(count, arguments, losscast::bench::options(), {}, losscast::bench::measure);
}
