// The chain of single updates under a strain x as a diffusion, dz = -A z dk + sqrt(a + b z^2) dW, whose u = P(diverge
// later | z) solves
//
//   -du/dk = L u = (a + b z^2) / 2 S' (u' / S')',     S' = (1 + b z^2 / a)^(A / b),     u(z_max) = 1,
//
// backward in steps k. For small x, A = kappa x, a = (s x)^2 and b = (g x)^2. An update is not infinitely short: A =
// -log(1 - kappa x), a = 2 A (s x)^2 / (1 - (1 - kappa x)^2) and b = (g x)^2 (1 + (g x)^2 / 2) make its decay exact,
// and the tails of its stationary law, normal near 0 and a power further out, right to the next order in kappa x. For
// what is left, and where kappa x is not small, A in S' is multiplied such that at each x divergence is as fast as that
// of the chain, where that is known (divergence_rate.hpp). A chain that is only looked at after each update crosses a
// barrier later than a diffusion does; for that the barrier lies 0.5826 standard deviations of an update further out
// (Broadie, Glasserman & Kou 1997). In space by exponential fitting (Scharfetter & Gummel 1969), so that small
// probabilities keep their digits; in time by the L-stable diagonally implicit Runge-Kutta scheme of order 2 (Alexander
// 1977).
#include "tails/barrier_density.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "losscast/base/contract.hpp"
#include "tails/divergence_rate.hpp"

