#include "fit/size_move.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "fit/coordinates.hpp"
#include "fit/parameter_places.hpp"
#include "fit/posterior.hpp"
#include "losscast/fit/fit_model.hpp"
#include "losscast/random/counter.hpp"
#include "losscast/random/normal.hpp"

namespace losscast {

namespace {

// L0 = E + K N^-a over sizes N: ln a is normal, with this mean and standard deviation.
constexpr double kLogExponent = -1.2, kLogExponentDeviation = 0.25;

double normal(std::uint64_t seed, std::size_t draw, std::size_t which) {
  float normals[4];
  normals4(random_bits(seed, Stream::scaling, draw, static_cast<std::uint32_t>(which), 0), normals);
  return static_cast<double>(normals[0]);
}

// How the nearest size's law moves to the size asked for, in one draw of what is not known of that.
class Move {
 public:
  Move(const FittedSizes& fitted, const SdeModel& model, double params)
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
      last[places_[i]] *= std::exp(kSizeDeviations[i] * std::sqrt(std::abs(log_ratio_)) * variate(walk_of(i)) +
                                   log_ratio_ * slope(i, variate));
    last[floor_] += shift;
    for (const std::size_t place : places_) clamp(last, place);
    clamp(last, floor_);
    return last;
  }

 private:
  static constexpr std::size_t kVariates = SizeChain::kNames.size() + 3;  // of the parameters, two slopes, the floor

  // What a parameter does beside its slope towards larger sizes says nothing of smaller ones.
  std::size_t walk_of(std::size_t parameter) const { return log_ratio_ < 0 ? kVariates + parameter : parameter; }

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

  const FittedSizes& fitted_;
  const SdeModel& model_;
  double params_, log_ratio_;
  std::array<std::size_t, SizeChain::kNames.size()> places_;
  std::size_t floor_;
};

// Which of its parameters a move has put where the model lets them go no farther.
void mark_bounds(const SdeModel& model, Fit& fit) {
  for (std::size_t p = 0; p < fit.parameters.size(); ++p)
    if (fit.covariance[p][p] > 0) fit.parameters[p].at_bound = at_bound(model.parameters()[p], fit.parameters[p].value);
}

}  // namespace

Fit moved_fit(const FittedSizes& fitted, const SdeModel& model, double params, std::uint64_t seed) {
  const Move move(fitted, model, params);
  const Fit& before = fitted.fits[fitted.fits.size() - 2];
  Fit fit = fitted.fits.back();
  const std::vector<double> best =
      move(parameter_values(fit), parameter_values(before), [](std::size_t) { return 0.0; });
  for (std::size_t d = 0; d < fit.draws.size(); ++d)
    fit.draws[d] = move(fit.draws[d], before.draws[d], [&](std::size_t which) { return normal(seed, d, which); });
  fit.covariance = covariance_of({&fit.draws, 1});
  for (std::size_t p = 0; p < best.size(); ++p) {
    fit.parameters[p].value = best[p];
    fit.parameters[p].standard_error = std::sqrt(fit.covariance[p][p]);
  }
  mark_bounds(model, fit);
  fit.params = params;
  fit.moved_from = fitted.sizes.back();
  fit.warnings.push_back(
      fmt::format("no curve is of {:.4g} parameters: its law is that of {:.4g}, moved as {} sizes say", params,
                  fitted.sizes.back(), fitted.sizes.size()));
  return fit;
}

}  // namespace losscast
