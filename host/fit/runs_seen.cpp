#include "fit/runs_seen.hpp"

#include <algorithm>

namespace losscast {
namespace {

// How far a run was observed: to its end, if it was logged nearly that far (evaluations seldom fall on the last step).
Step observed_steps(const RunSeen& run) {
  constexpr double kNearly = 0.95;
  const Step total = run.curve->recipe.total_steps();
  return static_cast<double>(run.last) >= kNearly * static_cast<double>(total) ? total : run.last;
}

// All values of a quantity of the updates.
std::vector<double> values_of(const StepValues& quantity) {
  std::vector<double> values = {quantity.at(0)};
  for (const Step step : quantity.changes()) values.push_back(quantity.at(step));
  return values;
}

// Makes a range hold a value; the first one is all of it.
void extend(double& lowest, double& highest, double value, bool first) {
  lowest = first ? value : std::min(lowest, value);
  highest = first ? value : std::max(highest, value);
}

}  // namespace

std::vector<RunSeen> runs_seen(std::span<const Observations> fitted, std::span<const Curve> others) {
  std::vector<RunSeen> runs;
  for (const Observations& one : fitted) runs.push_back({one.curve, one.steps.front(), one.steps.back()});
  for (const Curve& curve : others) {
    if (curve.points.empty()) continue;
    runs.push_back({&curve, std::max(first_usable_step(curve), curve.points.front().step), curve.points.back().step});
  }
  return runs;
}

RangesSeen ranges_of(std::span<const RunSeen> runs) {
  RangesSeen seen;
  for (const RunSeen& one : runs) {
    const double peak = one.curve->recipe.peak_lr();
    const Step steps = observed_steps(one);
    const bool first = seen.peak_lr_max == 0;
    extend(seen.peak_lr_min, seen.peak_lr_max, peak, first);
    seen.total_steps_min = first ? steps : std::min(seen.total_steps_min, steps);
    seen.total_steps_max = std::max(seen.total_steps_max, steps);
    const std::vector<double> decays = values_of(weight_decay_of(one.curve->recipe, one.curve->weight_decay));
    if (first) seen.weight_decay_min = seen.weight_decay_max = decays.front();
    for (const double decay : decays) extend(seen.weight_decay_min, seen.weight_decay_max, decay, false);
    if (one.curve->recipe.batch)
      for (const double batch : values_of(*one.curve->recipe.batch))
        extend(seen.batch_min, seen.batch_max, batch, seen.batch_max == 0);
    if (!one.curve->params) continue;
    seen.params_min = std::min(seen.params_min.value_or(*one.curve->params), *one.curve->params);
    seen.params_max = std::max(seen.params_max.value_or(*one.curve->params), *one.curve->params);
  }
  return seen;
}

}  // namespace losscast
