// The chain of single updates under a strain x as a diffusion, dz = -A z dk + sqrt(a + b z^2) dW, whose u =
// P(diverge later | z) solves
//
//   -du/dk = L u = (a + b z^2) / 2 S' (u' / S')',     S' = (1 + b z^2 / a)^(A / b),     u(z_max) = 1,
//
// backward in steps k. For small x, A = kappa x, a = (s x)^2 and b = (g x)^2. An update is not infinitely short: it
// keeps q = |1 - kappa x| of |z|, also where it takes z beyond 0. So A = -log(q), a = 2 A (s x)^2 / (1 - q^2) and
// b = (g x)^2 (1 + (g x)^2 / 2), which make its decay exact, and the tails of its stationary law, normal near 0 and a
// power further out, right to the next order in kappa x. For what is left another A is put into S', such that at each x
// divergence is as fast as that of the chain, where that is known (divergence_rate.hpp). A chain that is only looked at
// after each update crosses a barrier later than a diffusion does; for that the barrier lies 0.5826 standard deviations
// of an update further out (Broadie, Glasserman & Kou 1997).
//
// In space by exponential fitting (Scharfetter & Gummel 1969), so that small probabilities keep their digits; in time
// by the L-stable diagonally implicit Runge-Kutta scheme of order 2 (Alexander 1977), or by the implicit Euler scheme
// where most of what is left diverges within a step in time: that one never exceeds 1. Equations are solved without a
// subtraction of numbers that are nearly equal.
#include "tails/barrier_density.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "losscast/base/contract.hpp"
#include "tails/divergence_rate.hpp"