namespace losscast {
namespace {

constexpr double kStrongestPull = 0.5;                   // in an update: beyond it the chain is no diffusion at all
constexpr double kBarrierShift = 0.5826;                 // -zeta(1/2) / sqrt(2 pi)
constexpr double kLongestStretch = 1;                    // of a step in time, in relaxation times of the mode
constexpr double kMostParts = 8;                         // of a stretch: then what is forgotten within does not count
constexpr double kLargestFactor = 16;                    // of the pull
constexpr double kOctavesBelow = 12, kOctavesAbove = 4;  // of the x at which pull and noise are even at the barrier

// q / (e^q - 1), the share of a rate that is left against a potential of q.
double bernoulli(double q) { return std::abs(q) < 1e-6 ? 1 - q / 2 : q / std::expm1(q); }

}  // namespace

BarrierDensity::BarrierDensity(const Spikes& spikes) : spikes_(spikes) {
  LOSSCAST_EXPECTS(spikes.barrier_limit > 0);
  // These limits are in deviations of an update at x = 1. A nearer barrier is crossed at once, one further away never.
  constexpr double kNearest = 1e-3, kFurthest = 1e9;
  const double s = spikes.barrier_noise, g = spikes.barrier_growth;
  const double limit = std::max(spikes.barrier_limit, kNearest * s);
  spikes_.barrier_limit = limit;
  if (!(limit < kFurthest * s)) return;
  const bool grows = g * limit > 1e-4 * s;  // else nodes are even in z itself
  for (std::size_t i = 0; i <= kCells; ++i) {
    const double share = static_cast<double>(i) / kCells;
    nodes_.push_back(grows ? s / g * std::sinh(share * std::asinh(g * limit / s)) : share * limit);
  }
  const double even =
      spikes.barrier_pull > 0 ? 2 * spikes.barrier_pull * limit * limit / (s * s + g * g * limit * limit) : 1;
  lowest_log_ = std::log2(even) - kOctavesBelow;
  const std::vector<double> factors = pull_factors();
  for (std::size_t i = 0; i < kTabulated; ++i) {
    const double share = static_cast<double>(i) / (kTabulated - 1), place = share * (kCalibrated - 1);
    const auto at = std::min(static_cast<std::size_t>(place), kCalibrated - 2);
    rates_.push_back(
        rates_at(tabulated_x(share), std::lerp(factors[at], factors[at + 1], place - static_cast<double>(at))));
  }
}

double BarrierDensity::tabulated_x(double share) const {
  return std::exp2(lowest_log_ + share * (kOctavesBelow + kOctavesAbove));
}

std::vector<double> BarrierDensity::pull_factors() const {
  std::vector<double> factors(kCalibrated, 1.0);
  double above = 1;  // what holds for the next larger x
  for (std::size_t i = kCalibrated; i-- > 0;) {
    const double x = tabulated_x(static_cast<double>(i) / (kCalibrated - 1));
    if (const std::optional<double> rate = divergence_rate(spikes_, x)) above = pull_factor(x, *rate);
    factors[i] = above;
  }
  return factors;
}

// Finds the factor by bisection: the stronger the pull, the rarer divergence.
double BarrierDensity::pull_factor(double x, double rate) const {
  double low = -kLargestFactor, high = kLargestFactor;
  for (int i = 0; i < 40; ++i) {
    const double middle = 0.5 * (low + high);
    (slowest(rates_at(x, middle)) * x * x > rate ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

// Finds the slowest of the decay rates by inverse iteration.
double BarrierDensity::slowest(const Rates& rates) {
  std::array<double, kCells> u, pivot;
  u.fill(1);
  double growth = 1;
  for (int iteration = 0; iteration < 12; ++iteration) {
    for (std::size_t i = kCells; i-- > 0;) {
      const bool last = i + 1 == kCells;
      pivot[i] = 1 / (rates.up[i] + rates.down[i] - (last ? 0 : rates.up[i] * rates.down[i + 1] * pivot[i + 1]));
      u[i] = (u[i] + (last ? 0 : rates.up[i] * u[i + 1])) * pivot[i];
    }
    for (std::size_t i = 1; i < kCells; ++i) u[i] += rates.down[i] * pivot[i] * u[i - 1];
    growth = *std::max_element(u.begin(), u.end());
    for (double& one : u) one /= growth;
  }
  return 1 / growth;
}

double BarrierDensity::decay(double x) const {
  return -std::log1p(-std::min(spikes_.barrier_pull * x, kStrongestPull));
}

BarrierDensity::Rates BarrierDensity::rates_at(double x, double pull_factor) const {
  const double pull = std::min(spikes_.barrier_pull * x, kStrongestPull), growth = spikes_.barrier_growth * x;
  const double noise = spikes_.barrier_noise * x, decays = decay(x);
  const double a = noise * noise * (pull > 0 ? 2 * decays / (1 - (1 - pull) * (1 - pull)) : 1);
  const double b = growth * growth * (1 + growth * growth / 2);
  const auto log_scale = [&](double z) {
    const double relative = b * z * z / a;
    return pull_factor * decays * z * z / a * (relative < 1e-8 ? 1 : std::log1p(relative) / relative);
  };
  const double further = kBarrierShift * std::sqrt(noise * noise + growth * growth * nodes_.back() * nodes_.back());
  Rates rates{};
  double width_below = 0, share_down = 0;  // of the cell below a node
  for (std::size_t i = 0; i < kCells; ++i) {
    const double z = nodes_[i], above = nodes_[i + 1] + (i + 1 == kCells ? further : 0);
    const double width = above - z, volume = 0.5 * (width + width_below);
    const double diffusion = 0.5 * (a + b * z * z) / (x * x);
    const double q = log_scale(above) - log_scale(z);
    rates.up[i] = diffusion * bernoulli(q) / (width * volume);
    rates.down[i] = i == 0 ? 0 : diffusion * share_down / (width_below * volume);
    share_down = bernoulli(q) + q;
    width_below = width;
  }
  return rates;
}

void BarrierDensity::fill_rates(const Lanes<double>& x, double steps, Matrix& up, Matrix& down) const {
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double place = (std::log2(std::max(x[lane], 1e-300)) - lowest_log_) / (kOctavesBelow + kOctavesAbove) *
                         static_cast<double>(kTabulated - 1);
    const double inside = std::clamp(place, 0.0, static_cast<double>(kTabulated) - 1.001);
    const auto at = static_cast<std::size_t>(inside);
    const Rates &low = rates_[at], &high = rates_[at + 1];
    const double t = inside - static_cast<double>(at), scale = steps * x[lane] * x[lane];
    for (std::size_t i = 0; i < kCells; ++i) {
      up[i][lane] = scale * (low.up[i] + t * (high.up[i] - low.up[i]));
      down[i][lane] = scale * (low.down[i] + t * (high.down[i] - low.down[i]));
    }
  }
}

// Both stages solve (1 - gamma L) u = right-hand side, by elimination from the barrier, where u = 1, to z = 0.
void BarrierDensity::go_back(const Lanes<double>& x, double steps, Matrix& later) const {
  constexpr double kGamma = 0.2928932188134524;  // 1 - 1 / sqrt(2)
  Matrix up, down, pivot;
  fill_rates(x, kGamma * steps, up, down);
  for (std::size_t i = kCells; i-- > 0;)
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double through = i + 1 == kCells ? 0 : up[i][lane] * down[i + 1][lane] * pivot[i + 1][lane];
      pivot[i][lane] = 1 / (1 + up[i][lane] + down[i][lane] - through);
    }
  const auto solve = [&](const Matrix& right, Matrix& out) {
    for (std::size_t i = kCells; i-- > 0;)
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        const double above = i + 1 == kCells ? 1 : out[i + 1][lane];
        out[i][lane] = (right[i][lane] + up[i][lane] * above) * pivot[i][lane];
      }
    for (std::size_t i = 1; i < kCells; ++i)
      for (std::size_t lane = 0; lane < kLanes; ++lane)
        out[i][lane] += down[i][lane] * pivot[i][lane] * out[i - 1][lane];
  };
  Matrix stage, right;
  solve(later, stage);
  for (std::size_t i = 0; i < kCells; ++i)
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      right[i][lane] = later[i][lane] + (1 - kGamma) / kGamma * (stage[i][lane] - later[i][lane]);
  solve(right, later);
}

BarrierDensity::Lanes<double> BarrierDensity::divergence(std::span<const Stretch> run) const {
  if (rates_.empty()) return {};
  Matrix later{};
  for (std::size_t i = run.size(); i-- > 0;) {
    const Stretch& stretch = run[i];
    const double fastest = *std::max_element(stretch.strain.begin(), stretch.strain.end());
    const double parts = std::clamp(std::ceil(decay(fastest) * stretch.steps / kLongestStretch), 1.0, kMostParts);
    for (double part = 0; part < parts; ++part) go_back(stretch.strain, stretch.steps / parts, later);
  }
  return later.front();
}

}  // namespace losscast
