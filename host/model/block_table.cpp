#include "losscast/base/contract.hpp"
#include "losscast/model/model.hpp"
#include "losscast/model/weight_norm.hpp"
#include "model/powers.hpp"

namespace losscast {
namespace {

// Of the updates 0 ... end - 1: LR, weight decay, y_s and y_s^q, where y = (eta / ref)^p.
struct RunUpdates {
  std::vector<double> lrs, decays, clock, level;

  RunUpdates(const Recipe& recipe, const EffectiveLr& effective_lr, double ref_lr, double weight_decay, Step end)
      : lrs(static_cast<std::size_t>(end)), decays(lrs.size()) {
    recipe.schedule.fill(0, lrs);
    weight_decay_of(recipe, weight_decay).fill(0, decays);
    clock = lrs;
    for (double& y : clock) y /= ref_lr;
    raise(clock, effective_lr.lr_power);
    level = clock;
    raise(level, effective_lr.level_power);
  }
};

// The least-squares line of values that hold for given times one after another.
class ClockAverage {
 public:
  void add(double time, double value) {
    first_ += time * value;
    second_ += time * value * (clock_ + time / 2);
    clock_ += time;
  }
  double clock() const { return clock_; }
  double average() const { return clock_ > 0 ? first_ / clock_ : 0; }
  // Half the rise of the line from end to end: 3 <value t> with t from -1 to 1.
  double change() const { return clock_ > 0 ? 3 * (2 * second_ / clock_ - first_) / clock_ : 0; }

 private:
  double clock_ = 0, first_ = 0, second_ = 0;
};

}  // namespace

BlockTable make_block_table(const Recipe& recipe, const EffectiveLr& effective_lr, double ref_lr, double weight_decay,
                            std::vector<Step> edges) {
  LOSSCAST_EXPECTS(!edges.empty() && edges.front() == 0 && edges.back() <= recipe.total_steps());
  const bool has_norm = effective_lr.weight_norm == EffectiveLr::WeightNorm::adamw;
  const RunUpdates updates(recipe, effective_lr, ref_lr, weight_decay, edges.back());
  BlockTable table{std::move(edges), {}};
  table.blocks.reserve(table.edges.size() - 1);
  AffineNorm norm = AffineNorm::at_start(effective_lr.weight_norm);
  for (std::size_t b = 0; b + 1 < table.edges.size(); ++b) {
    const auto first = static_cast<std::size_t>(table.edges[b]);
    const std::size_t count = static_cast<std::size_t>(table.edges[b + 1]) - first;
    const AffineNorm before = norm;
    AffineNorm middle = norm;
    ClockAverage level;
    for (std::size_t i = 0; i < count; ++i) {
      level.add(updates.clock[first + i], updates.level[first + i]);
      // The middle of updates 0 ... m-1 lies at (m-1)/2: between two updates if m is even.
      if (i == (count - 1) / 2) middle = norm;
      if (i == count / 2) middle = {(middle.gain + norm.gain) / 2, (middle.offset + norm.offset) / 2};
      if (has_norm)
        norm.update(NormDecay{ref_lr, updates.decays[first + i]}.pull(updates.lrs[first + i]),
                    updates.lrs[first + i] / ref_lr);
    }
    const bool single = count == 1;  // within one update nothing changes
    table.blocks.push_back({ref_lr * level.clock(), level.average(), level.change(), middle.gain, middle.offset,
                            single ? 0.0 : (norm.gain - before.gain) / 2,
                            single ? 0.0 : (norm.offset - before.offset) / 2});
  }
  return table;
}

}  // namespace losscast
