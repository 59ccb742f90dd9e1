// Are bands right where the law is true but for its stated discrepancy? bench_calibration [--truths 200] [--seed 1]
// [--junk 0.05].
//
// Each truth is a law whose parameters are drawn from the priors of a fit to five runs of 12,000 updates, and five runs
// of it: constant at three peaks, a cosine and a WSD run at the middle one. Each run differs from its law by an offset,
// by a process that is correlated over 0.09 of the run, and by the noise of its points. A fit to the five forecasts the
// end of a sixth and a seventh run, inside and beyond the horizon. Of a calibrated fit, 90% of the bands hold the end,
// and the ranks of the ends among the forecasts are uniform.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "bench/common/junk.hpp"
#include "bench/common/normals.hpp"
#include "bench/common/program.hpp"
#include "losscast/base/parallel.hpp"
#include "losscast/fit/end_law.hpp"
#include "losscast/fit/fit_model.hpp"
#include "losscast/fit/forecast.hpp"
#include "losscast/schedule/families.hpp"

namespace losscast::bench {
namespace {

constexpr double kHighest = 2e-3, kMiddle = 1e-3, kLowest = 5e-4, kInitialRms = 0.02, kWeightDecay = 0.1;
constexpr Step kSteps = 12'000, kLogEvery = 150;
constexpr double kWarmup = 500;
// Standard deviations: of a run's offset, of the process along it, of a point [nats].
constexpr double kOffset = 1.8e-3, kAlong = 1.8e-3, kPoint = 3e-4;
constexpr double kCorrelation = 0.09;  // of the run
constexpr int kBins = 10;

Recipe recipe_of(const char* family, double peak_lr, Step steps) {
  std::map<std::string, Value> values = {{"family", std::string(family)},
                                         {"peak_lr", peak_lr},
                                         {"warmup_steps", kWarmup},
                                         {"total_steps", static_cast<double>(steps)}};
  if (std::string(family) == "wsd") values.insert({{"decay_fraction", 0.2}, {"final_lr", 0.0}});
  if (std::string(family) == "cosine") values.insert({"final_lr", peak_lr / 10});
  return make_recipe(Arguments{std::move(values)});
}

// A fit without draws of a law from the priors.
Fit truth_of(const SdeModel& model, Normals& normal) {
  Fit fit;
  fit.model = model.name();
  fit.reference = {kHighest, static_cast<double>(kSteps) - kWarmup / 2, kWeightDecay, 0};
  fit.weight_decay = kWeightDecay;
  for (const ModelParameter& one : model.parameters_for({fit.reference, kLowest / kHighest, kInitialRms})) {
    double value = one.fixed.value_or(0);
    if (one.prior) value = std::exp(one.prior->mean + one.prior->standard_deviation * normal());
    if (one.name == "L0") value = 2.7 + 0.1 * normal();
    if (one.name == "A") value = 0.15 * std::exp(0.3 * normal());
    if (one.name == "B") value = 0.3 * std::exp(0.3 * normal());
    fit.parameters.push_back({std::string(one.name), std::clamp(value, one.lower, one.upper)});
  }
  return fit;
}

// A run of the law, with its discrepancy.
Curve run_of(const Fit& truth, const std::string& name, const Recipe& recipe, Normals& normal) {
  Curve curve{.name = name,
              .file = name,
              .recipe = recipe,
              .points = {},
              .weight_decay = kWeightDecay,
              .initial_rms = kInitialRms};
  std::vector<Step> steps;
  for (auto s = static_cast<Step>(kWarmup); s <= recipe.total_steps(); s += kLogEvery) steps.push_back(s);
  const std::vector<double> law = fitted_law(truth, recipe, kWeightDecay, steps);
  const double offset = kOffset * normal();
  const double kept =
      std::exp(-static_cast<double>(kLogEvery) / (kCorrelation * static_cast<double>(recipe.total_steps())));
  double along = kAlong * normal();
  for (std::size_t i = 0; i < steps.size(); ++i) {
    curve.points.push_back({steps[i], law[i] + offset + along + kPoint * normal()});
    along = kept * along + std::sqrt(1 - kept * kept) * kAlong * normal();
  }
  return curve;
}

// Whether a forecast held an end, and the end's rank in it, the forecast's law taken for normal.
struct Outcome {
  double error, width, rank;
  bool held;
};

Outcome outcome_of(const Fit& fit, const Curve& run) {
  LossSde sde = with_offset_of(make_sde(fit, {.observation = Uncertainty::Source::on}), run.recipe);
  const LossForecast forecast = forecast_at(sde, run.recipe, run.points.back().step, 1);
  const double measured = run.points.back().loss, width = forecast.q95 - forecast.q05;
  constexpr double kBand = 2 * 1.6448536269514722;
  const double z = (measured - forecast.mean) / (width / kBand);
  return {measured - forecast.mean, width, std::erfc(-z / std::sqrt(2.0)) / 2,
          forecast.q05 <= measured && measured <= forecast.q95};
}

// Of the run inside, and of the longer one.
std::array<Outcome, 2> try_truth(const SdeModel& model, std::uint64_t seed, double junk) {
  Normals normal(seed);
  const Fit truth = truth_of(model, normal);
  std::vector<Curve> runs;
  for (const double peak : {kLowest, kMiddle, kHighest})
    runs.push_back(run_of(truth, fmt::format("constant {}", peak), recipe_of("constant", peak, kSteps), normal));
  for (const char* family : {"cosine", "wsd"})
    runs.push_back(run_of(truth, family, recipe_of(family, kMiddle, kSteps), normal));
  Normals of_junk(seed + (1ull << 40));
  if (junk > 0)
    for (std::size_t r = 0; r < runs.size(); ++r)
      add_junk(runs[r].points, kAllJunk[(seed + r) % std::size(kAllJunk)], junk, of_junk);
  const Fit fit = fit_model(runs, model, {.seed = seed, .threads = 1});
  return {outcome_of(fit, run_of(truth, "inside", recipe_of("wsd", kHighest, kSteps), normal)),
          outcome_of(fit, run_of(truth, "longer", recipe_of("cosine", kMiddle, 2 * kSteps), normal))};
}

nlohmann::ordered_json summary(const char* name, const std::vector<Outcome>& all) {
  const auto count = static_cast<double>(all.size());
  double held = 0, error = 0, width = 0, chi_square = 0;
  std::vector<double> bins(kBins, 0.0);
  for (const Outcome& one : all) {
    held += one.held ? 1 : 0;
    error += std::abs(one.error) / count;
    width += one.width / count;
    ++bins[std::min<std::size_t>(kBins - 1, static_cast<std::size_t>(one.rank * kBins))];
  }
  for (const double bin : bins) chi_square += std::pow(bin - count / kBins, 2) / (count / kBins);
  return {{"run", name},    {"held", held / count},       {"mae", error},
          {"width", width}, {"chi_square_9", chi_square}, {"ranks", bins}};
}

void measure(const cxxopts::ParseResult& given) {
  const SdeModel& model = find_model("adamw");
  const auto truths = given["truths"].as<std::int64_t>();
  const auto seed = given["seed"].as<std::uint64_t>();
  std::vector<Outcome> inside(static_cast<std::size_t>(truths)), longer(inside.size());
  parallel_for(truths, given["threads"].as<int>(), [&](std::int64_t i) {
    const auto [first, second] =
        try_truth(model, seed * 100'000 + static_cast<std::uint64_t>(i), given["junk"].as<double>());
    inside[static_cast<std::size_t>(i)] = first;
    longer[static_cast<std::size_t>(i)] = second;
  });
  const nlohmann::ordered_json rows = {summary("inside", inside), summary("longer", longer)};
  if (given.count("json") > 0) {
    fmt::print("{}\n", nlohmann::ordered_json{{"truths", truths}, {"seed", seed}, {"rows", rows}}.dump(2));
    return;
  }
  fmt::print("{:8} {:>8} {:>10} {:>10} {:>22}\n", "run", "held", "MAE", "width", "chi-square, 9 degrees");
  for (const auto& row : rows)
    fmt::print("{:8} {:>7.1f}% {:>10.2e} {:>10.2e} {:>22.1f}\n", row["run"].get<std::string>(),
               100 * row["held"].get<double>(), row["mae"].get<double>(), row["width"].get<double>(),
               row["chi_square_9"].get<double>());
}

}  // namespace
}  // namespace losscast::bench

int main(int count, char** arguments) {
  cxxopts::Options options("bench_calibration", "Bands and ranks of forecasts of laws with a known discrepancy");
  options.add_options()("truths", "laws", cxxopts::value<std::int64_t>()->default_value("200"))                //
      ("seed", "of all random numbers", cxxopts::value<std::uint64_t>()->default_value("1"))                   //
      ("junk", "share of the training runs' rows that is junk", cxxopts::value<double>()->default_value("0"))  //
      ("threads", "threads", cxxopts::value<int>()->default_value("0"));
  return losscast::bench::run_program(count, arguments, options, {}, losscast::bench::measure);
}
