#include <algorithm>
#include <cmath>

#include "losscast/base/contract.hpp"
#include "losscast/model/model.hpp"
#include "losscast/model/weight_norm.hpp"
#include "model/powers.hpp"
#include "model/update_effects.hpp"

namespace losscast {
namespace {

// The updates 0 ... end - 1 of a recipe, as EffectiveLr has them.
struct RunUpdates {
  std::vector<double> lrs, decays, batches;
  std::vector<double> relative, log_lr, clock, level;  // y, ln y^p, y^p, y^(p q)
  std::vector<double> pulls;                           // of the norm

  RunUpdates(const Recipe& recipe, const EffectiveLr& x, const Reference& reference, double weight_decay, Step end)
      : lrs(static_cast<std::size_t>(end)), decays(lrs.size()), batches(lrs.size()) {
    recipe.schedule.fill(0, lrs);
    weight_decay_of(recipe, weight_decay).fill(0, decays);
    batch_of(recipe, reference).fill(0, batches);
    relative = lrs;
    for (double& y : relative) y /= reference.lr;
    log_lr = relative;
    take_logs(log_lr);
    for (double& one : log_lr) one *= x.lr_power;
    clock = relative;
    raise(clock, x.lr_power);
    level = clock;
    raise(level, x.level_power);
    pulls = lrs;
    for (std::size_t s = 0; s < pulls.size(); ++s) pulls[s] *= 2 * decays[s];
    relax(pulls);
  }
};

// Averages of the updates of a block over the clock time that each takes.
class ClockAverages {
 public:
  void add(double time, double level, double log_lr, double lr, double saturation) {
    const double part = time * level;
    level_ += part;
    moment_ += part * (clock_ + time / 2);
    if (part > 0) log_level_ += part * log_lr;
    lr_ += time * lr;
    squared_lr_ += time * lr * lr;
    saturation_ += time * saturation;
    clock_ += time;
  }

  Block<double> block() const {
    Block<double> out = empty_block<double>();
    if (!(clock_ > 0)) return out;
    out.clock = clock_;
    out.level = level_ / clock_;
    out.level_change = 3 * (2 * moment_ / clock_ - level_) / clock_;
    if (level_ > 0) out.log_level = log_level_ / level_;
    const double lr = lr_ / clock_, deviation = std::sqrt(std::max(0.0, squared_lr_ / clock_ - lr * lr));
    set_lrs(lr, deviation, saturation_ / clock_, out);
    return out;
  }

 private:
  double clock_ = 0, level_ = 0, moment_ = 0, log_level_ = 0, lr_ = 0, squared_lr_ = 0, saturation_ = 0;
};

}  // namespace

BlockTable make_block_table(const Recipe& recipe, const EffectiveLr& effective_lr, const Reference& reference,
                            double weight_decay, std::vector<Step> edges) {
  LOSSCAST_EXPECTS(!edges.empty() && edges.front() == 0 && edges.back() <= recipe.total_steps());
  const bool has_norm = effective_lr.weight_norm == EffectiveLr::WeightNorm::adamw;
  const RunUpdates updates(recipe, effective_lr, reference, weight_decay, edges.back());
  Effect effect;
  BlockTable table{std::move(edges), {}};
  table.blocks.reserve(table.edges.size() - 1);
  AffineNorm norm = AffineNorm::at_start(effective_lr.weight_norm);
  double peak = 0;
  for (std::size_t b = 0; b + 1 < table.edges.size(); ++b) {
    const auto first = static_cast<std::size_t>(table.edges[b]);
    const std::size_t count = static_cast<std::size_t>(table.edges[b + 1]) - first;
    const AffineNorm before = norm;
    AffineNorm middle = norm;  // where half the updates are done: within one update if they are odd in number
    ClockAverages averages;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t s = first + i;
      if (s == 0 || updates.decays[s] != updates.decays[s - 1] || updates.batches[s] != updates.batches[s - 1])
        effect = effect_of(effective_lr, reference, updates.decays[s], updates.batches[s]);
      averages.add(effect.clock * updates.clock[s], effect.level * updates.level[s], updates.log_lr[s],
                   updates.relative[s], effect.saturation);
      if (has_norm) norm.update({updates.pulls[s], effect.target * updates.relative[s]});
      peak = std::max(peak, updates.relative[s]);
      if (i + 1 == count / 2) middle = norm;
      if (i == count / 2 && count % 2 == 1) middle = {(middle.gain + norm.gain) / 2, (middle.offset + norm.offset) / 2};
    }
    Block<double> block = averages.block();
    block.bias = effect.bias;
    block.peak = peak;
    block.norm_gain = middle.gain;
    block.norm_offset = middle.offset;
    if (count > 1) {  // within one update nothing changes
      block.norm_gain_change = (norm.gain - before.gain) / 2;
      block.norm_offset_change = (norm.offset - before.offset) / 2;
    }
    table.blocks.push_back(block);
  }
  return table;
}

}  // namespace losscast
