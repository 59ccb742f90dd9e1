#include "tails/divergence_rate.hpp"

#include <Eigen/LU>
#include <cmath>
#include <vector>

#include "losscast/base/contract.hpp"

namespace losscast {
namespace {

constexpr double kNodesOfADeviation = 6;  // of an update
constexpr double kMostNodes = 256;
constexpr double kSmallestRate = 1e-9;
constexpr int kIterations = 12;

// Nodes z of |z| <= z_max in equal steps of w = asinh(g z / s) / g, in which the noise is the same everywhere; weights
// of the trapezoidal rule.
struct Grid {
  std::vector<double> z, weight;

  Grid(double s, double g, double limit, double x) {
    const bool grows = g * limit > 1e-4 * s;
    const double end = grows ? std::asinh(g * limit / s) / g : limit / s;
    const double count = std::ceil(kNodesOfADeviation * end / x) + 8;
    if (!(count <= kMostNodes)) return;
    const double step = end / count;
    for (int i = 0; i <= static_cast<int>(count); ++i) {
      const double w = i * step;
      z.push_back(grows ? s / g * std::sinh(g * w) : s * w);
      weight.push_back(s * step * (grows ? std::cosh(g * w) : 1));
    }
    weight.front() /= 2;  // 0 is reached from both sides, as -z is with z
    weight.back() /= 2;
  }
};

Eigen::MatrixXd transition(const Grid& grid, const Spikes& spikes, double x) {
  const auto count = static_cast<Eigen::Index>(grid.z.size());
  Eigen::MatrixXd out(count, count);
  for (Eigen::Index i = 0; i < count; ++i) {
    const double z = grid.z[static_cast<std::size_t>(i)];
    const double mean = (1 - spikes.barrier_pull * x) * z;
    const double deviation = x * std::hypot(spikes.barrier_noise, spikes.barrier_growth * z);
    for (Eigen::Index j = 0; j < count; ++j) {
      const double up = (grid.z[static_cast<std::size_t>(j)] - mean) / deviation;
      const double down = (grid.z[static_cast<std::size_t>(j)] + mean) / deviation;
      out(i, j) = grid.weight[static_cast<std::size_t>(j)] / deviation * 0.3989422804014327 *
                  (std::exp(-0.5 * up * up) + std::exp(-0.5 * down * down));
    }
  }
  return out;
}

}  // namespace

std::optional<double> divergence_rate(const Spikes& spikes, double x) {
  LOSSCAST_EXPECTS(spikes.barrier_limit > 0 && spikes.barrier_noise > 0);
  const Grid grid(spikes.barrier_noise, spikes.barrier_growth, spikes.barrier_limit, x);
  if (grid.z.empty()) return {};
  const auto count = static_cast<Eigen::Index>(grid.z.size());
  // The smallest eigenvalue of 1 - K is found by inverse iteration.
  const Eigen::PartialPivLU<Eigen::MatrixXd> solver(Eigen::MatrixXd::Identity(count, count) -
                                                    transition(grid, spikes, x));
  Eigen::VectorXd v = Eigen::VectorXd::Ones(count);
  double growth = 1;
  for (int i = 0; i < kIterations; ++i) {
    v = solver.solve(v);
    growth = v.lpNorm<Eigen::Infinity>();
    v /= growth;
  }
  const double left = 1 - 1 / growth;  // of the paths, after an update
  if (!(left < 1 - kSmallestRate)) return {};
  return -std::log(std::max(left, 1e-6));
}

}  // namespace losscast
