// Do intervals hold what they should, and are they no wider than that takes? bench_coverage FIT [--sweeps N] ...
//
// Six schedules, without jumps and with jumps that are frequent, come in one run of three, or are rare; 16 to 1,024
// paths. For each, many sweeps with seeds of their own: in how many of them the 95% intervals of the mean, of the
// difference to the first schedule and of each quantile hold the truth, how wide they are beside the narrowest that
// would hold it in 95% of the sweeps, and how many quantiles are refused. The truth is a simulation of many times as
// many paths, on other seeds.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "bench/common/example.hpp"
#include "bench/common/experiment.hpp"
#include "bench/common/program.hpp"
#include "losscast/engine/ensemble.hpp"
#include "losscast/io/fit_file.hpp"
#include "losscast/random/normal_quantile.hpp"

namespace losscast::bench {
namespace {

using Json = nlohmann::ordered_json;

struct Hazard {
  const char* name;
  double jump_rate;  // a step, at the peak
};
constexpr Hazard kHazards[] = {{"none", 0}, {"frequent", 1e-3}, {"one in three", 4e-5}, {"rare", 1e-6}};
constexpr std::int64_t kPaths[] = {16, 64, 256, 1024};
constexpr std::size_t kQuantities = 2 + kQuantileProbabilities.size();  // mean, difference, quantiles

const char* quantity_name(std::size_t quantity) {
  constexpr const char* kNames[] = {"mean", "difference", "q05", "q25", "q50", "q75", "q95", "q99", "q999"};
  return kNames[quantity];
}

struct Estimate {
  double value, low, high;
};

// Of each schedule.
using Estimates = std::vector<std::array<Estimate, kQuantities>>;

Estimate around(double mean, double half) { return {mean, mean - half, mean + half}; }

Estimates sweep(Experiment experiment, std::uint64_t seed, const LossSde& law) {
  static_cast<LossSde&>(experiment) = with_draws_in_turn(law, seed);
  experiment.seed = seed;
  const EnsembleResult result = run(experiment);
  const double z = normal_quantile(0.975);
  Estimates out(experiment.recipes.size());
  for (std::size_t s = 0; s < out.size(); ++s) {
    const Statistics& statistics = result.statistics[s].front();
    const MeanEstimate difference = estimate_difference(result.samples[s], result.samples[0]);
    out[s][0] = around(statistics.mean, z * statistics.standard_error);
    out[s][1] = around(difference.mean, half_width(difference, 0.95));
    const double quantiles[] = {statistics.q05, statistics.q25, statistics.q50, statistics.q75,
                                statistics.q95, statistics.q99, statistics.q999};
    for (std::size_t q = 0; q < std::size(quantiles); ++q)
      out[s][2 + q] = {quantiles[q], statistics.intervals[q].low, statistics.intervals[q].high};
  }
  return out;
}

// Intervals of one quantity over sweeps and schedules.
class Tally {
 public:
  void add(const Estimate& estimate, double truth) {
    ++all_;
    if (std::isnan(estimate.low)) return;
    held_ += estimate.low <= truth && truth <= estimate.high ? 1 : 0;
    widths_ += estimate.high - estimate.low;
    // By how many times the interval's own arms would have to be longer or shorter to reach the truth.
    const double arm = truth > estimate.value ? estimate.high - estimate.value : estimate.value - estimate.low;
    reaches_.push_back(arm > 0 ? std::abs(truth - estimate.value) / arm : truth == estimate.value ? 0 : 1e9);
  }
  double coverage() const { return static_cast<double>(held_) / static_cast<double>(reaches_.size()); }
  double refused() const { return 1 - static_cast<double>(reaches_.size()) / static_cast<double>(all_); }
  double width() const { return widths_ / static_cast<double>(reaches_.size()); }
  // Over that of intervals of the same shape which hold the truth in just 95% of the cases.
  double relative_width() const {
    std::vector<double> sorted = reaches_;
    const auto place = static_cast<std::ptrdiff_t>(0.95 * static_cast<double>(sorted.size() - 1));
    std::nth_element(sorted.begin(), sorted.begin() + place, sorted.end());
    return 1 / sorted[static_cast<std::size_t>(place)];
  }
  bool empty() const { return reaches_.empty(); }

