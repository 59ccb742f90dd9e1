#include "fit/observations.hpp"

#include <algorithm>
#include <string>

#include "losscast/base/error.hpp"
#include "losscast/model/check_recipe.hpp"
#include "losscast/schedule/warmup.hpp"

namespace losscast {

namespace {

// Checks the curve's recipe as check_recipe() does, and adds the curve's name to the error.
void check_run(const SdeModel& model, const Reference& reference, const Curve& curve) {
  try {
    check_recipe(model, reference, curve.recipe);
  } catch (const InputError& error) {
    throw error.at("curve " + curve.name);
  }
}

}  // namespace

CompressedRun compress(const SdeModel& model, const Recipe& recipe, const Reference& reference, double weight_decay,
                       std::span<const Step> steps, Step longest) {
  std::vector<Step> borders = breakpoints(recipe);
  std::erase_if(borders, [&](Step border) { return border >= steps.back(); });
  borders.insert(borders.end(), steps.begin(), steps.end());
  std::sort(borders.begin(), borders.end());
  borders.erase(std::unique(borders.begin(), borders.end()), borders.end());

  std::vector<Step> edges = {0};
  for (std::size_t i = 1; i < borders.size(); ++i) {
    const Step length = borders[i] - borders[i - 1];
    const Step parts = (length + longest - 1) / longest;
    for (Step part = 1; part <= parts; ++part) edges.push_back(borders[i - 1] + length * part / parts);
  }
  CompressedRun run{make_block_table(recipe, model.effective_lr(), reference, weight_decay, std::move(edges)), {}};
  for (const Step step : steps)
    run.after.push_back(static_cast<int>(std::lower_bound(run.table.edges.begin(), run.table.edges.end(), step) -
                                         run.table.edges.begin()));
  return run;
}

Step first_usable_step(const Curve& curve) {
  return std::max<Step>(1, curve.steps_from.value_or(warmup_end(curve.recipe.schedule)));
}

Step first_fitted_step(const Curve& curve) {
  const Step first = first_usable_step(curve);
  if (curve.steps_from || curve.points.empty()) return first;
  constexpr double kShare = 0.045;
  const auto rest = static_cast<double>(std::max<Step>(0, curve.points.back().step - first));
  return first + static_cast<Step>(kShare * rest);
}

Observations observe(const Curve& curve, Step first, const SdeModel& model, const Reference& reference) {
  check_run(model, reference, curve);
  Observations one{&curve, {}, {}, {}};
  for (const CurvePoint& point : curve.points) {
    if (point.step < first) continue;
    one.steps.push_back(point.step);
    one.losses.push_back(point.loss);
  }
  if (!one.steps.empty()) one.run = compress(model, curve.recipe, reference, curve.weight_decay, one.steps);
  return one;
}

}  // namespace losscast