namespace losscast {
namespace {

constexpr double kLeastKept = 0.02;       // of z by an update: less is as good as nothing
constexpr double kBarrierShift = 0.5826;  // -zeta(1/2) / sqrt(2 pi)
constexpr double kLongestStep = 1;        // in time, in times in which the mode forgets itself or diverges
constexpr double kMostParts = 8;          // of a stretch: then what happens within does not count
constexpr double kLargestFactor = 16;     // of the pull over the decay
// Strains are tabulated from below those at which pull and noise are even at the barrier, an update gets there, or it
// pulls to 0 and beyond, to above them: the last, or the higher of the others.
constexpr double kOctavesBelow = 7, kOctavesAbove = 4;

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
  const double pull = spikes.barrier_pull, reach = limit / s;
  // A pull that is too weak to matter must not stretch the table.
  constexpr double kWeakest = 0x1p-24;
  const double even =
      pull > 0 ? std::max(2 * pull * limit * limit / (s * s + g * g * limit * limit), kWeakest * reach) : reach;
  const double overshoots = pull > 0 ? 1 / pull : reach;
  lowest_log_ = std::log2(std::min({even, reach, overshoots})) - kOctavesBelow;
  octaves_ = std::log2(std::min(std::max(even, reach), overshoots)) + kOctavesAbove - lowest_log_;
  tabulate();
}

void BarrierDensity::tabulate() {
  generators_.resize(kTabulated);
  rates_.resize(kTabulated);
  double factor = 1;  // by which the pull is stronger than the decay; where no rate is known, as at the next larger x
  for (std::size_t i = kTabulated; i-- > 0;) {
    const double x = std::exp2(lowest_log_ + octaves_ * static_cast<double>(i) / (kTabulated - 1)), decays = decay(x);
    const std::optional<double> rate = divergence_rate(spikes_, x);
    double pull = decays;
    if (rate && decays != 0) {
      pull = pull_of_rate(x, *rate);
      factor = pull / decays;
    } else if (spikes_.barrier_pull * x < 1) {
      pull *= factor;
    } else {
      factor = 1;
    }
    generators_[i] = generator(x, pull);
    rates_[i] = slowest(generators_[i]) * x * x;
  }
}

BarrierDensity::Place BarrierDensity::place_of(double x) const {
  const double place = (std::log2(std::max(x, 1e-300)) - lowest_log_) / octaves_ * static_cast<double>(kTabulated - 1);
  const double inside = std::clamp(place, 0.0, static_cast<double>(kTabulated) - 1.001);
  const auto below = static_cast<std::size_t>(inside);
  return {below, inside - static_cast<double>(below)};
}

// By bisection: the stronger the pull, the rarer divergence.
double BarrierDensity::pull_of_rate(double x, double rate) const {
  constexpr int kHalvings = 24;
  double high = kLargestFactor * std::abs(decay(x)), low = -high;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = 0.5 * (low + high);
    (slowest(generator(x, middle)) * x * x > rate ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

// Finds the slowest of the decay rates by inverse iteration. Elimination goes from the barrier to z = 0: `escapes` is
// the rate at which what is at a node gets to the barrier before it is at the node below.
double BarrierDensity::slowest(const Generator& rates) {
  constexpr int kIterations = 8;
  std::array<double, kCells> u, pivot;
  u.fill(1);
  double growth = 1, escapes = 0;
  for (std::size_t i = kCells; i-- > 0;) {
    escapes = i + 1 == kCells ? rates.up[i] : rates.up[i] * escapes * pivot[i + 1];
    pivot[i] = 1 / (rates.down[i] + escapes);
  }
  for (int iteration = 0; iteration < kIterations; ++iteration) {
    for (std::size_t i = kCells; i-- > 0;) u[i] = (u[i] + (i + 1 == kCells ? 0 : rates.up[i] * u[i + 1])) * pivot[i];
    for (std::size_t i = 1; i < kCells; ++i) u[i] += rates.down[i] * pivot[i] * u[i - 1];
    growth = *std::max_element(u.begin(), u.end());
    if (!std::isfinite(growth)) return 0;
    for (double& one : u) one /= growth;
  }
  return 1 / growth;
}

double BarrierDensity::decay(double x) const {
  return -std::log(std::max(std::abs(1 - spikes_.barrier_pull * x), kLeastKept));
}

BarrierDensity::Generator BarrierDensity::generator(double x, double pull) const {
  const double noise = spikes_.barrier_noise * x, growth = spikes_.barrier_growth * x;
  const double decays = decay(x), loses = -std::expm1(-2 * decays);
  const double a = noise * noise * (loses != 0 ? 2 * decays / loses : 1);
  const double b = growth * growth * (1 + growth * growth / 2);
  const auto log_scale = [&](double z) {
    const double relative = b * z * z / a;
    return pull * z * z / a * (relative < 1e-8 ? 1 : std::log1p(relative) / relative);
  };
  const double further = kBarrierShift * std::sqrt(noise * noise + growth * growth * nodes_.back() * nodes_.back());
  Generator rates{};
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

void BarrierDensity::fill_rates(const Lanes<double>& x, const Lanes<double>& steps, Matrix& up, Matrix& down) const {
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const Place place = place_of(x[lane]);
    const Generator &low = generators_[place.below], &high = generators_[place.below + 1];
    const double scale = steps[lane] * x[lane] * x[lane];
    for (std::size_t i = 0; i < kCells; ++i) {
      up[i][lane] = scale * (low.up[i] + place.share * (high.up[i] - low.up[i]));
      down[i][lane] = scale * (low.down[i] + place.share * (high.down[i] - low.down[i]));
    }
  }
}

// With h the step in time and c = (1 - gamma) / gamma the later u becomes u + c v + w, where (1 - gamma h L) v =
// gamma h L u and (1 - gamma h L) w = gamma h L (u + c v). gamma = 1 is the implicit Euler scheme.
void BarrierDensity::go_back(const Lanes<double>& x, double steps, Matrix& later) const {
  constexpr double kGamma = 0.2928932188134524;  // 1 - 1 / sqrt(2)
  Lanes<double> gamma, part, escapes{};
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    gamma[lane] = rate_at(x[lane]) * steps > kLongestStep ? 1 : kGamma;
    part[lane] = gamma[lane] * steps;
  }
  Matrix up, down, pivot;
  fill_rates(x, part, up, down);
  for (std::size_t i = kCells; i-- > 0;)
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      escapes[lane] = i + 1 == kCells ? up[i][lane] : up[i][lane] * (1 + escapes[lane]) * pivot[i + 1][lane];
      pivot[i][lane] = 1 / (1 + down[i][lane] + escapes[lane]);
    }
  const auto solve = [&](const Matrix& u, Matrix& change) {
    for (std::size_t i = kCells; i-- > 0;)
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        const bool last = i + 1 == kCells;
        const double rises = (last ? 1 : u[i + 1][lane]) - u[i][lane], rose = i == 0 ? 0 : u[i][lane] - u[i - 1][lane];
        const double above = last ? 0 : change[i + 1][lane];
        change[i][lane] = (up[i][lane] * (rises + above) - down[i][lane] * rose) * pivot[i][lane];
      }
    for (std::size_t i = 1; i < kCells; ++i)
      for (std::size_t lane = 0; lane < kLanes; ++lane)
        change[i][lane] += down[i][lane] * pivot[i][lane] * change[i - 1][lane];
  };
  Matrix change;
  solve(later, change);
  for (std::size_t i = 0; i < kCells; ++i)
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      later[i][lane] += (1 - gamma[lane]) / gamma[lane] * change[i][lane];
  solve(later, change);
  for (std::size_t i = 0; i < kCells; ++i)
    for (std::size_t lane = 0; lane < kLanes; ++lane) later[i][lane] += change[i][lane];
}

double BarrierDensity::parts_of(const Stretch& stretch) const {
  double fastest = 0;  // rate
  for (const double x : stretch.strain) fastest = std::max({fastest, std::abs(decay(x)), rate_at(x)});
  return std::clamp(std::ceil(fastest * stretch.steps / kLongestStep), 1.0, kMostParts);
}

BarrierDensity::Lanes<double> BarrierDensity::divergence(std::span<const Stretch> run) const {
  if (generators_.empty()) return {};
  Matrix later{};
  for (std::size_t i = run.size(); i-- > 0;) {
    const double parts = parts_of(run[i]);
    for (double part = 0; part < parts; ++part) go_back(run[i].strain, run[i].steps / parts, later);
  }
  Lanes<double> out = later.front();
  constexpr double kRounding = 1e-9;
  for (double& probability : out) {
    LOSSCAST_EXPECTS(probability < 1 + kRounding);
    probability = std::min(probability, 1.0);
  }
  return out;
}

}  // namespace losscast
