#include "engine/quantiles.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "engine/controlled_mean.hpp"
#include "losscast/math/elementary.hpp"
#include "losscast/random/normal_quantile.hpp"

namespace losscast {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
// With fewer paths beyond a quantile on average there are none in one case of forty: exp(-3.7) = 0.025.
constexpr double kFewestBeyond = 3.7;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

constexpr double Statistics::*kQuantiles[] = {&Statistics::q05, &Statistics::q25, &Statistics::q50, &Statistics::q75,
                                              &Statistics::q95, &Statistics::q99, &Statistics::q999};
static_assert(std::size(kQuantiles) == kQuantileProbabilities.size());

// The law of the losses of some paths, each of which has the same weight.
class EmpiricalLaw {
 public:
  explicit EmpiricalLaw(std::span<const float> ascending) : ascending_(ascending) {}

  double quantile(double probability) const { return losscast::quantile(ascending_, probability); }

  // Whether a path's loss is at most y.
  static double below(float loss, double y) { return !is_lost(loss) && static_cast<double>(loss) <= y ? 1 : 0; }

  // Added to the variance of a share. Pairs may leave so few losses to chance near a quantile that their number is not
  // known from one sample: one more is allowed for.
  double variance_of_steps(double) const {
    const auto count = static_cast<double>(ascending_.size());
    return 1 / (count * count);
  }

  // Whether a share is that of no path or of all.
  bool is_extreme(double share) const {
    return std::min(share, 1 - share) < 0.5 / static_cast<double>(ascending_.size());
  }

  // The losses of the ranks, from 1 on, whose shares lie at the ends of a range, linear between ranks (Hettmansperger &
  // Sheather 1986); without an end where there is no rank.
  Interval interval(double, Interval shares) const {
    const auto count = static_cast<double>(ascending_.size());
    const double low = count * shares.low + 0.5, high = count * shares.high + 0.5;
    if (!(low >= 1 && high <= count)) return {kNaN, kNaN};
    return {at(low), at(high)};
  }

  double tail_mean(double) const { return losscast::tail_mean(ascending_); }

 private:
  double at(double rank) const {
    return losscast::quantile(ascending_, (rank - 1) / std::max(1.0, static_cast<double>(ascending_.size()) - 1));
  }

  std::span<const float> ascending_;
};

// The same with a sum of jumps added to every loss.
class LawWithJumps {
 public:
  LawWithJumps(std::span<const float> ascending, const JumpSum& jumps)
      : finite_(ascending.first(
            static_cast<std::size_t>(std::find_if(ascending.begin(), ascending.end(), is_lost) - ascending.begin()))),
        count_(static_cast<double>(ascending.size())),
        jumps_(jumps) {
    ExactMoments moments;
    for (const float loss : finite_) moments.add(loss);
    deviation_ = moments.count() > 1 ? std::sqrt(moments.variance()) : 0;
  }

  // By bisection; +infinity where more paths are lost.
  double quantile(double probability) const {
    if (!(probability < distribution(highest()))) return kInfinity;
    double low = static_cast<double>(finite_.front()), high = highest();
    constexpr int kHalvings = 28;  // of about a nat, to 1e-8
    for (int i = 0; i < kHalvings; ++i) {
      const double middle = (low + high) / 2;
      (distribution(middle) < probability ? low : high) = middle;
    }
    return high;
  }

  // The steps that one more loss makes where jumps smooth them little.
  double variance_of_steps(double q) const {
    if (!is_among_steps(q)) return 0;
    const double step = jumps_.distribution(deviation_ / 4) / count_;
    return step * step;
  }

  bool is_extreme(double share) const { return !(share > 0 && share < 1); }

  double below(float loss, double y) const {
    return is_lost(loss) ? 0 : jumps_.distribution(y - static_cast<double>(loss));
  }

  // Where there may be no jump, the law has a step at each path's loss, which counts by half at either end. A quantile
  // beyond the highest of these losses is made of jumps, unless losses that were not seen have a part in it.
  Interval interval(double q, Interval shares) const {
    const bool among_steps = is_among_steps(q);
    const double half_a_step = among_steps ? 0.5 * jumps_.distribution(0) / count_ : 0;
    const double unseen = among_steps ? 0 : unseen_beyond(q);
    const double low = shares.low - half_a_step, high = shares.high + half_a_step + unseen;
    // An interval that the unseen losses make up for the most part says nothing.
    const double beyond = 1 - (shares.low + shares.high) / 2;
    if (!(low > 0 && high < 1 - kUnresolved && unseen <= beyond / 2)) return {kNaN, kNaN};
    return {quantile(low), quantile(high)};
  }

