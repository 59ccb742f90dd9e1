#include "tails/divergence_rate.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

#include "losscast/base/contract.hpp"

namespace losscast {
namespace {

constexpr double kPanel = 2;  // deviations of an update
constexpr double kMostPanels = 25;
constexpr int kIterations = 8;
constexpr double kLongestTime = 1e100;  // to divergence [updates]
constexpr double kFastestRate = 14;     // [1 / update]; by then none in a million is left

// Nodes z of 0 <= z <= z_max, with weights: by the rule of Gauss and Legendre with five nodes on panels of equal width
// in w = asinh(g z / s) / g, in which the noise is the same everywhere. Empty if the panels would be too many.
struct Grid {
  std::vector<double> z, weight;

  Grid(double s, double g, double limit, double x) {
    constexpr double kNodes[] = {-0.9061798459386640, -0.5384693101056831, 0, 0.5384693101056831, 0.9061798459386640};
    constexpr double kWeights[] = {0.2369268850561891, 0.4786286704993665, 0.5688888888888889, 0.4786286704993665,
                                   0.2369268850561891};
    const bool grows = g * limit > 1e-4 * s;
    const double end = grows ? std::asinh(g * limit / s) / g : limit / s;
    const double panels = std::ceil(end / (kPanel * x));
    if (!(panels <= kMostPanels)) return;
    const double half = end / panels / 2;
    for (double panel = 0; panel < panels; ++panel)
      for (int i = 0; i < 5; ++i) {
        const double w = (2 * panel + 1 + kNodes[i]) * half;
        z.push_back(grows ? s / g * std::sinh(g * w) : s * w);
        weight.push_back(kWeights[i] * half * s * (grows ? std::cosh(g * w) : 1));
      }
  }
};

// Where an update takes |z| from each node: with which probability to the others, and beyond the limit.
struct Transition {
  std::size_t count;
  std::vector<double> to;    // [count][count]; the diagonal is not used
  std::vector<double> lost;  // [count]

  double* row(std::size_t i) { return to.data() + i * count; }

  Transition(const Grid& grid, const Spikes& spikes, double x) : count(grid.z.size()), to(count * count), lost(count) {
    constexpr double kInverseRootTwoPi = 0.3989422804014327, kInverseRootTwo = 0.7071067811865476;
    for (std::size_t i = 0; i < count; ++i) {
      const double z = grid.z[i], mean = (1 - spikes.barrier_pull * x) * z;
      const double deviation = x * std::hypot(spikes.barrier_noise, spikes.barrier_growth * z);
      for (std::size_t j = 0; j < count; ++j) {
        const double up = (grid.z[j] - mean) / deviation, down = (grid.z[j] + mean) / deviation;
        row(i)[j] =
            grid.weight[j] / deviation * kInverseRootTwoPi * (std::exp(-0.5 * up * up) + std::exp(-0.5 * down * down));
      }
      lost[i] = 0.5 * (std::erfc((spikes.barrier_limit - mean) / deviation * kInverseRootTwo) +
                       std::erfc((spikes.barrier_limit + mean) / deviation * kInverseRootTwo));
    }
  }
};

// Solves (1 - K) v = right for a transition K by elimination without subtractions (Grassmann, Taksar & Heyman 1985):
// the diagonal of 1 - K is what leaves a node, to others or beyond the limit. So v has all digits, however little is
// lost.
class Elimination {
 public:
  explicit Elimination(Transition transition) : left_(std::move(transition)), leaves_(left_.count) {
    for (std::size_t k = left_.count; k-- > 0;) {
      const double* const gone = left_.row(k);
      leaves_[k] = std::accumulate(gone, gone + k, left_.lost[k]);
      for (std::size_t i = 0; i < k; ++i) {
        double* const row = left_.row(i);
        row[k] /= leaves_[k];
        for (std::size_t j = 0; j < k; ++j) row[j] += row[k] * gone[j];
        left_.lost[i] += row[k] * left_.lost[k];
      }
    }
  }

  void solve(std::vector<double>& v) {
    for (std::size_t k = left_.count; k-- > 0;)
      for (std::size_t i = 0; i < k; ++i) v[i] += left_.row(i)[k] * v[k];
    for (std::size_t k = 0; k < left_.count; ++k)
      v[k] = std::inner_product(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(k), left_.row(k), v[k]) / leaves_[k];
  }

 private:
  Transition left_;             // among nodes 0 to k - 1, once k and those above it are eliminated
  std::vector<double> leaves_;  // of each node as it is eliminated
};

}  // namespace

std::optional<double> divergence_rate(const Spikes& spikes, double x) {
  LOSSCAST_EXPECTS(spikes.barrier_limit > 0 && spikes.barrier_noise > 0);
  const Grid grid(spikes.barrier_noise, spikes.barrier_growth, spikes.barrier_limit, x);
  if (grid.z.empty()) return {};
  // The smallest eigenvalue of 1 - K is found by inverse iteration.
  Elimination elimination(Transition(grid, spikes, x));
  std::vector<double> v(grid.z.size(), 1.0);
  double growth = 1;
  for (int i = 0; i < kIterations; ++i) {
    elimination.solve(v);
    growth = *std::max_element(v.begin(), v.end());
    for (double& one : v) one /= growth;
  }
  if (!(growth < kLongestTime)) return {};
  growth = std::max(growth, 1.0);  // which rounding may miss where nearly all paths are lost
  return std::min(-std::log1p(-1 / growth), kFastestRate);
}

}  // namespace losscast
