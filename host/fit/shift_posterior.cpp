#include "fit/shift_posterior.hpp"

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <iterator>

#include "losscast/base/contract.hpp"

namespace losscast {
namespace {

// Priors. J is normal about 0, so wide that any log says more of it [nats].
constexpr double kJump = 2;
// P is above 0, and of unknown size: normal about one of these with half of it as its deviation, all alike [nats].
constexpr double kPulls[] = {0.05, 0.1, 0.2, 0.4, 0.8, 1.6};
// s0 and b are log-normal: a factor of 4.5 about a 50th of the reference run, and of 1.65 about 0.4, as exponents of
// laws of the loss are.
constexpr double kStart = 0.02, kStartSpread = 1.5, kExponent = 0.4, kExponentSpread = 0.5;
constexpr int kStarts = 41, kExponents = 9;
constexpr double kFar = 2.5;  // standard deviations of a prior that its nodes reach

constexpr double kLeastShare = 1e-6;      // of its own variance that a place keeps
constexpr double kLeastDeviation = 1e-9;  // [nats], so that a law without noise has quantiles, too
constexpr double kNoWeight = 1e-8;        // of a component, beside the largest

// Of `count` places, evenly from -kFar to kFar.
double place_of(int i, int count) { return kFar * (2.0 * i / (count - 1) - 1); }

// (1 + clock / start)^-b taken from 1.
double pulled_share(double clock, double start, double exponent) {
  return -std::expm1(-exponent * std::log1p(clock / start));
}

}  // namespace

ShiftPosterior::ShiftPosterior(const Discrepancy& discrepancy, const Eigen::VectorXd& size_weights, Eigen::Index most)
    : discrepancy_(discrepancy) {
  LOSSCAST_EXPECTS(size_weights.size() == static_cast<Eigen::Index>(std::size(Discrepancy::kSizes)));
  for (int i = 0; i < kStarts; ++i)
    for (int j = 0; j < kExponents; ++j) {
      const double u = place_of(i, kStarts), v = place_of(j, kExponents);
      nodes_.push_back(
          {kStart * std::exp(kStartSpread * u), kExponent * std::exp(kExponentSpread * v), -(u * u + v * v) / 2});
    }
  const auto nodes = static_cast<Eigen::Index>(nodes_.size());
  for (Eigen::Index k = 0; k < size_weights.size(); ++k)
    sizes_.push_back({Discrepancy::kSizes[k], std::log(size_weights[k]), Eigen::MatrixXd::Zero(most, most),
                      Eigen::VectorXd::Zero(most), Eigen::VectorXd::Zero(most), Eigen::MatrixXd::Zero(most, nodes)});
  weigh();
}

Eigen::RowVectorXd ShiftPosterior::pulled_at(std::span<const double> clocks) const {
  Eigen::RowVectorXd shares = Eigen::RowVectorXd::Zero(static_cast<Eigen::Index>(nodes_.size()));
  for (const double clock : clocks)
    for (std::size_t j = 0; j < nodes_.size(); ++j)
      shares[static_cast<Eigen::Index>(j)] += pulled_share(clock, nodes_[j].start, nodes_[j].exponent);
  return shares / static_cast<double>(clocks.size());
}

Eigen::VectorXd ShiftPosterior::solved(const Size& size, const ShiftPlace& place, double scale) const {
  const auto taken = static_cast<Eigen::Index>(places_.size());
  Eigen::VectorXd shared(taken);
  for (Eigen::Index i = 0; i < taken; ++i) {
    const ShiftPlace& other = places_[static_cast<std::size_t>(i)];
    shared[i] = discrepancy_.covariance(other.law, place.law, scale) + other.spread.dot(place.spread);
  }
  size.factor.topLeftCorner(taken, taken).triangularView<Eigen::Lower>().solveInPlace(shared);
  return shared;
}

double ShiftPosterior::own_covariance(const ShiftPlace& place, double scale) const {
  return discrepancy_.covariance(place.law, place.law, scale) + place.spread.squaredNorm();
}

void ShiftPosterior::take(const Point& point) {
  const auto taken = static_cast<Eigen::Index>(places_.size());
  LOSSCAST_EXPECTS(taken < sizes_.front().factor.rows());
  const Eigen::RowVectorXd pulled = pulled_at(point.place.clocks);
  for (Size& size : sizes_) {
    const double square = size.scale * size.scale;
    const Eigen::VectorXd row = solved(size, point.place, square);
    const double own = own_covariance(point.place, square) + point.noise * point.noise;
    const double deviation = std::sqrt(std::max(own - row.squaredNorm(), kLeastShare * own));
    size.factor.row(taken).head(taken) = row;
    size.factor(taken, taken) = deviation;
    size.errors[taken] = (point.error - row.dot(size.errors.head(taken))) / deviation;
    size.ones[taken] = (1 - row.dot(size.ones.head(taken))) / deviation;
    size.pulled.row(taken) = (pulled - row.transpose() * size.pulled.topRows(taken)) / deviation;
    size.log_determinant += std::log(deviation);
  }
  places_.push_back(point.place);
  weigh();
}

// By Bayes' rule for a linear model with a normal prior; constants that all components share are left out.
void ShiftPosterior::weigh() {
  const auto taken = static_cast<Eigen::Index>(places_.size());
  components_.clear();
  std::vector<double> logs;
  for (std::size_t k = 0; k < sizes_.size(); ++k) {
    const Size& size = sizes_[k];
    const auto errors = size.errors.head(taken), ones = size.ones.head(taken);
    const auto pulled = size.pulled.topRows(taken);
    const Eigen::RowVectorXd crossed = ones.transpose() * pulled, with_errors = errors.transpose() * pulled;
    const Eigen::RowVectorXd squares = pulled.colwise().squaredNorm();
    for (Eigen::Index j = 0; j < pulled.cols(); ++j)
      for (const double centre : kPulls) {
        const double spread = centre / 2;
        Eigen::Matrix2d precision;
        precision << 1 / (kJump * kJump) + ones.squaredNorm(), -crossed[j], -crossed[j],
            1 / (spread * spread) + squares[j];
        const Eigen::Vector2d pointed(ones.dot(errors), centre / (spread * spread) - with_errors[j]);
        const Eigen::Matrix2d covariance = precision.inverse();
        const Eigen::Vector2d mean = covariance * pointed;
        components_.push_back({k, j, 0, mean, covariance});
        logs.push_back(size.log_prior + nodes_[static_cast<std::size_t>(j)].log_prior - size.log_determinant -
                       errors.squaredNorm() / 2 + pointed.dot(mean) / 2 - std::log(precision.determinant()) / 2 -
                       std::log(spread));
      }
  }
  const double highest = *std::max_element(logs.begin(), logs.end());
  double sum = 0;
  for (std::size_t i = 0; i < logs.size(); ++i) sum += components_[i].weight = std::exp(logs[i] - highest);
  std::erase_if(components_, [](const Component& one) { return one.weight < kNoWeight; });
  for (Component& one : components_) one.weight /= sum;
}

std::vector<ShiftPosterior::Said> ShiftPosterior::said_at(const ShiftPlace& place, Part part) const {
  const auto taken = static_cast<Eigen::Index>(places_.size());
  const Eigen::RowVectorXd pulled = pulled_at(place.clocks);
  struct BySize {
    double mean, variance, one;
    Eigen::RowVectorXd pulled;
  };
  std::vector<BySize> sizes;
  for (const Size& size : sizes_) {
    const double square = size.scale * size.scale;
    const Eigen::VectorXd known = solved(size, place, part == Part::seen ? square : size.scale);
    const double own = own_covariance(place, part == Part::seen ? square : 1);
    sizes.push_back({known.dot(size.errors.head(taken)), std::max(own - known.squaredNorm(), kLeastShare * own),
                     1 - known.dot(size.ones.head(taken)), pulled - known.transpose() * size.pulled.topRows(taken)});
  }
  std::vector<Said> said;
  for (const Component& one : components_) {
    const BySize& size = sizes[one.size];
    const Eigen::Vector2d by(size.one, -size.pulled[one.node]);
    said.push_back({size.mean + by.dot(one.mean), size.variance + by.dot(one.covariance * by)});
  }
  return said;
}

WeightedNormals ShiftPosterior::mixture(std::span<const Said> said, double more) const {
  const auto count = static_cast<Eigen::Index>(said.size());
  WeightedNormals out{Eigen::MatrixXd(count, 1), Eigen::MatrixXd(count, 1), {}};
  for (Eigen::Index i = 0; i < count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    out.weights(i, 0) = components_[at].weight;
    out.means(i, 0) = said[at].mean;
    out.deviations.push_back(std::max(kLeastDeviation, std::sqrt(said[at].variance + more)));
  }
  return out;
}

double ShiftPosterior::innovation(const Point& point) const {
  const std::vector<Said> said = said_at(point.place, Part::seen);
  double mean = 0, square = 0;
  for (std::size_t i = 0; i < said.size(); ++i) {
    const double weight = components_[i].weight;
    mean += weight * said[i].mean;
    square += weight * (said[i].mean * said[i].mean + said[i].variance);
  }
  return (point.error - mean) / std::sqrt(square - mean * mean + point.noise * point.noise);
}

WeightedNormals ShiftPosterior::error_at(const ShiftPlace& place) const {
  return mixture(said_at(place, Part::later), place.law.fast * place.law.fast);
}

WeightedNormals ShiftPosterior::pull(double from, double to) const {
  const Eigen::RowVectorXd share = pulled_at({&to, 1}) - pulled_at({&from, 1});
  std::vector<Said> said;
  for (const Component& one : components_)
    said.push_back({share[one.node] * one.mean[1], share[one.node] * share[one.node] * one.covariance(1, 1)});
  return mixture(said, 0);
}

WeightedNormals ShiftPosterior::jump() const {
  std::vector<Said> said;
  for (const Component& one : components_) said.push_back({one.mean[0], one.covariance(0, 0)});
  return mixture(said, 0);
}

}  // namespace losscast
