#include "bench/common/rewarmed_runs.hpp"

#include <algorithm>
#include <string_view>

#include "losscast/fit/forecast.hpp"
#include "losscast/fit/forecast_along.hpp"
#include "losscast/io/manifest.hpp"

namespace losscast::bench {

SmallTransformer read_small_transformer(const std::filesystem::path& folder) {
  SmallTransformer all{read_manifest(folder / "manifest.toml").curves, {}};
  for (Curve& curve : read_manifest(folder / "grid" / "manifest.toml").curves)
    if (curve.name.starts_with("rewarm")) all.rewarmed.push_back(std::move(curve));
  return all;
}

std::vector<Curve> four_runs(const SmallTransformer& all) {
  constexpr std::string_view kFour[] = {"constant", "two_stage", "cosine", "cosine_high"};
  std::vector<Curve> runs;
  for (const Curve& curve : all.one_phase)
    if (std::find(std::begin(kFour), std::end(kFour), curve.name) != std::end(kFour)) runs.push_back(curve);
  return runs;
}

MeasuredPhase measured_phase(const Curve& run) {
  constexpr std::size_t kRows = 5;
  const Step begin = second_begin(run);
  std::vector<CurvePoint> points;
  for (const CurvePoint& point : run.points)
    if (point.step >= begin) points.push_back(point);
  MeasuredPhase out{points.front().loss, 0, 0, 0, points.back().loss};
  for (std::size_t i = 1; i + kRows <= points.size(); ++i) {
    double mean = 0;
    for (std::size_t k = i; k < i + kRows; ++k) mean += points[k].loss / kRows;
    const Step middle = points[i + kRows / 2].step;
    if (mean > out.highest) {
      out.highest = mean;
      out.top = middle;
    }
    if (mean > out.before) out.back = 0;
    if (mean <= out.before && out.back == 0) out.back = middle;
  }
  return out;
}

ForecastPhase forecast_phase(const Fit& fit, const Curve& run) {
  LossSde sde = with_offset_of(make_sde(fit), run.recipe);
  sde.weight_decay = run.weight_decay;
  const Step starts[] = {second_begin(run)};
  ForecastPhase out{rewarmings(sde, run.recipe, starts).at(0), {}, 0};
  sde.noise.observation = static_cast<float>(fit.noise.observation_noise.value);
  std::vector<Step> steps;
  std::vector<double> losses;
  for (const CurvePoint& point : run.points)
    if (point.step > starts[0]) {
      steps.push_back(point.step);
      losses.push_back(point.loss);
    }
  const std::vector<LossForecast> bands = forecast_along(sde, run.recipe, steps);
  for (std::size_t i = 0; i < bands.size(); ++i)
    if (bands[i].q05 <= losses[i] && losses[i] <= bands[i].q95)
      out.share_in_band += 1 / static_cast<double>(bands.size());
  out.last = bands.back();
  return out;
}

}  // namespace losscast::bench