  // y + E max(L - y, 0) / P(L > y) for the quantile y: less sensitive to y than the mean over the losses beyond it.
  double tail_mean(double y) const {
    if (std::isinf(y) || static_cast<double>(finite_.size()) < count_) return kInfinity;
    double sum = 0;
    for (const float loss : finite_) sum += jumps_.excess(y - static_cast<double>(loss));
    constexpr double kTail = 0.05;
    return y + sum / count_ / kTail;
  }

 private:
  static constexpr double kUnresolved = 2e-6;  // the grid of the jumps' law ends there

  // The probability of a path's loss beyond y that so many paths do not rule out, for y beyond the highest of them:
  // kFewestBeyond over their number at that loss, falling from there on as the highest tenth of them does, or as a
  // normal law's would where that is slower.
  double unseen_beyond(double y) const {
    const std::span<const float> tenth = finite_.last(finite_.size() - finite_.size() * 9 / 10);
    double excess = 0;
    for (const float loss : tenth) excess += static_cast<double>(loss - tenth.front());
    const double of_normal = 0.5 * deviation_;
    excess = std::max(excess / static_cast<double>(tenth.size()), of_normal);
    const double beyond = y - static_cast<double>(finite_.back());
    return kFewestBeyond / count_ * (excess > 0 ? math::exp(-beyond / excess) : 0);
  }

  bool is_among_steps(double q) const { return q <= static_cast<double>(finite_.back()); }

  double highest() const { return static_cast<double>(finite_.back()) + jumps_.reach(); }

  double distribution(double y) const { return jumps_.sum_of_distributions(finite_, y) / count_; }

  std::span<const float> finite_;
  double count_;
  double deviation_;  // of the finite ones
  const JumpSum& jumps_;
};

// The shares of the law between which F(q) lies for the quantile q that was estimated for a probability.
template <class Law>
Interval shares_around(double probability, double q, const Law& law, const PathLosses& losses) {
  std::vector<float> below;
  below.reserve(losses.values.size());
  for (const float loss : losses.values) below.push_back(static_cast<float>(law.below(loss, q) - probability));
  const MeanEstimate estimate =
      estimate_mean(controlled_sample(below, losses.first_path, losses.pairing, losses.draws, {}));
  // The estimated q may have another share than the probability, above all where there are few paths: what both have in
  // common is the number of independent paths that these are worth.
  const double share = std::clamp(probability + estimate.mean, 0.0, 1.0);
  const double variance = estimate.simulation_error * estimate.simulation_error + law.variance_of_steps(q);
  const double one_over_paths =
      law.is_extreme(share) ? 1 / static_cast<double>(losses.values.size()) : variance / (share * (1 - share));
  if (std::min(probability, 1 - probability) < kFewestBeyond * one_over_paths) return {kNaN, kNaN};
  const double z = normal_quantile(0.975);
  const double centre = probability + (1 - 2 * probability) * (z * z - 1) / 6 * one_over_paths;
  const double half = z * std::sqrt(probability * (1 - probability) * one_over_paths);
  return {centre - half, centre + half};
}

template <class Law>
void add_quantiles_of(const Law& law, const PathLosses& losses, Statistics& statistics) {
  for (std::size_t i = 0; i < kQuantileProbabilities.size(); ++i) {
    const double probability = kQuantileProbabilities[i];
    double& q = statistics.*kQuantiles[i];
    q = law.quantile(probability);
    Interval& interval = statistics.intervals[i];
    interval = law.interval(q, shares_around(probability, q, law, losses));
    if (std::isnan(interval.low) && !std::isinf(q)) q = kNaN;
  }
  statistics.tail_mean = std::isnan(statistics.q95) ? kNaN : law.tail_mean(statistics.q95);
}

}  // namespace

void add_quantiles(const PathLosses& losses, std::span<const float> ascending, const JumpSum* jumps,
                   Statistics& statistics) {
  if (jumps != nullptr && !is_lost(ascending.front()))
    add_quantiles_of(LawWithJumps(ascending, *jumps), losses, statistics);
  else
    add_quantiles_of(EmpiricalLaw(ascending), losses, statistics);
}

std::int64_t enough_paths(double probability) {
  constexpr double kPathsOfIndependentOne = 3;
  return std::llround(kPathsOfIndependentOne * kFewestBeyond / std::min(probability, 1 - probability));
}

}  // namespace losscast
