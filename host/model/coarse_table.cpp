#include "losscast/model/coarse_table.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "losscast/math/elementary.hpp"
#include "losscast/model/model.hpp"
#include "losscast/model/weight_norm.hpp"
#include "model/coarse_nodes.hpp"
#include "model/powers.hpp"
#include "model/update_effects.hpp"

namespace losscast {
namespace {

// A quantity of the updates of a block, by its values at the nodes: a parabola.
struct Parabola {
  double constant, linear = 0, square = 0, half;

  Parabola(const Nodes& nodes, double m, double before, double middle, double after) : constant(middle), half(m / 2) {
    if (nodes.spread == 0) return;
    linear = (after - before) / (2 * nodes.spread);
    square = (after - 2 * middle + before) / (2 * nodes.spread * nodes.spread);
  }
  // Sum over what lies between the block's begin and offset x.
  double until(double x) const { return antiderivative(x) - antiderivative(-half); }
  double total() const { return until(half); }

 private:
  double antiderivative(double x) const { return x * (constant + x * (linear / 2 + x * square / 3)); }
};

// What one node says of the block: y = eta / ref, y^p, y^(p q) and ln y^p.
struct NodeValues {
  double lr, clock, level, log_lr;
};

class Coarse {
 public:
  Coarse(const EffectiveLr& effective_lr, const Reference& reference)
      : effective_lr_(effective_lr),
        reference_(reference),
        has_norm_(effective_lr.weight_norm == EffectiveLr::WeightNorm::adamw),
        norm_(AffineNorm::at_start(effective_lr.weight_norm)) {}

  // Weight decay and batch size are those of all `count` updates.
  Block<double> add(Step count, double weight_decay, double batch, const std::array<NodeValues, 3>& at) {
    const Effect effect = effect_of(effective_lr_, reference_, weight_decay, batch);
    const auto m = static_cast<double>(count);
    const Nodes nodes(m);
    const auto parabola = [&](auto value) { return Parabola(nodes, m, value(at[0]), value(at[1]), value(at[2])); };
    const auto sum = [&](auto value) { return nodes.sum(value(at[0]), value(at[1]), value(at[2])); };

    const Parabola clock_until = parabola([](const NodeValues& v) { return v.clock; });
    const double clock = sum([](const NodeValues& v) { return v.clock; });
    const double whole = clock_until.total();
    const auto moved = [&](double x) { return whole > 0 ? 2 * clock_until.until(x) / whole - 1 : 0; };
    const double level = sum([](const NodeValues& v) { return v.clock * v.level; });
    const double change = nodes.side_weight * (at[0].clock * at[0].level * moved(-nodes.spread) +
                                               at[2].clock * at[2].level * moved(nodes.spread)) +
                          nodes.middle_weight * at[1].clock * at[1].level * moved(0);
    Block<double> block = empty_block<double>();
    block.clock = effect.clock * clock;
    block.bias = effect.bias;
    if (clock > 0) {
      block.level = effect.level * level / clock;
      block.level_change = count > 1 ? effect.level * 3 * change / clock : 0;
    }
    if (has_norm_) {
      if (level > 0)
        block.log_level = sum([](const NodeValues& v) {
                            const double part = v.clock * v.level;
                            return part > 0 ? part * v.log_lr : 0;
                          }) /
                          level;
      if (clock > 0) {
        const double lr = sum([](const NodeValues& v) { return v.clock * v.lr; }) / clock;
        const double square = sum([](const NodeValues& v) { return v.clock * v.lr * v.lr; }) / clock;
        set_lrs(lr, std::sqrt(std::max(0.0, square - lr * lr)), effect.saturation, block);
      }
      move_norm(nodes, m, weight_decay, effect.target, at, block);
    }
    return block;
  }

 private:
  void move_norm(const Nodes& nodes, double m, double weight_decay, double target, const std::array<NodeValues, 3>& at,
                 Block<double>& block) {
    // An update multiplies the norm by exp(-shrinkage) and adds what feeds it.
    const auto shrinkage = [&](const NodeValues& v) { return 2 * weight_decay * reference_.lr * v.lr; };
    const auto food = [&](const NodeValues& v) { return -math::expm1(-shrinkage(v)) * target * v.lr; };
    const Parabola shrunk(nodes, m, shrinkage(at[0]), shrinkage(at[1]), shrinkage(at[2]));
    const Parabola fed(nodes, m, food(at[0]), food(at[1]), food(at[2]));
    const double whole = shrunk.total();
    const auto fed_at = [&](int i, double x) {
      return food(at[static_cast<std::size_t>(i)]) * math::exp(shrunk.until(x + 0.5) - whole);
    };
    const double offset =
        nodes.side_weight * (fed_at(0, -nodes.spread) + fed_at(2, nodes.spread)) + nodes.middle_weight * fed_at(1, 0);
    const double gain = math::exp(-whole);
    const AffineNorm after{gain * norm_.gain, gain * norm_.offset + offset};
    const double half = shrunk.until(0), half_gain = math::exp(-half);
    block.norm_gain = half_gain * norm_.gain;
    // What each update before the middle feeds shrinks by those between, half of them on average.
    const double later = std::max(0.0, half - shrinkage(at[1]));
    block.norm_offset = half_gain * norm_.offset + fed.until(0) * math::exp(-later / 2);
    if (m > 1) {
      block.norm_gain_change = (after.gain - norm_.gain) / 2;
      block.norm_offset_change = (after.offset - norm_.offset) / 2;
    }
    norm_ = after;
  }

