#include <algorithm>
#include <cmath>
#include <limits>

#include "losscast/base/contract.hpp"
#include "losscast/model/model.hpp"
#include "losscast/model/strained_lr.hpp"
#include "losscast/model/weight_norm.hpp"
#include "model/powers.hpp"
#include "model/update_effects.hpp"

namespace losscast {
namespace {

// As make_block_table() is given them.
struct Run {
  const Recipe& recipe;
  const EffectiveLr& effective_lr;
  const Reference& reference;
  double weight_decay;
};

// The updates begin ... end - 1 of a recipe, as EffectiveLr has them.
struct RunUpdates {
  std::vector<double> lrs, decays, batches;
  std::vector<double> relative, log_lr, clock, level;  // y, ln y^p, y^p, y^(p q)
  std::vector<double> pulls;                           // of the norm

  RunUpdates(const Run& run, Step begin, Step end)
      : lrs(static_cast<std::size_t>(end - begin)), decays(lrs.size()), batches(lrs.size()) {
    const EffectiveLr& x = run.effective_lr;
    run.recipe.schedule.fill(begin, lrs);
    weight_decay_of(run.recipe, run.weight_decay).fill(begin, decays);
    batch_of(run.recipe, run.reference).fill(begin, batches);
    relative = lrs;
    for (double& y : relative) y /= run.reference.lr;
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

// Makes blocks one after another.
class Blocks {
 public:
  explicit Blocks(const Run& run)
      : run_(run),
        has_norm_(run.effective_lr.weight_norm == EffectiveLr::WeightNorm::adamw),
        norm_(AffineNorm::at_start(run.effective_lr.weight_norm)) {}

  // Of `count` updates from number `first` of `updates` on.
  Block<double> next(const RunUpdates& updates, std::size_t first, std::size_t count) {
    const AffineNorm before = norm_;
    AffineNorm middle = norm_;  // where half the updates are done: within one update if they are odd in number
    ClockAverages averages;
    for (std::size_t i = 0; i < count; ++i) {
      update(updates, first + i, averages);
      if (i + 1 == count / 2) middle = norm_;
      if (i == count / 2 && count % 2 == 1)
        middle = {(middle.gain + norm_.gain) / 2, (middle.offset + norm_.offset) / 2};
    }
    Block<double> block = averages.block();
    block.bias = effect_.bias;
    block.peak = peak_;
    block.norm_gain = middle.gain;
    block.norm_offset = middle.offset;
    if (count > 1) {  // within one update nothing changes
      block.norm_gain_change = (norm_.gain - before.gain) / 2;
      block.norm_offset_change = (norm_.offset - before.offset) / 2;
    }
    return block;
  }

 private:
  void update(const RunUpdates& updates, std::size_t s, ClockAverages& averages) {
    if (updates.decays[s] != decay_ || updates.batches[s] != batch_) {
      decay_ = updates.decays[s];
      batch_ = updates.batches[s];
      effect_ = effect_of(run_.effective_lr, run_.reference, decay_, batch_);
    }
    averages.add(effect_.clock * updates.clock[s], effect_.level * updates.level[s], updates.log_lr[s],
                 updates.relative[s], effect_.saturation);
    if (has_norm_) norm_.update({updates.pulls[s], effect_.target * updates.relative[s]});
    peak_ = std::max(peak_, strained_lr(run_.reference, updates.relative[s], done_++));
  }

  const Run& run_;
  bool has_norm_;
  AffineNorm norm_;
  double peak_ = 0;
  Step done_ = 0;  // updates
  Effect effect_;
  double decay_ = std::numeric_limits<double>::quiet_NaN(), batch_ = decay_;  // that `effect_` is of
};

}  // namespace

BlockTable make_block_table(const Recipe& recipe, const EffectiveLr& effective_lr, const Reference& reference,
                            double weight_decay, std::vector<Step> edges) {
  LOSSCAST_EXPECTS(!edges.empty() && edges.front() == 0 && edges.back() <= recipe.total_steps());
  constexpr Step kTogether = 1 << 16;  // updates, which keeps a long run's memory small
  const Run run{recipe, effective_lr, reference, weight_decay};
  BlockTable table{std::move(edges), {}};
  const std::size_t count = table.edges.size() - 1;
  table.blocks.reserve(count);
  Blocks blocks(run);
  for (std::size_t b = 0, end; b < count; b = end) {
    const Step begin = table.edges[b];
    end = b + 1;
    while (end < count && table.edges[end] - begin < kTogether) ++end;
    const RunUpdates updates(run, begin, table.edges[end]);
    for (std::size_t i = b; i < end; ++i)
      table.blocks.push_back(blocks.next(updates, static_cast<std::size_t>(table.edges[i] - begin),
                                         static_cast<std::size_t>(table.edges[i + 1] - table.edges[i])));
  }
  return table;
}

}  // namespace losscast
