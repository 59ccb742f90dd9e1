// How well is the second phase of real runs forecast? bench_rewarmed $LOSSCAST_DATA/small_transformer
//
// Two runs of the small transformer were warmed up again after half of their steps. Fits to runs of one phase, and to
// runs of one phase and re-warmed ones, forecast that half: its last loss, all of it, the rise after the LR rose, and
// the step at which the loss is back. Then the same run is forecast from its first half and a part of the second.
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "bench/common/program.hpp"
#include "bench/common/rewarmed_runs.hpp"
#include "losscast/fit/fit_model.hpp"
#include "losscast/fit/run_update.hpp"

namespace losscast::bench {
namespace {

void print_forecast(const std::string& fitted, const Fit& fit, const Curve& run) {
  const ForecastPhase forecast = forecast_phase(fit, run);
  const MeasuredPhase measured = measured_phase(run);
  const auto& [begin, end, before, bump, recovery, last] = forecast.rewarming;
  const auto step = [](const std::optional<Step>& one) { return one ? fmt::format("{}", *one) : std::string("-"); };
  fmt::print("{}; fitted to {}\n", run.name, fitted);
  fmt::print("  last {:.4f}: forecast {:.4f}, 90% {:.4f} to {:.4f}; points in band {:.1f}%\n", measured.last,
             forecast.last.mean, forecast.last.q05, forecast.last.q95, 100 * forecast.share_in_band);
  fmt::print("  before {:.4f}: forecast {:.4f}, 90% {:.4f} to {:.4f}\n", measured.before, before.mean, before.q05,
             before.q95);
  if (bump)
    fmt::print(
        "  highest {:.4f} (+{:.4f}) at {}: forecast {:.4f}, 90% {:.4f} to {:.4f} (+{:.4f}, {:.4f} to {:.4f}) "
        "at {}\n",
        measured.highest, measured.highest - measured.before, measured.top, bump->loss.mean, bump->loss.q05,
        bump->loss.q95, bump->rise.mean, bump->rise.q05, bump->rise.q95, bump->step);
  fmt::print("  back at {}: forecast {}, 90% {} to {}\n", measured.back, step(recovery.middle), step(recovery.early),
             step(recovery.late));
}

void print_update(const Fit& fit, const Curve& run, double share) {
  const Step begin = second_begin(run), total = run.recipe.total_steps();
  const auto until = begin + static_cast<Step>(share * static_cast<double>(total - begin));
  RunSoFar so_far{run.recipe, run.weight_decay, {}};
  for (const CurvePoint& point : run.points)
    if (point.step <= until) so_far.points.push_back(point);
  const RunUpdate update = update_run(fit, so_far);
  const Statistics& last = update.final_after();
  fmt::print("{}; logged until {:.0f}% of the second phase: last {:.4f}, forecast {:.4f}, 90% {:.4f} to {:.4f}; {}\n",
             run.name, 100 * share, run.points.back().loss, last.mean, last.q05, last.q95,
             update.alarm.raised()
                 ? fmt::format("alarm {} at {}", alarm_reason_name(update.alarm.reason), update.alarm.step)
                 : std::string("no alarm"));
}

struct FittedRuns {
  std::string name;
  std::vector<Curve> runs;
};

std::vector<FittedRuns> one_phase_sets(const SmallTransformer& all) {
  std::vector<FittedRuns> sets = {{"all 18 runs of one phase", all.one_phase}, {"four of them", four_runs(all)}};
  sets.push_back({"those of peaks up to 5e-3", {}});
  for (const Curve& curve : all.one_phase)
    if (curve.recipe.peak_lr() < 5.1e-3) sets.back().runs.push_back(curve);
  return sets;
}

void measure(const cxxopts::ParseResult& given) {
  const SmallTransformer all = read_small_transformer(given["data"].as<std::string>());
  const SdeModel& model = find_model("adamw");
  for (const FittedRuns& set : one_phase_sets(all)) {
    const Fit fit = fit_model(set.runs, model);
    for (const Curve& run : all.rewarmed) print_forecast(set.name, fit, run);
    if (set.runs.size() != all.one_phase.size()) continue;
    for (const Curve& run : all.rewarmed)
      for (const double share : {0.0, 0.1, 0.2, 0.5}) print_update(fit, run, share);
  }
  for (const Curve& run : all.rewarmed) {
    std::vector<Curve> runs = all.one_phase;
    for (const Curve& other : all.rewarmed)
      if (other.name != run.name) runs.push_back(other);
    print_forecast("all 18 and the other re-warmed run", fit_model(runs, model), run);
  }
  std::vector<Curve> runs = all.one_phase;
  runs.insert(runs.end(), all.rewarmed.begin(), all.rewarmed.end());
  const Fit fit = fit_model(runs, model);
  for (const Curve& run : all.rewarmed) print_forecast("all 18 and both re-warmed runs", fit, run);
}

}  // namespace
}  // namespace losscast::bench

int main(int count, char** arguments) {
  return losscast::bench::run_program(count, arguments,
                                      cxxopts::Options("bench_rewarmed", "Second phases of real runs"), {"data"},
                                      losscast::bench::measure);
}
