#include "fit/run_discrepancy.hpp"

#include <algorithm>
#include <cmath>

#include "losscast/base/contract.hpp"

namespace losscast {
namespace {

// Of public runs left out of fits (docs/reproduce.md): what stays along a run, how long the rest is remembered, and
// before which share of the run it grows.
constexpr double kConstantShare = 0.1, kMemory = 0.09, kEarly = 0.15;
constexpr double kLeastDeviation = 1e-9;  // [nats], so that a law without noise has quantiles, too

Eigen::MatrixXd flattened(const Eigen::MatrixXd& logs, double power) {
  Eigen::MatrixXd weights = ((logs.array() - logs.maxCoeff()) * power).exp();
  return weights / weights.sum();
}

// How many independent draws these are worth.
double effective_draws(const Eigen::MatrixXd& weights) { return 1 / weights.colwise().sum().squaredNorm(); }

}  // namespace

double Discrepancy::deviation(double share) const { return offset_ * std::sqrt(1 + std::pow(kEarly / share, 4)); }

double Discrepancy::covariance(const LawPlace& a, const LawPlace& b, double scale) const {
  const double x = static_cast<double>(a.step) / total_, y = static_cast<double>(b.step) / total_;
  const double varying = deviation(x) * deviation(y) * std::exp(-std::abs(x - y) / kMemory);
  return scale * (kConstantShare * offset_ * offset_ + (1 - kConstantShare) * varying) + a.startup * b.startup;
}

RunPosterior::RunPosterior(const Discrepancy& discrepancy, Eigen::Index draws, Eigen::Index most)
    : discrepancy_(discrepancy) {
  for (const double scale : Discrepancy::kSizes)
    sizes_.push_back({scale, Eigen::MatrixXd::Zero(most, most), Eigen::MatrixXd::Zero(most, draws),
                      Eigen::RowVectorXd::Constant(draws, -std::log(scale))});
}

Eigen::VectorXd RunPosterior::solved(const Size& size, const LawPlace& place, double scale) const {
  Eigen::VectorXd shared(taken());
  for (Eigen::Index i = 0; i < taken(); ++i)
    shared[i] = discrepancy_.covariance(places_[static_cast<std::size_t>(i)], place, scale);
  size.factor.topLeftCorner(taken(), taken()).triangularView<Eigen::Lower>().solveInPlace(shared);
  return shared;
}

RunPosterior::Next RunPosterior::next(const Size& size, const Point& point) const {
  const double square = size.scale * size.scale;
  Next next{solved(size, point.place, square), 0, {}};
  const double own = discrepancy_.covariance(point.place, point.place, square) + point.noise * point.noise;
  next.deviation = std::sqrt(std::max(own - next.row.squaredNorm(), 1e-6 * own));
  next.rest = point.errors - next.row.transpose() * size.innovations.topRows(taken());
  return next;
}

Eigen::MatrixXd RunPosterior::log_weights() const {
  Eigen::MatrixXd logs(static_cast<Eigen::Index>(sizes_.size()), sizes_.front().log_weights.size());
  for (std::size_t k = 0; k < sizes_.size(); ++k) logs.row(static_cast<Eigen::Index>(k)) = sizes_[k].log_weights;
  return logs;
}

double RunPosterior::innovation(const Point& point) const {
  const Eigen::MatrixXd weights = flattened(log_weights(), 1);
  std::vector<Next> all;
  double mean = 0, variance = 0;
  for (std::size_t k = 0; k < sizes_.size(); ++k) {
    all.push_back(next(sizes_[k], point));
    mean += weights.row(static_cast<Eigen::Index>(k)).dot(all[k].rest);
  }
  for (std::size_t k = 0; k < sizes_.size(); ++k) {
    const Eigen::RowVectorXd squares = (all[k].rest.array() - mean).square() + all[k].deviation * all[k].deviation;
    variance += weights.row(static_cast<Eigen::Index>(k)).dot(squares);
  }
  return mean / std::sqrt(variance);
}

void RunPosterior::take(const Point& point) {
  LOSSCAST_EXPECTS(taken() < sizes_.front().factor.rows());
  for (Size& size : sizes_) {
    const Next one = next(size, point);
    size.factor.row(taken()).head(taken()) = one.row;
    size.factor(taken(), taken()) = one.deviation;
    size.innovations.row(taken()) = one.rest / one.deviation;
    size.log_weights.array() -= 0.5 * size.innovations.row(taken()).array().square() + std::log(one.deviation);
  }
  places_.push_back(point.place);
}

RunPosterior::Weights RunPosterior::weights() const {
  const Eigen::MatrixXd logs = log_weights();
  const double fewest = std::min(kFewestDraws, static_cast<double>(logs.cols()) / 2);
  const Eigen::MatrixXd plain = flattened(logs, 1);
  const double plain_draws = effective_draws(plain);
  if (plain_draws >= fewest) return {plain, plain_draws, plain_draws};
  double low = 0, high = 1;
  for (int i = 0; i < 40; ++i) {
    const double middle = (low + high) / 2;
    (effective_draws(flattened(logs, middle)) < fewest ? high : low) = middle;
  }
  Eigen::MatrixXd values = flattened(logs, low);
  const double draws = effective_draws(values);
  return {std::move(values), plain_draws, draws};
}

RunPosterior::Rest RunPosterior::rest_at(const LawPlace& place) const {
  Rest rest{Eigen::MatrixXd(static_cast<Eigen::Index>(sizes_.size()), sizes_.front().log_weights.size()), {}};
  const double own = discrepancy_.covariance(place, place, 1);
  for (std::size_t k = 0; k < sizes_.size(); ++k) {
    const Eigen::VectorXd known = solved(sizes_[k], place, sizes_[k].scale);
    rest.means.row(static_cast<Eigen::Index>(k)) = known.transpose() * sizes_[k].innovations.topRows(taken());
    const double variance = std::max(own - known.squaredNorm(), 1e-6 * own) + place.fast * place.fast;
    rest.deviations.push_back(std::max(kLeastDeviation, std::sqrt(variance)));
  }
  return rest;
}

}  // namespace losscast
