#include "losscast/fit/size_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "fit/parameter_places.hpp"
#include "fit/size_chain.hpp"
#include "fit/size_move.hpp"
#include "fit/size_stages.hpp"
#include "losscast/base/counted.hpp"
#include "losscast/base/error.hpp"

namespace losscast {

namespace {

// A size that was never trained may be this many times as large or small as the nearest one; and the two nearest must
// be this factor apart, or they do not tell how L0 falls.
constexpr double kFarthest = 34, kNearest = 1.5;

void require_reach(const std::vector<double>& order, double params) {
  const double nearest = order.back(), before = order[order.size() - 2];
  const auto ratio = [](double a, double b) { return std::max(a / b, b / a); };
  if (!(ratio(params, nearest) <= kFarthest))
    throw InputError(fmt::format("{:.4g} parameters are too far from the nearest size, {:.4g}", params, nearest),
                     fmt::format("sizes tell of others up to {:.0f} times as large or small", kFarthest),
                     "check that params counts parameters everywhere, or add runs of a nearer size");
  if (ratio(nearest, before) < kNearest)
    throw InputError(
        fmt::format("the sizes {:.4g} and {:.4g} are too near to each other", before, nearest),
        "they do not tell how the loss falls with size",
        fmt::format("add runs of a size {} times as large, or a few points of one of {:.4g}", kNearest, params));
}

// Throws unless the larger of the two nearest sizes has the lower L0.
void require_fall(const FittedSizes& fitted) {
  const auto floor_of = [](const Fit& fit) { return fit.parameters[place_of(fit, "L0")].value; };
  const std::size_t last = fitted.fits.size() - 1;
  const double fall = floor_of(fitted.fits[last - 1]) - floor_of(fitted.fits[last]);
  const double growth = fitted.sizes[last] - fitted.sizes[last - 1];
  if (fall * growth > 0) return;
  throw InputError(fmt::format("the loss does not fall from {:.4g} to {:.4g} parameters",
                               std::min(fitted.sizes[last], fitted.sizes[last - 1]),
                               std::max(fitted.sizes[last], fitted.sizes[last - 1])),
                   "what a size loses or gains against another cannot be told",
                   "check params, and that all sizes have the same data and tokenizer");
}

void require_model(const SdeModel& model) {
  for (const char* name : SizeChain::kNames)
    if (std::ranges::find(model.parameters(), name, &ModelParameter::name) == model.parameters().end())
      throw InputError(fmt::format("model {} is not fitted across sizes", model.name()),
                       fmt::format("it has no parameter {}, of which is known how it goes with size", name),
                       "use adamw");
}

void require_fittable(const SizedCurves& curves, double params) {
  if (curves.contains(params)) return;
  const std::vector<double> order = stages_towards(curves, params);
  if (order.size() < 2)
    throw InputError(fmt::format("no curve is of {:.4g} parameters", params),
                     fmt::format("the curves are of {}, and one does not say how the loss falls with size",
                                 counted(order.size(), "size")),
                     "add a few points of a run of this size, or runs of another size");
  require_reach(order, params);
}

Fit fit_at(double params, SizeStages& stages, const SdeModel& model, const FitOptions& options) {
  const std::vector<double> order = stages_towards(stages.curves(), params);
  if (stages.curves().contains(params)) return stages.fit_of(params, order);
  const FittedSizes& fitted = stages.fitted(order);
  require_fall(fitted);
  return moved_fit(fitted, model, params, options.seed);
}

}  // namespace

void check_sizes(std::span<const Curve> curves, const SdeModel& model, std::span<const double> sizes) {
  require_model(model);
  const SizedCurves sized = by_size(curves);
  for (const double params : sizes) require_fittable(sized, params);
}

std::vector<Fit> fit_at_sizes(std::span<const Curve> curves, const SdeModel& model, std::span<const double> sizes,
                              const FitOptions& options) {
  check_sizes(curves, model, sizes);
  SizeStages stages(curves, model, options);
  std::vector<Fit> fits;
  for (const double params : sizes) fits.push_back(fit_at(params, stages, model, options));
  return fits;
}

Fit fit_at_size(std::span<const Curve> curves, const SdeModel& model, double params, const FitOptions& options) {
  return fit_at_sizes(curves, model, {&params, 1}, options).front();
}

}  // namespace losscast
