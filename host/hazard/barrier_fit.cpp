#include "losscast/hazard/barrier_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "losscast/base/contract.hpp"
#include "losscast/base/error.hpp"
#include "losscast/model/coarse_table.hpp"
#include "losscast/tails/divergence_law.hpp"

namespace losscast {

namespace {

constexpr double kLimit = 1;
constexpr double kMemories = 20;            // of the mode, in a run
constexpr double kShortestMemory = 10;      // updates
constexpr double kFirstTail = 1.5;          // the mode's stationary law falls as z^-(1 + 2 kFirstTail) at first
constexpr double kLowestProbability = 1e-12;  // as logits are of probabilities between 0 and 1

double logit(double probability) {
  const double p = std::clamp(probability, kLowestProbability, 1 - kLowestProbability);
  return std::log(p / (1 - p));
}

// ln barrier_noise and ln barrier_growth.
using Point = std::array<double, 2>;

class Search {
 public:
  Search(const LossSde& sde, const std::function<Recipe(double)>& run, std::span<const DivergenceAt> given)
      : sde_(sde), given_(given) {
    for (const DivergenceAt& one : given) runs_.push_back(run(one.peak_lr));
    const auto from_even = [](const DivergenceAt& one) { return std::abs(logit(one.probability)); };
    even_ = static_cast<std::size_t>(std::ranges::min_element(given, {}, from_even) - given.begin());
    const Recipe& even = runs_[even_];
    const auto steps = static_cast<double>(even.total_steps());
    const std::vector<double> sums = coarse_power_sums(even, sde.reference.lr, sde.model->effective_lr().lr_power, 16);
    const double sum_of_x = std::reduce(sums.begin(), sums.end());
    pull_ = std::min(kMemories, steps / kShortestMemory) / sum_of_x;
    mean_x_ = sum_of_x / steps;
  }

  Spikes barrier(const Point& at) const {
    return {.barrier_pull = pull_,
            .barrier_noise = std::exp(at[0]),
            .barrier_growth = std::exp(at[1]),
            .barrier_limit = kLimit};
  }

  std::vector<double> probabilities(const Point& at) const {
    LossSde sde = sde_;
    sde.spikes = barrier(at);
    const DivergenceLaw law(sde);
    std::vector<double> out;
    for (const Recipe& run : runs_) out.push_back(law.probability(run));
    return out;
  }

  // The differences of the logits to what is given.
  std::vector<double> residuals(const Point& at) const {
    std::vector<double> out = probabilities(at);
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = logit(out[i]) - logit(given_[i].probability);
    return out;
  }

  // A growth that gives the mode's law a tail, and the noise with which the run nearest to even odds has them.
  Point start() const {
    const double growth = std::log(std::sqrt(pull_ / (kFirstTail * mean_x_)));
    double low = std::log(1e-12 * kLimit), high = std::log(1e3 * kLimit);
    constexpr int kHalvings = 40;
    for (int i = 0; i < kHalvings; ++i) {
      const double middle = (low + high) / 2;
      (residuals({middle, growth})[even_] < 0 ? low : high) = middle;
    }
    return {low, growth};
  }

 private:
  const LossSde& sde_;
  std::span<const DivergenceAt> given_;
  std::vector<Recipe> runs_;
  std::size_t even_ = 0;
  double pull_ = 0, mean_x_ = 0;
};

double sum_of_squares(const std::vector<double>& residuals) {
  return std::inner_product(residuals.begin(), residuals.end(), residuals.begin(), 0.0);
}

// One step of Gauss and Newton with Marquardt's damping of the diagonal.
Point damped_step(const Search& search, const Point& at, const std::vector<double>& residuals, double damping) {
  constexpr double kDifference = 1e-3;
  std::array<std::vector<double>, 2> slopes;
  for (std::size_t p = 0; p < 2; ++p) {
    Point moved = at;
    moved[p] += kDifference;
    slopes[p] = search.residuals(moved);
    for (std::size_t i = 0; i < residuals.size(); ++i) slopes[p][i] = (slopes[p][i] - residuals[i]) / kDifference;
  }
  const auto product = [](const std::vector<double>& a, const std::vector<double>& b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
  };
  const double a = (1 + damping) * product(slopes[0], slopes[0]), b = product(slopes[0], slopes[1]),
               c = (1 + damping) * product(slopes[1], slopes[1]);
  const double u = product(slopes[0], residuals), v = product(slopes[1], residuals), determinant = a * c - b * b;
  return {at[0] - (c * u - b * v) / determinant, at[1] - (a * v - b * u) / determinant};
}

Point best_point(const Search& search) {
  constexpr int kMostSteps = 60;
  constexpr double kFlat = 1e-10;
  Point at = search.start();
  std::vector<double> residuals = search.residuals(at);
  double damping = 1e-2;
  for (int step = 0; step < kMostSteps; ++step) {
    const Point tried = damped_step(search, at, residuals, damping);
    std::vector<double> there = search.residuals(tried);
    const double before = sum_of_squares(residuals), after = sum_of_squares(there);
    if (!(after < before)) {  // no numbers are no improvement
      damping *= 10;
      continue;
    }
    damping /= 10;
    at = tried;
    residuals = std::move(there);
    if (before - after < kFlat) break;
  }
  return at;
}

}  // namespace

BarrierFit fit_barrier(const LossSde& sde, const std::function<Recipe(double peak_lr)>& run,
                       std::span<const DivergenceAt> given) {
  constexpr double kFarOff = 0.1;
  LOSSCAST_EXPECTS(given.size() >= 2);
  const Search search(sde, run, given);
  const Point best = best_point(search);
  BarrierFit fit{search.barrier(best), search.probabilities(best)};
  for (std::size_t i = 0; i < given.size(); ++i)
    if (!(std::abs(fit.probabilities[i] - given[i].probability) < kFarOff))
      throw InputError(fmt::format("no barrier lets {:.3g} of the runs at the LR {:.3g} diverge and as many as given at "
                                   "the others",
                                   given[i].probability, given[i].peak_lr),
                       fmt::format("the nearest has {:.3g} there", fit.probabilities[i]),
                       "look at the law of divergence, and at the shape of its runs");
  return fit;
}

}  // namespace losscast
