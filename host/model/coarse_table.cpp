#include <algorithm>
#include <array>
#include <cmath>

#include "../schedule/segment.hpp"
#include "losscast/math/elementary.hpp"
#include "losscast/model/model.hpp"
#include "powers.hpp"

namespace losscast {
namespace {

constexpr double kPi = 3.14159265358979323846;

// Nodes of a block of m updates, as offsets from its middle: -spread, 0, spread. With their weights, sums over the
// updates of polynomials of degree 5 are exact: Gauss's quadrature for sums.
struct Nodes {
  double spread, side_weight, middle_weight;

  explicit Nodes(double m) {
    const double second_moment = (m * m - 1) / 12;
    spread = m > 1 ? std::sqrt((3 * m * m - 7) / 20) : 0;
    side_weight = m > 1 ? m * second_moment / (2 * spread * spread) : 0;
    middle_weight = m - 2 * side_weight;
  }
  double sum(double before, double middle, double after) const {
    return side_weight * (before + after) + middle_weight * middle;
  }
};

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

// What one node says of the block: relative LR, what the clock counts, level.
struct NodeValues {
  double lr, clock, level;
};

// n = gain n0 + offset
struct Norm {
  double gain, offset;
};

double shrinkage(double pull) { return -math::log(1 - std::min(pull, 0.999)); }

class Coarse {
 public:
  Coarse(const EffectiveLr& effective_lr, double ref_lr, double weight_decay)
      : effective_lr_(effective_lr),
        ref_lr_(ref_lr),
        weight_decay_(weight_decay),
        has_norm_(effective_lr.weight_norm == EffectiveLr::WeightNorm::adamw),
        norm_{has_norm_ ? 1.0 : 0.0, has_norm_ ? 0.0 : 1.0} {}

  void add(Step count, const std::array<NodeValues, 3>& at, std::vector<Block<double>>& blocks) {
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
    Block<double> block{ref_lr_ * clock,
                        clock > 0 ? level / clock : 0,
                        clock > 0 && count > 1 ? 3 * change / clock : 0,
                        norm_.gain,
                        norm_.offset,
                        0,
                        0};
    if (has_norm_) move_norm(nodes, m, at, block);
    blocks.push_back(block);
  }

 private:
  void move_norm(const Nodes& nodes, double m, const std::array<NodeValues, 3>& at, Block<double>& block) {
    const auto pull = [&](const NodeValues& v) { return 2 * weight_decay_ * ref_lr_ * v.lr; };
    const Parabola shrunk(nodes, m, shrinkage(pull(at[0])), shrinkage(pull(at[1])), shrinkage(pull(at[2])));
    const Parabola fed(nodes, m, pull(at[0]) * at[0].lr, pull(at[1]) * at[1].lr, pull(at[2]) * at[2].lr);
    const double whole = shrunk.total();
    const auto fed_at = [&](int i, double x) {
      return pull(at[static_cast<std::size_t>(i)]) * at[static_cast<std::size_t>(i)].lr *
             math::exp(shrunk.until(x + 0.5) - whole);
    };
    const double offset =
        nodes.side_weight * (fed_at(0, -nodes.spread) + fed_at(2, nodes.spread)) + nodes.middle_weight * fed_at(1, 0);
    const double gain = math::exp(-whole);
    const Norm after{gain * norm_.gain, gain * norm_.offset + offset};
    const double half = shrunk.until(-0.5), half_gain = math::exp(-half);
    block.norm_gain = half_gain * norm_.gain;
    // What each update before the middle feeds shrinks by those between, half of them on average.
    const double later = std::max(0.0, half - shrinkage(pull(at[1])));
    block.norm_offset = half_gain * norm_.offset + fed.until(-0.5) * math::exp(-later / 2);
    if (m > 1) {
      block.norm_gain_change = (after.gain - norm_.gain) / 2;
      block.norm_offset_change = (after.offset - norm_.offset) / 2;
    }
    norm_ = after;
  }

  EffectiveLr effective_lr_;
  double ref_lr_, weight_decay_;
  bool has_norm_;
  Norm norm_;
};

// Edges of a segment's blocks: denser towards both ends.
std::vector<Step> graded_edges(Step begin, Step end, int count) {
  std::vector<Step> edges = {begin};
  for (int i = 1; i <= count; ++i) {
    const double z = (1 - std::cos(kPi * i / count)) / 2;
    const Step edge = begin + static_cast<Step>(std::round(z * static_cast<double>(end - begin)));
    if (edge > edges.back()) edges.push_back(edge);
  }
  return edges;
}

std::vector<Step> all_edges(const Schedule& schedule, int blocks_per_segment) {
  std::vector<Step> edges = {0};
  for (const Segment& segment : schedule.segments()) {
    const std::vector<Step> more = graded_edges(segment.begin, segment.end, blocks_per_segment);
    edges.insert(edges.end(), more.begin() + 1, more.end());
  }
  return edges;
}

bool has_table(const Schedule& schedule) {
  const auto segments = schedule.segments();
  return std::any_of(segments.begin(), segments.end(),
                     [](const Segment& segment) { return segment.shape == Shape::table; });
}

}  // namespace

BlockTable make_coarse_table(const Schedule& schedule, const EffectiveLr& effective_lr, double ref_lr,
                             double weight_decay, int blocks_per_segment) {
  if (has_table(schedule))
    return make_block_table(schedule, effective_lr, ref_lr, weight_decay, all_edges(schedule, blocks_per_segment));
  BlockTable table{{0}, {}};
  Coarse coarse(effective_lr, ref_lr, weight_decay);
  std::vector<double> lrs, clock, level;
  for (const Segment& segment : schedule.segments()) {
    const std::vector<Step> edges = graded_edges(segment.begin, segment.end, blocks_per_segment);
    lrs.clear();
    for (std::size_t b = 0; b + 1 < edges.size(); ++b) {
      const auto m = static_cast<double>(edges[b + 1] - edges[b]);
      const double middle = static_cast<double>(edges[b] - segment.begin) + (m - 1) / 2, spread = Nodes(m).spread;
      lrs.insert(lrs.end(), {middle - spread, middle, middle + spread});
    }
    segment_lrs(segment, lrs);
    for (double& lr : lrs) lr /= ref_lr;
    clock = lrs;
    raise(clock, effective_lr.lr_power);
    level = clock;
    raise(level, effective_lr.level_power);
    for (std::size_t b = 0; b + 1 < edges.size(); ++b) {
      std::array<NodeValues, 3> at;
      for (std::size_t i = 0; i < 3; ++i) at[i] = {lrs[3 * b + i], clock[3 * b + i], level[3 * b + i]};
      coarse.add(edges[b + 1] - edges[b], at, table.blocks);
      table.edges.push_back(edges[b + 1]);
    }
  }
  return table;
}

}  // namespace losscast
