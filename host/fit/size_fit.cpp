#include "losscast/fit/size_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "fit/fit_problem.hpp"
#include "fit/posterior.hpp"
#include "fit/size_chain.hpp"
#include "losscast/base/error.hpp"
#include "losscast/random/counter.hpp"
#include "losscast/random/normal.hpp"
#include "losscast/schedule/warmup.hpp"

namespace losscast {

namespace {

using Sizes = std::map<double, std::vector<Curve>>;

// L0 = E + K N^-a over sizes N: ln a is normal, with this mean and standard deviation.
constexpr double kLogExponent = -1.2, kLogExponentDeviation = 0.25;

// A size that was never trained may be this many times as large or small as the nearest one; and the two nearest must
// be this factor apart, or they do not tell how L0 falls.
constexpr double kFarthest = 34, kNearest = 1.5;

// A run counts as whole if it was logged to this share of its steps. Of another run the fit takes what comes after this
// share of what was logged since its warm-up: what comes before obeys no law of its size.
constexpr double kNearlyWhole = 0.95, kObedient = 0.65;

Sizes sizes_of(std::span<const Curve> curves) {
  Sizes sizes;
  for (const Curve& curve : curves) {
    if (!curve.params)
      throw InputError("it does not say its params", "runs are told apart by the size of their model",
                       "add params to it in the manifest")
          .at("curve " + curve.name);
    sizes[*curve.params].push_back(curve);
  }
  return sizes;
}

// All sizes but `params`, the farthest first.
std::vector<double> stages(const Sizes& sizes, double params) {
  std::vector<double> order;
  for (const auto& [size, curves] : sizes)
    if (size != params) order.push_back(size);
  std::ranges::stable_sort(order, std::greater(), [&](double size) { return std::abs(std::log(size / params)); });
  return order;
}

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

std::size_t place_of(const Fit& fit, std::string_view name) {
  const auto found = std::ranges::find(fit.parameters, name, &ParameterEstimate::name);
  return static_cast<std::size_t>(found - fit.parameters.begin());
}

std::array<std::size_t, SizeChain::kNames.size()> places_in(const Fit& fit) {
  std::array<std::size_t, SizeChain::kNames.size()> places;
  for (std::size_t i = 0; i < places.size(); ++i) places[i] = place_of(fit, SizeChain::kNames[i]);
  return places;
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

// The sizes that have been fitted, and what they say of the next one.
struct Fitted {
  std::vector<double> sizes;
  std::vector<Fit> fits;
  std::optional<SizeChain> chain;
};

Fitted fit_stages(const Sizes& sizes, const std::vector<double>& order, const SdeModel& model, FitOptions options) {
  Fitted fitted;
  options.narrowed = false;
  for (const double size : order) {
    std::vector<Curve> curves = sizes.at(size);
    if (fitted.chain) {
      fitted.chain->move(std::log(size / fitted.sizes.back()));
      options.known = fitted.chain->known();
      curves = without_beginnings(std::move(curves));
    }
    fitted.fits.push_back(fit_model(curves, model, options));
    fitted.sizes.push_back(size);
    if (fitted.chain)
      fitted.chain->update(law_of(fitted.fits.back()));
    else
      fitted.chain.emplace(law_of(fitted.fits.back()));
  }
  return fitted;
}

double normal(const FitOptions& options, std::size_t draw, std::size_t which) {
  float normals[4];
  normals4(random_bits(options.seed, Stream::scaling, draw, static_cast<std::uint32_t>(which), 0), normals);
  return static_cast<double>(normals[0]);
}

// How the nearest size's law moves to the size asked for, in one draw of what is not known of that.
class Move {
 public:
  Move(const Fitted& fitted, const SdeModel& model, double params)
      : fitted_(fitted),
        model_(model),
        params_(params),
        log_ratio_(std::log(params / fitted.sizes.back())),
        places_(places_in(fitted.fits.back())),
        floor_(place_of(fitted.fits.back(), "L0")) {}

  // `last` and `before` are laws of the nearest size and of the one fitted before it. variate(i) is standard normal.
  template <class Variate>
  std::vector<double> operator()(std::vector<double> last, const std::vector<double>& before,
                                 const Variate& variate) const {
    const double exponent = std::exp(kLogExponent + kLogExponentDeviation * variate(kVariates - 1));
    const double shift = floor_shift(before[floor_] - last[floor_], exponent);
    for (std::size_t i = 0; i < places_.size(); ++i)
      last[places_[i]] *=
          std::exp(kSizeDeviations[i] * std::sqrt(std::abs(log_ratio_)) * variate(i) + log_ratio_ * slope(i, variate));
    last[floor_] += shift;
    for (const std::size_t place : places_) clamp(last, place);
    clamp(last, floor_);
    return last;
  }

 private:
  static constexpr std::size_t kVariates = SizeChain::kNames.size() + 3;  // of the parameters, two slopes, the floor

  template <class Variate>
  double slope(std::size_t parameter, const Variate& variate) const {
    const auto drawn = [&](Eigen::Index place) {
      const double deviation = std::sqrt(fitted_.chain->covariance()(place, place));
      return fitted_.chain->mean()(place) + deviation * variate(static_cast<std::size_t>(place));
    };
    if (SizeChain::kNames[parameter] == std::string_view("A")) return drawn(SizeChain::kSlopeOfAAt);
    if (SizeChain::kNames[parameter] == std::string_view("B")) return drawn(SizeChain::kSlopeOfBAt);
    return 0;
  }

  // By how much L0 rises to the size asked for, where it fell so much from the size before to the nearest.
  double floor_shift(double fall, double exponent) const {
    const double last = fitted_.sizes.back(), before = fitted_.sizes[fitted_.sizes.size() - 2];
    const auto power = [&](double size) { return std::pow(size / last, -exponent); };
    return fall / (power(before) - 1) * (power(params_) - 1);
  }

  void clamp(std::vector<double>& law, std::size_t place) const {
    law[place] = std::clamp(law[place], model_.parameters()[place].lower, model_.parameters()[place].upper);
  }

  const Fitted& fitted_;
  const SdeModel& model_;
  double params_, log_ratio_;
  std::array<std::size_t, SizeChain::kNames.size()> places_;
  std::size_t floor_;
};

// The nearest size's fit with every law moved as the sizes say.
Fit moved_fit(const Fitted& fitted, const SdeModel& model, double params, const FitOptions& options) {
  const Move move(fitted, model, params);
  const Fit& before = fitted.fits[fitted.fits.size() - 2];
  Fit fit = fitted.fits.back();
  const std::vector<double> best =
      move(parameter_values(fit), parameter_values(before), [](std::size_t) { return 0.0; });
  for (std::size_t d = 0; d < fit.draws.size(); ++d)
    fit.draws[d] = move(fit.draws[d], before.draws[d], [&](std::size_t which) { return normal(options, d, which); });
  fit.covariance = covariance_of({&fit.draws, 1});
  for (std::size_t p = 0; p < best.size(); ++p) {
    fit.parameters[p].value = best[p];
    fit.parameters[p].standard_error = std::sqrt(fit.covariance[p][p]);
  }
  fit.params = params;
  fit.warnings.push_back(
      fmt::format("no curve is of {:.4g} parameters: its law is that of {:.4g}, moved as {} sizes say", params,
                  fitted.sizes.back(), fitted.sizes.size()));
  return fit;
}

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
void require_fall(const Fitted& fitted) {
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

}  // namespace

Fit fit_at_size(std::span<const Curve> curves, const SdeModel& model, double params, const FitOptions& given) {
  require_model(model);
  const Sizes sizes = sizes_of(curves);
  const std::vector<double> order = stages(sizes, params);
  const bool measured = sizes.contains(params);
  if (!measured && order.size() < 2)
    throw InputError(fmt::format("no curve is of {:.4g} parameters", params),
                     fmt::format("the curves are of {} size{}, and one does not say how the loss falls with size",
                                 order.size(), order.size() == 1 ? "" : "s"),
                     "add a few points of a run of this size, or runs of another size");
  if (!measured) require_reach(order, params);
  FitOptions options = given;
  options.reference = reference_of(curves);
  Fitted fitted = fit_stages(sizes, order, model, options);
  if (!measured) {
    require_fall(fitted);
    return moved_fit(fitted, model, params, options);
  }
  std::vector<Curve> own = sizes.at(params);
  if (fitted.chain) {
    fitted.chain->move(std::log(params / fitted.sizes.back()));
    options.known = fitted.chain->known();
    own = without_beginnings(std::move(own));
  }
  return fit_model(own, model, options);
}

}  // namespace losscast
