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
constexpr double kFirstMemories = 100;        // of the mode in a run, where the search begins
constexpr double kShortestFirstMemory = 10;   // updates, likewise
constexpr double kLowestProbability = 1e-12;  // as logits are of probabilities between 0 and 1

double logit(double probability) {
  const double p = std::clamp(probability, kLowestProbability, 1 - kLowestProbability);
  return std::log(p / (1 - p));
}

// The powers of the LR as which x rises once weights have found their norm.
double settled_power(const EffectiveLr& x) {
  return x.lr_power - (x.weight_norm == EffectiveLr::WeightNorm::adamw ? 0.5 : 0);
}

// ln barrier_pull, and ln (barrier_noise / sqrt(barrier_pull)), which is in proportion to the deviation of a mode that
// has forgotten its start: noise and pull themselves nearly make up for each other.
using Point = std::array<double, 2>;

class Search {
 public:
  Search(const LossSde& sde, const std::function<Recipe(double)>& run, std::span<const DivergenceAt> given,
         double strain_power)
      : sde_(sde), given_(given), exponent_(1 + strain_power - settled_power(sde.model->effective_lr())) {
    for (const DivergenceAt& one : given) runs_.push_back(run(one.peak_lr));
    const auto from_even = [](const DivergenceAt& one) { return std::abs(logit(one.probability)); };
    even_ = static_cast<std::size_t>(std::ranges::min_element(given, {}, from_even) - given.begin());
    const std::vector<double> sums = coarse_power_sums(runs_[even_], sde.reference.lr, strain_power, 16);
    sum_of_strain_ = std::reduce(sums.begin(), sums.end());
  }

  // The mode forgets itself at least once in a run, and at most once in an update: what is beyond is another law.
  Spikes barrier(const Point& at) const {
    const auto steps = static_cast<double>(runs_[even_].total_steps());
    const double pull = std::clamp(std::exp(at[0]), 1 / sum_of_strain_, steps / sum_of_strain_);
    return {.barrier_pull = pull,
            .barrier_noise = std::exp(at[1]) * std::sqrt(pull),
            .barrier_limit = kLimit,
            .barrier_exponent = exponent_};
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

  // A mode of some memories in a run, and the noise with which the run nearest to even odds has them.
  Point start() const {
    const double steps = static_cast<double>(runs_[even_].total_steps());
    const double pull = std::log(std::min(kFirstMemories, steps / kShortestFirstMemory) / sum_of_strain_);
    double low = std::log(1e-3 * kLimit), high = std::log(1e3 * kLimit);
    constexpr double kNear = 0.5;
    while (high - low > 1e-3) {
      const double middle = (low + high) / 2, off = residuals({pull, middle})[even_];
      if (std::abs(off) < kNear) return {pull, middle};
      (off < 0 ? low : high) = middle;
    }
    return {pull, low};
  }

 private:
  const LossSde& sde_;
  std::span<const DivergenceAt> given_;
  std::vector<Recipe> runs_;
  std::size_t even_ = 0;
  double sum_of_strain_ = 0;  // over the updates of the run nearest to even odds, as if its weights had their norm
  double exponent_;
};

double product(const std::vector<double>& a, const std::vector<double>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

// Of the residuals by either coordinate.
using Slopes = std::array<std::vector<double>, 2>;

Slopes slopes_at(const Search& search, const Point& at, const std::vector<double>& residuals) {
  constexpr double kDifference = 1e-3;
  Slopes slopes;
  for (std::size_t p = 0; p < 2; ++p) {
    Point moved = at;
    moved[p] += kDifference;
    slopes[p] = search.residuals(moved);
    for (std::size_t i = 0; i < residuals.size(); ++i) slopes[p][i] = (slopes[p][i] - residuals[i]) / kDifference;
  }
  return slopes;
}

// A step of Gauss and Newton with Marquardt's damping of the diagonal.
Point damped_step(const Point& at, const std::vector<double>& residuals, const Slopes& slopes, double damping) {
  const double a = (1 + damping) * product(slopes[0], slopes[0]), b = product(slopes[0], slopes[1]),
               c = (1 + damping) * product(slopes[1], slopes[1]);
  const double u = product(slopes[0], residuals), v = product(slopes[1], residuals), determinant = a * c - b * b;
  return {at[0] - (c * u - b * v) / determinant, at[1] - (a * v - b * u) / determinant};
}

Point best_point(const Search& search) {
  constexpr int kMostSteps = 40;
  constexpr double kFlat = 1e-4;  // squared logits: far below what is left
  constexpr double kMostDamping = 1e6;
  Point at = search.start();
  std::vector<double> residuals = search.residuals(at);
  double damping = 1e-2;
  for (int step = 0; step < kMostSteps; ++step) {
    const double before = product(residuals, residuals);
    const Slopes slopes = slopes_at(search, at, residuals);
    bool is_better = false;
    for (; !is_better && damping < kMostDamping; damping *= is_better ? 0.1 : 10) {
      const Point tried = damped_step(at, residuals, slopes, damping);
      std::vector<double> there = search.residuals(tried);
      is_better = product(there, there) < before;  // which no numbers are not
      if (!is_better) continue;
      at = tried;
      residuals = std::move(there);
    }
    if (!is_better || before - product(residuals, residuals) < kFlat) break;
  }
  return at;
}

}  // namespace

BarrierFit fit_barrier(const LossSde& sde, const std::function<Recipe(double peak_lr)>& run,
                       std::span<const DivergenceAt> given, double strain_power) {
  LOSSCAST_EXPECTS(given.size() >= 2);
  for (std::size_t i = 1; i < given.size(); ++i)
    if (!(given[i].peak_lr > given[i - 1].peak_lr && given[i].probability > given[i - 1].probability))
      throw InputError(
          fmt::format("at the LR {:.3g} no more runs diverge than at {:.3g}", given[i].peak_lr, given[i - 1].peak_lr),
          "by a barrier the more diverge the higher the LR", "look at the law of divergence");
  const Search search(sde, run, given, strain_power);
  const Point best = best_point(search);
  BarrierFit fit{search.barrier(best), search.probabilities(best)};
  return fit;
}

}  // namespace losscast
