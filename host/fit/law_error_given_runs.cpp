#include "fit/law_error_given_runs.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <utility>

#include "losscast/base/contract.hpp"
#include "losscast/random/counter.hpp"
#include "losscast/random/normal.hpp"

namespace losscast {
namespace {

constexpr std::uint32_t kStepsOfNoise = 1000;  // from here on: those before are of the waves
constexpr double kLeastNoise = 1e-6;           // [nats], so that one run may be known twice

double covariance(const RecipeFeatures& a, double deviation_a, const RecipeFeatures& b, double deviation_b) {
  double square = 0;
  for (std::size_t f = 0; f < a.size(); ++f) square += (a[f] - b[f]) * (a[f] - b[f]);
  return deviation_a * deviation_b * std::exp(-0.5 * square);
}

}  // namespace

void LawErrorGivenRuns::know(std::vector<KnownEnd> ends) {
  ends_ = std::move(ends);
  const auto count = static_cast<Eigen::Index>(ends_.size());
  Eigen::MatrixXd all(count, count), measured(count, samples_);
  for (Eigen::Index i = 0; i < count; ++i) {
    const KnownEnd& end = ends_[static_cast<std::size_t>(i)];
    const double noise = std::max(end.noise, kLeastNoise);
    for (Eigen::Index j = 0; j < count; ++j) {
      const KnownEnd& other = ends_[static_cast<std::size_t>(j)];
      all(i, j) =
          covariance(end.features, end.deviation, other.features, other.deviation) + (i == j ? noise * noise : 0);
    }
    for (std::int64_t d = 0; d < samples_; ++d) {
      float normals[4];
      normals4(random_bits(seed_, Stream::offset, static_cast<std::uint64_t>(d),
                           kStepsOfNoise + static_cast<std::uint32_t>(i), 0),
               normals);
      measured(i, d) = end.deviation * unit_.at(d, end.features) + noise * static_cast<double>(normals[0]);
    }
  }
  weights_.clear();
  if (count == 0) return;
  const Eigen::MatrixXd weights = Eigen::LLT<Eigen::MatrixXd>(all).solve(measured);
  for (Eigen::Index i = 0; i < count; ++i) {
    const Eigen::VectorXd row = weights.row(i);
    weights_.emplace_back(row.begin(), row.end());
  }
}

void LawErrorGivenRuns::errors(const RecipeFeatures& features, double deviation, std::span<double> out) const {
  LOSSCAST_EXPECTS(static_cast<std::int64_t>(out.size()) == samples_);
  for (std::size_t d = 0; d < out.size(); ++d) out[d] = deviation * unit_.at(static_cast<std::int64_t>(d), features);
  for (std::size_t i = 0; i < ends_.size(); ++i) {
    const double shared = covariance(features, deviation, ends_[i].features, ends_[i].deviation);
    for (std::size_t d = 0; d < out.size(); ++d) out[d] -= shared * weights_[i][d];
  }
}

}  // namespace losscast
