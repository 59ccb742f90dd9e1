#include "design/joint_gain.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "losscast/base/contract.hpp"
#include "losscast/random/normal_quantile.hpp"
#include "losscast/random/sobol.hpp"

namespace losscast {
namespace {

double normal_at(double probability) {
  constexpr double kLeast = 0x1p-33;  // half a step of the sequence
  const double p = std::max(probability, kLeast);
  return p < 0.5 ? -normal_quantile(1 - p) : normal_quantile(p);
}

Eigen::MatrixXd normal_nodes(int nodes, int numbers) {
  Eigen::MatrixXd out(nodes, numbers);
  for (int i = 0; i < nodes; ++i)
    for (int j = 0; j < numbers; ++j) out(i, j) = normal_at(sobol({}, static_cast<std::uint32_t>(i), j));
  return out;
}

}  // namespace

JointGain::JointGain(Eigen::VectorXd means, Eigen::MatrixXd rest)
    : rest_(std::move(rest)),
      taken_(rest_.rows(), 0),
      after_(means.transpose().replicate(kNodes, 1)),
      nodes_(normal_nodes(kNodes, kMostNumbers)) {
  LOSSCAST_EXPECTS(rest_.rows() > 0 && rest_.cols() == means.size());
}

JointGain::Innovations JointGain::innovations(const Observation& next) const {
  const auto draws = static_cast<double>(rest_.rows());
  const Eigen::MatrixXd shared = taken_.transpose() * next.values / draws;
  Eigen::MatrixXd own = next.values.transpose() * next.values / draws - shared.transpose() * shared;
  own.diagonal().array() += next.noise.array().square();
  own.diagonal().array() += 1e-12 * own.diagonal().maxCoeff() + 1e-300;  // where numbers follow from one another
  const Eigen::MatrixXd factor = Eigen::LLT<Eigen::MatrixXd>(own).matrixL();
  const auto whitened = [&](const Eigen::MatrixXd& rows) -> Eigen::MatrixXd {
    return factor.triangularView<Eigen::Lower>().solve(rows.transpose()).transpose();
  };
  Innovations out{whitened(next.values - taken_ * shared), {}};
  out.effects = rest_.transpose() * out.values / draws;
  return out;
}

Eigen::MatrixXd JointGain::shifted(const Innovations& next) const {
  LOSSCAST_EXPECTS(taken_.cols() + next.values.cols() <= kMostNumbers);
  return after_ + nodes_.middleCols(taken_.cols(), next.values.cols()) * next.effects.transpose();
}

JointGain::Gain JointGain::with(const Observation& next) const {
  const Eigen::MatrixXd after = shifted(innovations(next));
  std::vector<int> lowest_in(static_cast<std::size_t>(after.cols()), 0);
  double sum = 0;
  int changes = 0;
  for (Eigen::Index node = 0; node < after.rows(); ++node) {
    Eigen::Index candidate = 0;
    const double lowest = after.row(node).minCoeff(&candidate);
    if (!(lowest < 0)) continue;
    sum -= lowest;
    ++changes;
    ++lowest_in[static_cast<std::size_t>(candidate)];
  }
  Gain gain{sum / kNodes, static_cast<double>(changes) / kNodes, {}};
  if (changes > 0)
    gain.rival = static_cast<std::size_t>(std::max_element(lowest_in.begin(), lowest_in.end()) - lowest_in.begin());
  return gain;
}

void JointGain::take(const Observation& next) {
  const Innovations found = innovations(next);
  after_ = shifted(found);
  const Eigen::Index before = taken_.cols();
  taken_.conservativeResize(Eigen::NoChange, before + found.values.cols());
  taken_.rightCols(found.values.cols()) = found.values;
}

}  // namespace losscast
