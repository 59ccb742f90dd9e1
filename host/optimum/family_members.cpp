#include "losscast/optimum/family_members.hpp"

#include <algorithm>
#include <limits>

#include "losscast/engine/statistics.hpp"
#include "losscast/optimum/polish.hpp"
#include "losscast/precision/conditional_means.hpp"
#include "losscast/schedule/families.hpp"
#include "model/jumps_at_end.hpp"

namespace losscast {
namespace {

constexpr int kBlocksPerSegment = 128;
constexpr double kLowestPeak = 1e-2;         // as a part of the highest allowed
constexpr double kShortestDecay = 1e-2;      // as a part of the run
constexpr double kLowestExponential = 1e-4;  // final LR as a part of the peak: an exponential never comes to 0

// A family, what is fixed, its axes and the values of these to start from.
struct Task {
  Arguments fixed;
  std::vector<Axis> axes;
  std::vector<std::vector<double>> starts;
};

Axis axis(std::string argument, Axis::Kind kind, double low, double high) {
  Axis one;
  one.argument = std::move(argument);
  one.kind = kind;
  one.low = low;
  one.high = high;
  return one;
}

class Tasks {
 public:
  explicit Tasks(const FreeFormBounds& bounds)
      : bounds_(bounds),
        longest_decay_(1 - static_cast<double>(bounds.warmup_steps) / static_cast<double>(bounds.total_steps)),
        peak_(axis("peak_lr", Axis::Kind::log, kLowestPeak * bounds.peak_lr, bounds.peak_lr)),
        decay_(
            axis("decay_fraction", Axis::Kind::linear, std::min(kShortestDecay, longest_decay_ / 2), longest_decay_)),
        low_(axis("final_lr_ratio", Axis::Kind::linear, 0, 1)),
        exponent_(axis("exponent", Axis::Kind::log, 0.2, 10)) {}

  std::vector<Task> all() const {
    const double peak = bounds_.peak_lr, quarter = 0.25 * longest_decay_, most = 0.7 * longest_decay_;
    const Axis low_above_0 = axis("final_lr_ratio", Axis::Kind::log, kLowestExponential, 1);
    // Where the power of the step leaves the peak: after the warm-up, or, without one, after a hundredth of the run.
    const auto bend = static_cast<double>(std::max<Step>(bounds_.warmup_steps, 1 + bounds_.total_steps / 100));
    std::vector<Task> tasks;
    for (const char* shape : {"linear", "sqrt", "cosine"})
      tasks.push_back({fixed("wsd", {{"shape", shape}}), {peak_, decay_, low_}, {{peak, quarter, 0}, {peak, most, 0}}});
    tasks.push_back({fixed("wsd", {{"shape", "exponential"}}),
                     {peak_, decay_, low_above_0},
                     {{peak, quarter, 0.05}, {peak, most, 0.02}}});
    tasks.push_back({fixed("wsd", {{"shape", "power"}}),
                     {peak_, decay_, low_, exponent_},
                     {{peak, quarter, 0, 1}, {peak, most, 0, 1.5}}});
    tasks.push_back({fixed("polynomial", {}), {peak_, low_, exponent_}, {{peak, 0, 0.5}, {peak, 0, 1.5}}});
    tasks.push_back({fixed("linear", {}), {peak_, low_}, {{peak, 0}}});
    tasks.push_back({fixed("cosine", {}), {peak_, low_}, {{peak, 0}}});
    tasks.push_back({fixed("power", {{"shape", "linear"}, {"reference_step", bend}}),
                     {peak_, axis("exponent", Axis::Kind::log, 1e-3, 3), decay_, low_},
                     {{peak, 0.1, quarter, 0}, {peak, 0.02, quarter, 0}}});
    return tasks;
  }

 private:
  Arguments fixed(const char* family, std::map<std::string, Value> more) const {
    more["family"] = std::string(family);
    more["total_steps"] = static_cast<double>(bounds_.total_steps);
    if (bounds_.warmup_steps > 0) more["warmup_steps"] = static_cast<double>(bounds_.warmup_steps);
    return {std::move(more)};
  }

  const FreeFormBounds& bounds_;
  double longest_decay_;
  Axis peak_, decay_, low_, exponent_;
};

// The mean over the draws and jumps, in few blocks.
class QuickLoss {
 public:
  QuickLoss(const LossSde& sde, const Execution& execution)
      : means_(sde, execution), spikes_(sde.spikes), values_(sde.draws.size()) {}

  double operator()(const Recipe& recipe) {
    means_.evaluate({&recipe, 1}, kBlocksPerSegment, 0, means_.draws(), values_);
    double sum = 0;
    for (const float value : values_) {
      if (is_lost(value)) return std::numeric_limits<double>::infinity();
      sum += static_cast<double>(value);
    }
    const double mean = sum / static_cast<double>(values_.size());
    if (!(spikes_.jump_rate > 0)) return mean;
    return mean + spikes_.mean_jump * jumps_at_end(recipe, spikes_, kBlocksPerSegment);
  }

 private:
  ConditionalMeans means_;
  Spikes spikes_;
  std::vector<float> values_;
};

Polished polish_from_each(const Task& task, const std::function<double(const Recipe&)>& loss) {
  Polished best;
  best.value = std::numeric_limits<double>::infinity();
  for (const std::vector<double>& values : task.starts) {
    Arguments start = task.fixed;
    for (std::size_t a = 0; a < values.size(); ++a) start.values[task.axes[a].argument] = values[a];
    Polished one = polish(start, task.axes, loss);
    if (one.value < best.value) best = std::move(one);
  }
  return best;
}

}  // namespace

std::vector<FamilyMember> best_family_members(MeanLaw& law, const LossSde& sde, const FreeFormBounds& bounds,
                                              const Execution& execution) {
  QuickLoss quick(sde, execution);
  std::vector<FamilyMember> members;
  for (const Task& task : Tasks(bounds).all()) {
    const Polished polished = polish_from_each(task, [&](const Recipe& recipe) { return quick(recipe); });
    Schedule schedule = make_schedule(polished.arguments);
    std::vector<double> lrs(static_cast<std::size_t>(schedule.total_steps()));
    schedule.fill(0, lrs);
    const double loss = law.value(lrs);
    members.push_back({polished.arguments, std::move(schedule), loss});
  }
  std::stable_sort(members.begin(), members.end(),
                   [](const FamilyMember& a, const FamilyMember& b) { return a.loss < b.loss; });
  return members;
}

}  // namespace losscast
