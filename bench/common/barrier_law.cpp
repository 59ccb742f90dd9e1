#include "bench/common/barrier_law.hpp"

#include <algorithm>
#include <cmath>

#include "losscast/model/weight_norm.hpp"

namespace losscast::bench {
namespace {

// P(diverge later | z now) on a grid of z; even in z, and 1 beyond the limit.
class LaterDivergence {
 public:
  LaterDivergence(double limit, int points)
      : limit_(limit), interval_(limit / points), values_(static_cast<std::size_t>(points) + 1, 0.0) {}

  double at_zero() const { return values_.front(); }

  void go_back(const Spikes& s, const ModeBlock& block) {
    std::vector<double> before(values_.size());
    for (std::size_t i = 0; i < before.size(); ++i) {
      const double z = static_cast<double>(i) * interval_;
      const double mean = z - s.barrier_pull * block.strain * z;
      const double variance =
          (s.barrier_noise * s.barrier_noise + s.barrier_growth * s.barrier_growth * z * z) / block.steps;
      const double deviation = block.strain * std::sqrt(variance);
      before[i] = deviation > interval_ ? by_grid(mean, deviation) : by_nodes(mean, deviation);
    }
    values_ = std::move(before);
  }

 private:
  double by_grid(double mean, double deviation) const {
    constexpr double kFar = 8.5, kInverseRootTwoPi = 0.3989422804014327, kInverseRootTwo = 0.7071067811865476;
    const auto last = static_cast<long>(values_.size()) - 1;
    const long low = std::max(-last, static_cast<long>(std::floor((mean - kFar * deviation) / interval_)));
    const long high = std::min(last, static_cast<long>(std::ceil((mean + kFar * deviation) / interval_)));
    double sum = 0;
    for (long j = low; j <= high; ++j) {
      const double t = (static_cast<double>(j) * interval_ - mean) / deviation;
      const double weight = std::abs(j) == last ? 0.5 : 1;
      sum += weight * values_[static_cast<std::size_t>(std::abs(j))] * std::exp(-0.5 * t * t);
    }
    const double out = std::erfc((limit_ - mean) / deviation * kInverseRootTwo) +
                       std::erfc((limit_ + mean) / deviation * kInverseRootTwo);
    return 0.5 * out + sum * kInverseRootTwoPi * interval_ / deviation;
  }

  double by_nodes(double mean, double deviation) const {
    constexpr double kNodes[] = {-2.856970013872806, -1.355626179974266, 0, 1.355626179974266, 2.856970013872806};
    constexpr double kWeights[] = {0.01125741132772069, 0.2220759220056126, 0.5333333333333333, 0.2220759220056126,
                                   0.01125741132772069};
    double sum = 0;
    for (int k = 0; k < 5; ++k) sum += kWeights[k] * value(mean + deviation * kNodes[k]);
    return sum;
  }

  // Between grid points by the cubic through the four around, which near the limit are the last four.
  double value(double z) const {
    const double place = std::abs(z) / interval_;
    const auto last = static_cast<long>(values_.size()) - 1;
    if (place > static_cast<double>(last)) return 1;
    const long first = std::min(static_cast<long>(place) - 1, last - 3);
    const double t = place - static_cast<double>(first);
    const auto value_at = [&](long j) { return values_[static_cast<std::size_t>(std::abs(first + j))]; };
    return -value_at(0) * (t - 1) * (t - 2) * (t - 3) / 6 + value_at(1) * t * (t - 2) * (t - 3) / 2 -
           value_at(2) * t * (t - 1) * (t - 3) / 2 + value_at(3) * t * (t - 1) * (t - 2) / 6;
  }

  double limit_, interval_;
  std::vector<double> values_;
};

// By what the mode's strain is more than the effective LR of updates, weighed as the latter goes with the LR.
double more_strain(const Experiment& request, const Recipe& recipe, Step begin, Step end) {
  const double power = request.model->effective_lr().lr_power, more = request.spikes.barrier_exponent - 1;
  double weight = 0, sum = 0;
  for (Step s = begin; s < end; ++s) {
    const double lr = recipe.schedule.lr(s) / request.reference.lr;
    if (!(lr > 0)) continue;
    weight += std::pow(lr, power);
    sum += std::pow(lr, power) * std::pow(lr, more);
  }
  return weight > 0 ? sum / weight : 1;
}

}  // namespace

std::vector<ModeBlock> mode_blocks(const Experiment& request, const Recipe& recipe, Step block,
                                   std::span<const double> parameters) {
  std::vector<Step> edges;
  for (Step s = 0; s < recipe.total_steps(); s += block) edges.push_back(s);
  edges.push_back(recipe.total_steps());
  const BlockTable table =
      make_block_table(recipe, request.model->effective_lr(), request.reference, request.weight_decay, edges);
  std::vector<ModeBlock> out;
  for (std::size_t b = 0; b < table.blocks.size(); ++b)
    out.push_back({request.reference.steps * table.blocks[b].clock /
                       std::sqrt(norm_in(table.blocks[b], request.model->initial_norm(parameters))) *
                       more_strain(request, recipe, table.edges[b], table.edges[b + 1]),
                   static_cast<double>(table.edges[b + 1] - table.edges[b])});
  return out;
}

double divergence_by_density(const Spikes& spikes, std::span<const ModeBlock> blocks, int points) {
  LaterDivergence later(spikes.barrier_limit, points);
  for (std::size_t b = blocks.size(); b-- > 0;) later.go_back(spikes, blocks[b]);
  return later.at_zero();
}

}  // namespace losscast::bench
