// Runs beyond the limit of stability, which a longer warm-up bears better: what fits say of the last losses of those
// that they were not fitted to, the gap between the two warm-ups at a peak, and what gradient norms say beside.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>

#include "bench/common/high_peaks.hpp"
#include "bench/stability/commands.hpp"
#include "bench/stability/pictures.hpp"
#include "losscast/fit/fit_model.hpp"
#include "losscast/format/atomic_file.hpp"
#include "losscast/model/model.hpp"
#include "losscast/schedule/families.hpp"

namespace losscast::bench {
namespace {

double forecast_of(const Fit& fit, const Recipe& recipe) {
  const Step last[] = {recipe.total_steps()};
  return fitted_law(fit, recipe, fit.weight_decay, last).front();
}

using Choice = std::function<bool(const Curve&)>;

Fit fit_to(const HighPeaks& runs, const Choice& chosen) {
  std::vector<Curve> train = runs.usual;
  for (const Curve& run : runs.high)
    if (chosen(run)) train.push_back(run);
  return fit_model(train, find_model("adamw"));
}

void print_fit(const std::string& name, const Fit& fit, const HighPeaks& runs, const Choice& chosen) {
  const auto limit = std::ranges::find(fit.parameters, "limit", &ParameterEstimate::name);
  fmt::print("{}: cost {:.0f}, limit {:.3g} after {:.0f} updates, growing as their power {:.2f}\n", name, fit.cost,
             limit->value * fit.reference.lr, fit.reference.limit_steps, fit.reference.limit_power);
  for (const Curve& run : runs.high)
    fmt::print("  {:23} measured {:.3f}, forecast {:.3f}{}\n", run.name, last_loss(run), forecast_of(fit, run.recipe),
               chosen(run) ? "" : ", left out");
  for (const Curve& slow : runs.high)
    for (const Curve& fast : runs.high)
      if (fast.recipe.peak_lr() == slow.recipe.peak_lr() && is_short(fast) && !is_short(slow))
        fmt::print("  gap at {:g}: measured {:.2f}, forecast {:.2f}\n", slow.recipe.peak_lr(),
                   last_loss(fast) - last_loss(slow), forecast_of(fit, fast.recipe) - forecast_of(fit, slow.recipe));
}

std::vector<WarmupLine> lines_of(const Fit& fit, const HighPeaks& runs) {
  std::vector<WarmupLine> lines;
  for (const Step warmup : {50, 100, 200, 400, 800}) {
    WarmupLine& line = lines.emplace_back(WarmupLine{warmup, {}, {}});
    for (double peak = 4e-3; peak < 0.21; peak *= 1.05) {
      const Schedule schedule = make_schedule(Arguments{{{"family", std::string("constant")},
                                                         {"peak_lr", peak},
                                                         {"warmup_steps", static_cast<double>(warmup)},
                                                         {"total_steps", 4000.0}}});
      line.law.push_back({peak, forecast_of(fit, schedule)});
    }
    for (const Curve& run : runs.high)
      if (warmup == (is_short(run) ? 50 : 400)) line.measured.push_back({run.recipe.peak_lr(), last_loss(run)});
  }
  return lines;
}

}  // namespace

void warmup(const cxxopts::ParseResult& given) {
  const HighPeaks runs = read_high_peaks(given["FOLDER"].as<std::string>());
  for (const Curve& run : runs.high)
    fmt::print("{:23} largest over mean gradient norm {:.2f}\n", run.name, norm_ratio(run));
  const auto peak_is = [](const Curve& run, double peak) { return std::abs(run.recipe.peak_lr() / peak - 1) < 0.01; };
  const std::pair<std::string, Choice> sets[] = {
      {"peaks up to 0.04", [](const Curve& run) { return run.recipe.peak_lr() < 0.05; }},
      {"all but those at 0.08", [&](const Curve& run) { return !peak_is(run, 0.08); }},
      {"all but those at 0.04", [&](const Curve& run) { return !peak_is(run, 0.04); }},
      {"peaks up to 0.08", [](const Curve& run) { return run.recipe.peak_lr() < 0.1; }},
      {"all", [](const Curve&) { return true; }}};
  for (const auto& [name, chosen] : sets) {
    const Fit fit = fit_to(runs, chosen);
    print_fit(name, fit, runs, chosen);
    if (name == "all" && given.count("svg") > 0)
      write_atomically(given["svg"].as<std::string>(), warmup_svg(lines_of(fit, runs)));
  }
}

}  // namespace losscast::bench