  EffectiveLr effective_lr_;
  Reference reference_;
  bool has_norm_;
  AffineNorm norm_;
};

}  // namespace

BlockTable make_coarse_table(const Recipe& recipe, const EffectiveLr& effective_lr, const Reference& reference,
                             double weight_decay, int blocks_per_segment) {
  if (has_table(recipe.schedule))
    return make_block_table(recipe, effective_lr, reference, weight_decay, coarse_edges(recipe, blocks_per_segment));
  const CoarseNodes at = coarse_nodes(recipe, reference, blocks_per_segment);
  std::vector<double> relative = at.lrs;
  for (double& lr : relative) lr /= reference.lr;
  std::vector<double> log_lr = relative;
  take_logs(log_lr);
  for (double& one : log_lr) one *= effective_lr.lr_power;
  std::vector<double> clock = relative;
  raise(clock, effective_lr.lr_power);
  std::vector<double> level = clock;
  raise(level, effective_lr.level_power);
  BlockTable table{at.edges, {}};
  const StepValues decay = weight_decay_of(recipe, weight_decay), batch = batch_of(recipe, reference);
  Coarse coarse(effective_lr, reference);
  for (std::size_t b = 0; b + 1 < at.edges.size(); ++b) {
    std::array<NodeValues, 3> values;
    for (std::size_t i = 0; i < 3; ++i)
      values[i] = {relative[3 * b + i], clock[3 * b + i], level[3 * b + i], log_lr[3 * b + i]};
    const Step first = at.edges[b];
    table.blocks.push_back(coarse.add(at.edges[b + 1] - first, decay.at(first), batch.at(first), values));
    table.blocks.back().peak = at.peaks[b] / reference.lr;
  }
  return table;
}

namespace {

// Sum over the updates of each block of value(eta_s, s), by quadrature; one by one where LRs are given so.
template <class Value>
std::vector<double> coarse_sums(const Recipe& recipe, int blocks_per_segment, const Value& value) {
  const std::vector<Step> edges = coarse_edges(recipe, blocks_per_segment);
  std::vector<double> sums;
  if (has_table(recipe.schedule)) {
    std::vector<double> lrs(static_cast<std::size_t>(recipe.total_steps()));
    recipe.schedule.fill(0, lrs);
    for (std::size_t b = 0; b + 1 < edges.size(); ++b) {
      sums.push_back(0);
      for (Step s = edges[b]; s < edges[b + 1]; ++s)
        sums.back() += value(lrs[static_cast<std::size_t>(s)], static_cast<double>(s));
    }
    return sums;
  }
  const CoarseNodes at = coarse_nodes(recipe, {}, blocks_per_segment);
  for (std::size_t b = 0; b + 1 < edges.size(); ++b) {
    const auto m = static_cast<double>(edges[b + 1] - edges[b]);
    const Nodes nodes(m);
    const double middle = static_cast<double>(edges[b]) + (m - 1) / 2;
    sums.push_back(nodes.sum(value(at.lrs[3 * b], middle - nodes.spread), value(at.lrs[3 * b + 1], middle),
                             value(at.lrs[3 * b + 2], middle + nodes.spread)));
  }
  return sums;
}

double power_of(double lr, double unit_lr, double exponent) { return lr > 0 ? math::pow(lr / unit_lr, exponent) : 0; }

}  // namespace

std::vector<double> coarse_power_sums(const Recipe& recipe, double unit_lr, double exponent, int blocks_per_segment) {
  return coarse_sums(recipe, blocks_per_segment, [&](double lr, double) { return power_of(lr, unit_lr, exponent); });
}

double coarse_faded_sum(const Recipe& recipe, double unit_lr, double exponent, double fading, int blocks_per_segment) {
  const auto last = static_cast<double>(recipe.total_steps() - 1);
  const std::vector<double> sums = coarse_sums(recipe, blocks_per_segment, [&](double lr, double s) {
    return power_of(lr, unit_lr, exponent) * math::exp(-fading * (last - s));
  });
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

}  // namespace losscast
