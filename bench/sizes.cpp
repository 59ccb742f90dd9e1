// How well is a model size forecast from a smaller one and the beginning of one run? bench_sizes FOLDER
// [--seen 0.2] [--from 25M] [--to 100M], where FOLDER has a folder for each size (`multipowerlaw` of the public data).
//
// Fits of all runs of one size, of the published three or of all nine, and of the first part of one run of the other
// size. Every logged point of the other size but those seen is forecast: the mean absolute error of each run, and the
// gains, which are the differences of last losses between runs of one length, over the true ones.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "bench/common/program.hpp"
#include "bench/common/public_curves.hpp"
#include "losscast/base/error.hpp"
#include "losscast/fit/end_law.hpp"
#include "losscast/fit/forecast.hpp"
#include "losscast/fit/size_fit.hpp"
#include "losscast/model/model.hpp"

namespace losscast::bench {
namespace {

namespace fs = std::filesystem;

constexpr double kLargeGain = 4e-3;  // nats: three times the spread between seeds
constexpr double kNear = 0.3;        // relative error of a gain

std::vector<Curve> curves_of_size(const fs::path& folder, const std::string& size, std::optional<Split> split) {
  std::vector<Curve> curves;
  for (const PublicCurve& one : read_public_curves(folder / size)) {
    if (split && one.split != *split) continue;
    curves.push_back(one.curve);
    curves.back().params = 1e6 * std::stod(size);
    curves.back().name = size + "/" + one.curve.name;
  }
  return curves;
}

Curve beginning_of(Curve curve, double share) {
  const auto until = static_cast<Step>(share * static_cast<double>(curve.recipe.total_steps()));
  std::erase_if(curve.points, [&](const CurvePoint& point) { return point.step > until; });
  if (curve.points.empty())
    throw InputError("nothing of " + curve.name + " was seen", "it was logged later", "raise --seen");
  return curve;
}

struct Forecasts {
  std::vector<double> errors;         // mean absolute one of each run [nats]
  std::vector<double> measured, law;  // at the end of each run
  int inside = 0;                     // of the ends' bands of 90%
  double width = 0;                   // of these bands, their mean
};

Forecasts forecast_all(const Fit& fit, const std::vector<Curve>& target, const Curve& seen) {
  Forecasts out;
  for (const Curve& curve : target) {
    std::vector<CurvePoint> points = curve.points;
    if (curve.name == seen.name)
      std::erase_if(points, [&](const CurvePoint& point) { return point.step <= seen.points.back().step; });
    const std::vector<double> law = fitted_law(fit, curve, points);
    double error = 0;
    for (std::size_t i = 0; i < points.size(); ++i) error += std::abs(law[i] - points[i].loss);
    out.errors.push_back(error / static_cast<double>(points.size()));
    out.measured.push_back(points.back().loss);
    out.law.push_back(law.back());
    LossSde sde = with_offset_of(make_sde(fit), curve.recipe);
    sde.weight_decay = curve.weight_decay;
    const LossForecast end = forecast_at(sde, curve.recipe, points.back().step, 0);
    out.inside += points.back().loss >= end.q05 && points.back().loss <= end.q95 ? 1 : 0;
    out.width += (end.q95 - end.q05) / static_cast<double>(target.size());
  }
  return out;
}

struct Gains {
  int large = 0, near = 0;  // pairs of runs of one length, and of these those forecast to 30%
};

Gains gains_of(const Forecasts& forecasts, const std::vector<Curve>& target) {
  Gains gains;
  for (std::size_t i = 0; i < target.size(); ++i)
    for (std::size_t j = i + 1; j < target.size(); ++j) {
      if (target[i].recipe.total_steps() != target[j].recipe.total_steps()) continue;
      const double gain = forecasts.measured[i] - forecasts.measured[j];
      if (std::abs(gain) < kLargeGain) continue;
      ++gains.large;
      gains.near += std::abs((forecasts.law[i] - forecasts.law[j]) / gain - 1) <= kNear ? 1 : 0;
    }
  return gains;
}

void measure_one(const std::vector<Curve>& small, const std::vector<Curve>& target, const Curve& whole, double share) {
  std::vector<Curve> curves = small;
  curves.push_back(beginning_of(whole, share));
  const Fit fit = fit_at_size(curves, find_model("adamw"), *whole.params);
  const Forecasts forecasts = forecast_all(fit, target, curves.back());
  const Gains gains = gains_of(forecasts, target);
  double mean = 0;
  std::string text;
  for (const double error : forecasts.errors) {
    mean += error / static_cast<double>(target.size());
    text += fmt::format(" {:5.2f}", 1e3 * error);
  }
  fmt::print("{:5} {:24} {:6.2f}  {}   {:2} of {:2}   {} of {}  {:5.1f}\n", small.size(), whole.name, 1e3 * mean, text,
             gains.near, gains.large, forecasts.inside, target.size(), 1e3 * forecasts.width);
}

void measure(const cxxopts::ParseResult& given) {
  const fs::path folder = given["FOLDER"].as<std::string>();
  const std::string from = given["from"].as<std::string>(), to = given["to"].as<std::string>();
  const double share = given["seen"].as<double>();
  const std::vector<Curve> target = curves_of_size(folder, to, {});
  fmt::print("1e-3 nats: mean of all runs of {}; each run ({}", to, target.front().name);
  for (std::size_t i = 1; i < target.size(); ++i) fmt::print(", {}", target[i].name);
  fmt::print("); gains above {:.0f} within {:.0f}%; ends in their bands, and their width\n", 1e3 * kLargeGain,
             100 * kNear);
  for (const std::optional<Split> split : {std::optional(Split::train), std::optional<Split>()})
    for (const Curve& whole : curves_of_size(folder, to, Split::train))
      measure_one(curves_of_size(folder, from, split), target, whole, share);
}

}  // namespace
}  // namespace losscast::bench

int main(int count, char** arguments) {
  cxxopts::Options options("bench_sizes", "How well a model size is forecast from a smaller one");
  options.add_options()("from", "the size of which all is known",
                        cxxopts::value<std::string>()->default_value("25M"))             //
      ("to", "the size forecast", cxxopts::value<std::string>()->default_value("100M"))  //
      ("seen", "share of the one run's steps", cxxopts::value<double>()->default_value("0.2"));
  return losscast::bench::run_program(count, arguments, options, {"FOLDER"}, losscast::bench::measure);
}
