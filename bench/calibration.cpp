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
#include "bench/common/true_law.hpp"
#include "losscast/base/parallel.hpp"
#include "losscast/fit/end_law.hpp"
#include "losscast/fit/fit_model.hpp"
#include "losscast/fit/forecast.hpp"

namespace losscast::bench {
namespace {

constexpr int kBins = 10;

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
  std::vector<Curve> runs = training_runs(truth, normal);
  Normals of_junk(seed + (1ull << 40));
  if (junk > 0)
    for (std::size_t r = 0; r < runs.size(); ++r)
      add_junk(runs[r].points, kAllJunk[(seed + r) % std::size(kAllJunk)], junk, of_junk);
  const Fit fit = fit_model(runs, model, {.seed = seed, .threads = 1});
  return {outcome_of(fit, run_of(truth, "inside", recipe_of("wsd", kHighest, kSteps), normal).curve),
          outcome_of(fit, run_of(truth, "longer", recipe_of("cosine", kMiddle, 2 * kSteps), normal).curve)};
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
