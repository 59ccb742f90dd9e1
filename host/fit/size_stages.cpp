#include "fit/size_stages.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

#include "fit/fit_problem.hpp"
#include "fit/parameter_places.hpp"
#include "losscast/base/error.hpp"
#include "losscast/fit/fit_model.hpp"
#include "losscast/random/derived_seed.hpp"
#include "losscast/schedule/warmup.hpp"

namespace losscast {

namespace {

// A run counts as whole if it was logged to this share of its steps. Of another run the fit takes what comes after this
// share of what was logged since its warm-up: what comes before obeys no law of its size.
constexpr double kNearlyWhole = 0.95, kObedient = 0.65;

bool is_under_way(const Curve& curve) {
  const auto last = static_cast<double>(curve.points.back().step);
  return last < kNearlyWhole * static_cast<double>(curve.recipe.total_steps());
}

std::vector<Curve> without_beginnings(std::vector<Curve> curves) {
  for (Curve& curve : curves) {
    if (curve.steps_from || curve.points.empty() || !is_under_way(curve)) continue;
    const Step begin = warmup_end(curve.recipe.schedule);
    curve.steps_from = begin + static_cast<Step>(kObedient * static_cast<double>(curve.points.back().step - begin));
  }
  return curves;
}

SizeLaw law_of(const Fit& fit) {
  const auto places = places_in(fit);
  const auto size = static_cast<Eigen::Index>(places.size()), count = static_cast<Eigen::Index>(fit.draws.size());
  Eigen::MatrixXd draws(count, size);
  SizeLaw law{Eigen::VectorXd(size), {}};
  for (Eigen::Index i = 0; i < size; ++i) {
    const std::size_t place = places[static_cast<std::size_t>(i)];
    law.mean(i) = std::log(fit.parameters[place].value);
    for (Eigen::Index d = 0; d < count; ++d) draws(d, i) = std::log(fit.draws[static_cast<std::size_t>(d)][place]);
  }
  const Eigen::MatrixXd centred = draws.rowwise() - draws.colwise().mean();
  law.covariance = centred.transpose() * centred / static_cast<double>(count - 1);
  return law;
}

// The curves of all sizes but one.
std::vector<Curve> others_than(double size, const SizedCurves& all) {
  std::vector<Curve> others;
  for (const auto& [other, curves] : all)
    if (other != size) others.insert(others.end(), curves.begin(), curves.end());
  return others;
}

}  // namespace

SizedCurves by_size(std::span<const Curve> curves) {
  SizedCurves sizes;
  for (const Curve& curve : curves) {
    if (!curve.params)
      throw InputError("it does not say its params", "runs are told apart by the size of their model",
                       "add params to it in the manifest")
          .at("curve " + curve.name);
    sizes[*curve.params].push_back(curve);
  }
  return sizes;
}

std::vector<double> stages_towards(const SizedCurves& all, double params) {
  std::vector<double> order;
  for (const auto& [size, curves] : all)
    if (size != params) order.push_back(size);
  std::ranges::stable_sort(order, std::greater(), [&](double size) { return std::abs(std::log(size / params)); });
  return order;
}

SizeStages::SizeStages(std::span<const Curve> curves, const SdeModel& model, const FitOptions& options)
    : curves_(by_size(curves)), model_(model), options_(options) {
  options_.reference = reference_of(curves);
}

const FittedSizes& SizeStages::fitted(std::span<const double> order) {
  const std::vector<double> key(order.begin(), order.end());
  if (const auto found = done_.find(key); found != done_.end()) return found->second;
  FittedSizes sizes;
  if (!order.empty()) {
    sizes = fitted(order.first(order.size() - 1));
    FitOptions options = options_;
    options.narrowed = false;
    Fit fit = fit_after(sizes, order.back(), options);
    if (sizes.chain) {
      sizes.chain->move(std::log(order.back() / sizes.sizes.back()));
      sizes.chain->update(law_of(fit));
    } else {
      sizes.chain.emplace(law_of(fit));
    }
    sizes.fits.push_back(std::move(fit));
    sizes.sizes.push_back(order.back());
  }
  return done_.emplace(key, std::move(sizes)).first->second;
}

Fit SizeStages::fit_of(double size, std::span<const double> order) { return fit_after(fitted(order), size, options_); }

Fit SizeStages::fit_after(const FittedSizes& before, double size, FitOptions options) const {
  options.seed = derived_seed(options_.seed, Stream::scaling, std::bit_cast<std::uint64_t>(size));
  Fit fit = fit_with(before, size, options);
  fit.seed = options_.seed;
  return fit;
}

Fit SizeStages::fit_with(const FittedSizes& before, double size, FitOptions options) const {
  if (!before.chain) return fit_model(curves_.at(size), model_, options);
  SizeChain chain = *before.chain;
  chain.move(std::log(size / before.sizes.back()));
  options.known = chain.known();
  const std::vector<Curve> own = without_beginnings(curves_.at(size)), others = others_than(size, curves_);
  options.others = others;
  return fit_model(own, model_, options);
}

}  // namespace losscast
