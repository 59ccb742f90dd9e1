#include "fit/observations.hpp"

#include <algorithm>
#include <string>

#include "losscast/base/error.hpp"
#include "losscast/model/check_recipe.hpp"
#include "losscast/schedule/warmup.hpp"

namespace losscast {

namespace {

// Checks the curve's recipe as check_recipe() does, and adds the curve's name to the error.
void check_run(const SdeModel& model, const Curve& curve) {
  try {
    check_recipe(model, curve.recipe);
  } catch (const InputError& error) {
    throw error.at("curve " + curve.name);
  }
}

}  // namespace

CompressedRun compress(const SdeModel& model, const Recipe& recipe, double ref_lr, double weight_decay,
                       std::span<const Step> steps) {
  std::vector<Step> borders = breakpoints(recipe);
  std::erase_if(borders, [&](Step border) { return border >= steps.back(); });
  borders.insert(borders.end(), steps.begin(), steps.end());
  std::sort(borders.begin(), borders.end());
  borders.erase(std::unique(borders.begin(), borders.end()), borders.end());

  std::vector<Step> edges = {0};
  for (std::size_t i = 1; i < borders.size(); ++i) {
    const Step length = borders[i] - borders[i - 1];
    const Step parts = (length + kFitBlock - 1) / kFitBlock;
    for (Step part = 1; part <= parts; ++part) edges.push_back(borders[i - 1] + length * part / parts);
  }
  CompressedRun run{make_block_table(recipe, model.effective_lr(), ref_lr, weight_decay, std::move(edges)), {}};
  for (const Step step : steps)
    run.after.push_back(static_cast<int>(std::lower_bound(run.table.edges.begin(), run.table.edges.end(), step) -
                                         run.table.edges.begin()));
  return run;
}

std::vector<Observations> observe(std::span<const Curve> curves, const SdeModel& model, double ref_lr) {
  std::vector<Observations> all;
  for (const Curve& curve : curves) {
    check_run(model, curve);
    Observations one{&curve, {}, {}, {}};
    const Step first = std::max<Step>(1, warmup_end(curve.recipe.schedule));
    for (const CurvePoint& point : curve.points) {
      if (point.step < first) continue;
      one.steps.push_back(point.step);
      one.losses.push_back(point.loss);
    }
    if (one.steps.empty()) continue;
    one.run = compress(model, curve.recipe, ref_lr, curve.weight_decay, one.steps);
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace losscast
