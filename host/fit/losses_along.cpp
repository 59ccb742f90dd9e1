#include "fit/losses_along.hpp"

#include <algorithm>
#include <cmath>

#include "losscast/base/contract.hpp"
#include "losscast/model/check_recipe.hpp"

namespace losscast {
namespace {

constexpr std::size_t kDraws = 1024;
constexpr double kLeastDeviation = 1e-9;  // [nats], so that a law without noise has quantiles, too

// Evenly from all of a fit's chains.
LossSde thinned(LossSde sde) {
  const std::size_t stride = (sde.draws.size() + kDraws - 1) / kDraws;
  std::vector<std::vector<double>> draws;
  for (std::size_t d = 0; d < sde.draws.size(); d += stride) draws.push_back(std::move(sde.draws[d]));
  sde.draws = std::move(draws);
  return sde;
}

RunLaws laws_of(const LossSde& sde, const Recipe& recipe, std::vector<Step> steps, int threads) {
  LOSSCAST_EXPECTS(!sde.draws.empty() && !steps.empty());
  check_recipe(*sde.model, sde.reference, recipe);
  std::sort(steps.begin(), steps.end());
  steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
  LOSSCAST_EXPECTS(steps.front() >= 1 && steps.back() <= recipe.total_steps());
  return laws_along(thinned(sde), recipe, steps, threads);
}

}  // namespace

LossesAlong::LossesAlong(const LossSde& sde, const Recipe& recipe, std::vector<Step> steps, int threads)
    : laws_(laws_of(sde, recipe, std::move(steps), threads)),
      discrepancy_(static_cast<double>(sde.noise.run_offset), recipe.total_steps()),
      observation_(static_cast<double>(sde.noise.observation)) {}

std::size_t LossesAlong::place(Step step) const {
  return static_cast<std::size_t>(std::lower_bound(laws_.steps.begin(), laws_.steps.end(), step) - laws_.steps.begin());
}

LawPlace LossesAlong::place_of(std::size_t at) const {
  return {laws_.steps[at], laws_.startup_deviation[at], laws_.fast_deviation[at]};
}

double LossesAlong::own_variance(std::size_t at) const {
  return laws_.fast_deviation[at] * laws_.fast_deviation[at] + observation_ * observation_;
}

WeightedNormals LossesAlong::mixture(const Eigen::RowVectorXd& means, double variance) const {
  return {Eigen::MatrixXd::Constant(1, means.size(), 1 / static_cast<double>(means.size())),
          means,
          {std::max(kLeastDeviation, std::sqrt(std::max(0.0, variance)))}};
}

WeightedNormals LossesAlong::loss(std::size_t at) const {
  const LawPlace place = place_of(at);
  return mixture(laws_.means.row(static_cast<Eigen::Index>(at)),
                 discrepancy_.covariance(place, place, 1) + own_variance(at));
}

WeightedNormals LossesAlong::change(std::size_t from, std::size_t to) const {
  const LawPlace a = place_of(from), b = place_of(to);
  const double shared = discrepancy_.covariance(a, b, 1);
  const double variance = discrepancy_.covariance(a, a, 1) + discrepancy_.covariance(b, b, 1) - 2 * shared +
                          own_variance(from) + own_variance(to);
  return mixture(laws_.means.row(static_cast<Eigen::Index>(to)) - laws_.means.row(static_cast<Eigen::Index>(from)),
                 variance);
}

LossForecast forecast_of(const WeightedNormals& mixture) {
  const Statistics statistics = statistics_of(mixture);
  return {statistics.mean, statistics.posterior_error, statistics.q05, statistics.q95};
}

}  // namespace losscast
