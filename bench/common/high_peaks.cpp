#include "bench/common/high_peaks.hpp"

#include <algorithm>

#include "bench/common/rewarmed_runs.hpp"
#include "losscast/io/curve_csv.hpp"
#include "losscast/io/manifest.hpp"
#include "losscast/schedule/warmup.hpp"

namespace losscast::bench {

namespace {

constexpr double kInitialRms = 0.14434;  // 48^-1/2

std::vector<CurvePoint> column(const Curve& run, const std::string& name) {
  CurveCsvOptions options;
  options.total_steps = run.recipe.total_steps();
  options.columns.loss = name;
  options.skip_empty = true;
  return read_curve_csv(run.file, options).points;
}

}  // namespace

HighPeaks read_high_peaks(const std::filesystem::path& folder) {
  HighPeaks all{four_runs(read_small_transformer(folder)), {}};
  constexpr double kHigh = 0.015;
  for (Curve& curve : read_manifest(folder / "grid" / "manifest.toml").curves)
    if (curve.recipe.peak_lr() > kHigh) all.high.push_back(std::move(curve));
  for (std::vector<Curve>* runs : {&all.usual, &all.high})
    for (Curve& run : *runs) run.initial_rms = kInitialRms;
  return all;
}

bool is_short(const Curve& run) { return warmup_end(run.recipe.schedule) <= 50; }

double last_loss(const Curve& run) {
  constexpr std::size_t kRows = 5;
  double mean = 0;
  for (std::size_t i = run.points.size() - kRows; i < run.points.size(); ++i) mean += run.points[i].loss / kRows;
  return mean;
}

double norm_ratio(const Curve& run) {
  const std::vector<CurvePoint> means = column(run, "grad_norm"), largest = column(run, "grad_norm_max");
  std::vector<double> ratios;
  for (std::size_t i = 0; i < means.size(); ++i)
    if (means[i].step > 800) ratios.push_back(largest[i].loss / means[i].loss);
  const auto middle = ratios.begin() + static_cast<std::ptrdiff_t>(ratios.size() / 2);
  std::nth_element(ratios.begin(), middle, ratios.end());
  return *middle;
}

}  // namespace losscast::bench