 private:
  std::int64_t all_ = 0, held_ = 0;
  double widths_ = 0;
  std::vector<double> reaches_;
};

Json measure_cell(const Experiment& experiment, const LossSde& law, const Estimates& truth, int sweeps) {
  std::array<Tally, kQuantities> tallies;
  double worst[kQuantities];
  std::fill(std::begin(worst), std::end(worst), 1.0);
  std::vector<std::array<Tally, kQuantities>> of_schedule(truth.size());
  for (int i = 0; i < sweeps; ++i) {
    const Estimates now = sweep(experiment, static_cast<std::uint64_t>(1000 + i), law);
    for (std::size_t s = 0; s < now.size(); ++s)
      for (std::size_t q = 0; q < kQuantities; ++q)
        if (s > 0 || q != 1) {
          tallies[q].add(now[s][q], truth[s][q].value);
          of_schedule[s][q].add(now[s][q], truth[s][q].value);
        }
  }
  Json rows = Json::array();
  for (std::size_t q = 0; q < kQuantities; ++q) {
    const Tally& tally = tallies[q];
    Json row = {{"quantity", quantity_name(q)}, {"refused", tally.refused()}};
    if (!tally.empty()) {
      for (const auto& one : of_schedule)
        if (!one[q].empty()) worst[q] = std::min(worst[q], one[q].coverage());
      row["coverage"] = tally.coverage();
      row["lowest_coverage"] = worst[q];
      row["width"] = tally.width();
      row["relative_width"] = tally.relative_width();
    }
    rows.push_back(row);
  }
  return rows;
}

void print_cell(const Hazard& hazard, std::int64_t paths, const Json& rows) {
  for (const Json& row : rows) {
    fmt::print("{:<13} {:>5}  {:<11} {:>7.1f}%", hazard.name, paths, row["quantity"].get<std::string>(),
               100 * row["refused"].get<double>());
    if (row.contains("coverage"))
      fmt::print("  {:>6.1f}% (lowest {:>5.1f}%)  {:.2e}  {:>5.2f}", 100 * row["coverage"].get<double>(),
                 100 * row["lowest_coverage"].get<double>(), row["width"].get<double>(),
                 row["relative_width"].get<double>());
    fmt::print("\n");
  }
}

void measure(const cxxopts::ParseResult& given) {
  const Fit fit = read_fit(given["fit"].as<std::string>());
  LossSde law =
      make_sde(fit, given.count("one-draw") > 0 ? Uncertainty{.parameters = Uncertainty::Source::off} : Uncertainty{});
  Experiment experiment = experiment_of(fit);
  experiment.levers = given.count("plain") > 0 ? kNoLevers : kAutomaticLevers;
  experiment.keep = Experiment::Keep::samples;
  experiment.block = given["block"].as<Step>();
  experiment.threads = given["threads"].as<int>();
  const auto schedules = benchmark_schedules(given["steps"].as<Step>());
  for (std::size_t s = 0; s < schedules.size(); s += 6) experiment.recipes.push_back(schedules[s]);

  Json cells = Json::array();
  for (const Hazard& hazard : kHazards) {
    if (given.count("jumps") > 0 && given["jumps"].as<std::string>() != hazard.name) continue;
    law.spikes = {};
    law.spikes.jump_rate = hazard.jump_rate;
    law.spikes.critical_lr = experiment.recipes.front().peak_lr();
    law.spikes.mean_jump = 0.1;
    law.spikes.jump_decay = 1e-3;
    experiment.paths = given["truth-paths"].as<int>();
    const Estimates truth = sweep(experiment, 77, law);
    for (const std::int64_t paths : kPaths) {
      if (given.count("paths") > 0 && given["paths"].as<int>() != paths) continue;
      experiment.paths = paths;
      const Json rows = measure_cell(experiment, law, truth, given["sweeps"].as<int>());
      if (given.count("json") == 0) print_cell(hazard, paths, rows);
      cells.push_back({{"jumps", hazard.name}, {"paths", paths}, {"quantities", rows}});
    }
  }
  if (given.count("json") > 0) fmt::print("{}\n", cells.dump(2));
}

cxxopts::Options options() {
  cxxopts::Options out("bench_coverage", "Do intervals hold the truth, and how wide are they?");
  out.add_options()("sweeps", "of each cell", cxxopts::value<int>()->default_value("2000"))       //
      ("steps", "of a run", cxxopts::value<Step>()->default_value("12000"))                       //
      ("block", "steps of a block", cxxopts::value<Step>()->default_value("64"))                  //
      ("truth-paths", "paths of the truth", cxxopts::value<int>()->default_value("1048576"))      //
      ("paths", "this number only", cxxopts::value<int>())                                        //
      ("jumps", "these only: none, frequent, one in three, rare", cxxopts::value<std::string>())  //
      ("one-draw", "every path has the fitted parameters")                                        //
      ("plain", "without levers")                                                                 //
      ("threads", "0: all cores", cxxopts::value<int>()->default_value("0"));
  return out;
}

}  // namespace
}  // namespace losscast::bench

int main(int count, char** arguments) {
  return losscast::bench::run_program(count, arguments, losscast::bench::options(), {"fit"}, losscast::bench::measure);
}
