#include "tails/loss_law.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace losscast {
namespace {

LossTailParts parts_of(const LossReplicate& replicate, double y) {
  LossTailParts out;
  for (std::size_t i = 0; i < replicate.calm.size(); ++i) {
    const double a = y - replicate.calm[i], survival = replicate.survival[i];
    out.exceedance += survival * replicate.jumps.exceedance(a);
    out.excess += survival * replicate.jumps.excess(a);
    out.square_excess += survival * replicate.jumps.square_excess(a);
  }
  const auto paths = static_cast<double>(replicate.calm.size());
  return {replicate.divergence + out.exceedance / paths, out.excess / paths, out.square_excess / paths};
}

}  // namespace

JumpTail::JumpTail(const std::vector<JumpBlock>& blocks, std::vector<JumpSample> samples)
    : mean_(expectation(blocks)), variance_(variance(blocks)) {
  std::sort(samples.begin(), samples.end(), [](const auto& a, const auto& b) { return a.size < b.size; });
  const auto number = static_cast<double>(samples.size());
  sums_.resize(samples.size() + 1, {0, 0, 0});
  for (std::size_t i = samples.size(); i-- > 0;) {
    const double weight = samples[i].weight / number, size = samples[i].size;
    const Sums& after = sums_[i + 1];
    sums_[i] = {after.weight + weight, after.first + weight * size, after.second + weight * size * size};
  }
  for (const JumpSample& sample : samples) sizes_.push_back(sample.size);
}

const JumpTail::Sums& JumpTail::beyond(double a) const {
  return sums_[static_cast<std::size_t>(std::upper_bound(sizes_.begin(), sizes_.end(), a) - sizes_.begin())];
}

double JumpTail::exceedance(double a) const { return a < 0 ? 1 : beyond(a).weight; }

double JumpTail::excess(double a) const {
  if (a < 0) return mean_ - a;
  const Sums& sums = beyond(a);
  return sums.first - a * sums.weight;
}

double JumpTail::square_excess(double a) const {
  if (a < 0) return variance_ + (mean_ - a) * (mean_ - a);
  const Sums& sums = beyond(a);
  return sums.second - 2 * a * sums.first + a * a * sums.weight;
}

LossLaw::LossLaw(std::vector<LossReplicate> replicates) : replicates_(std::move(replicates)) {
  double paths = 0, lowest = std::numeric_limits<double>::infinity(), highest = -lowest, jump = 0;
  for (const LossReplicate& one : replicates_) paths += static_cast<double>(one.calm.size());
  for (const LossReplicate& one : replicates_) {
    weights_.push_back(static_cast<double>(one.calm.size()) / paths);
    divergence_ += weights_.back() * one.divergence;
    jump = std::max(jump, one.jumps.largest());
    for (const double calm : one.calm) {
      if (!std::isfinite(calm)) continue;
      lowest = std::min(lowest, calm);
      highest = std::max(highest, calm);
    }
  }
  lowest_ = lowest;
  highest_ = highest + jump;
}

std::vector<LossTailParts> LossLaw::of_replicates(double y) const {
  std::vector<LossTailParts> out;
  for (const LossReplicate& one : replicates_) out.push_back(parts_of(one, y));
  return out;
}

double LossLaw::exceedance(double y) const {
  double out = 0;
  for (std::size_t r = 0; r < replicates_.size(); ++r) out += weights_[r] * parts_of(replicates_[r], y).exceedance;
  return out;
}

double LossLaw::paths_that_count(double y) const {
  double sum = 0, squares = 0;
  for (const LossReplicate& one : replicates_) {
    for (const double calm : one.calm) {
      const double share = one.jumps.exceedance(y - calm);
      sum += share;
      squares += share * share;
    }
  }
  return squares > 0 ? sum * sum / squares : 0;
}

double LossLaw::quantile_above(double probability) const {
  if (exceedance(highest_) > probability) return std::numeric_limits<double>::infinity();
  double low = lowest_, high = highest_;
  for (int i = 0; i < 40; ++i) {
    const double middle = (low + high) / 2;
    (exceedance(middle) > probability ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace losscast
