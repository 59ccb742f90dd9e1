#include "bench/common/true_law.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "losscast/fit/fit_model.hpp"
#include "losscast/schedule/families.hpp"

namespace losscast::bench {
namespace {

constexpr double kInitialRms = 0.02, kWeightDecay = 0.1, kWarmup = 500;
// Standard deviations: of a run's offset, of the process along it, of a point [nats].
constexpr double kOffset = 1.8e-3, kAlong = 1.8e-3, kPoint = 3e-4;
constexpr double kCorrelation = 0.09;  // of the run

}  // namespace

Arguments schedule_of(const char* family, double peak_lr, Step steps) {
  std::map<std::string, Value> values = {{"family", std::string(family)},
                                         {"peak_lr", peak_lr},
                                         {"warmup_steps", kWarmup},
                                         {"total_steps", static_cast<double>(steps)}};
  if (std::string(family) == "wsd") values.insert({{"decay_fraction", 0.2}, {"final_lr", 0.0}});
  if (std::string(family) == "cosine") values.insert({"final_lr", peak_lr / 10});
  return Arguments{std::move(values)};
}

Recipe recipe_of(const char* family, double peak_lr, Step steps) {
  return make_recipe(schedule_of(family, peak_lr, steps));
}

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

LawRun run_of(const Fit& truth, const std::string& name, const Recipe& recipe, Normals& normal, Step log_every) {
  LawRun run{{.name = name,
              .file = name,
              .recipe = recipe,
              .points = {},
              .weight_decay = kWeightDecay,
              .initial_rms = kInitialRms},
             {}};
  std::vector<Step> steps;
  for (auto s = static_cast<Step>(kWarmup); s <= recipe.total_steps(); s += log_every) steps.push_back(s);
  const std::vector<double> law = fitted_law(truth, recipe, kWeightDecay, steps);
  const double offset = kOffset * normal();
  const double kept =
      std::exp(-static_cast<double>(log_every) / (kCorrelation * static_cast<double>(recipe.total_steps())));
  double along = kAlong * normal();
  for (std::size_t i = 0; i < steps.size(); ++i) {
    run.losses.push_back(law[i] + offset + along);
    run.curve.points.push_back({steps[i], law[i] + offset + along + kPoint * normal()});
    along = kept * along + std::sqrt(1 - kept * kept) * kAlong * normal();
  }
  return run;
}

std::vector<Curve> training_runs(const Fit& truth, Normals& normal) {
  std::vector<Curve> runs;
  for (const double peak : {kLowest, kMiddle, kHighest})
    runs.push_back(run_of(truth, fmt::format("constant {}", peak), recipe_of("constant", peak, kSteps), normal).curve);
  for (const char* family : {"cosine", "wsd"})
    runs.push_back(run_of(truth, family, recipe_of(family, kMiddle, kSteps), normal).curve);
  return runs;
}

}  // namespace losscast::bench
