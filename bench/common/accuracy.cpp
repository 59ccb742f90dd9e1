#include "bench/common/accuracy.hpp"

#include "losscast/fit/fit_model.hpp"

namespace losscast::bench {
namespace {

// `predict(curve, steps)` gives the losses of one curve.
template <class Predict>
Score score_test_curves(std::span<const PublicCurve> curves, const Predict& predict) {
  std::vector<Score> scores;
  for (const PublicCurve& one : curves) {
    if (one.split != Split::test) continue;
    std::vector<Step> steps;
    std::vector<double> measured;
    for (const CurvePoint& point : one.curve.points) {
      steps.push_back(point.step);
      measured.push_back(point.loss);
    }
    scores.push_back(score(measured, predict(one, steps)));
  }
  return average(scores);
}

}  // namespace

Score score_published(const MultiPowerLaw& law, std::span<const PublicCurve> curves) {
  return score_test_curves(curves, [&](const PublicCurve& one, std::span<const Step> steps) {
    return multi_power_law(law, published_lrs(one.curve.recipe.schedule, one.warmup_steps), steps);
  });
}

Score score_fit(const Fit& fit, std::span<const PublicCurve> curves) {
  return score_test_curves(curves, [&](const PublicCurve& one, std::span<const Step> steps) {
    return fitted_law(fit, one.curve.recipe, one.curve.weight_decay, steps);
  });
}

}  // namespace losscast::bench
