#include "losscast/fit/folds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "losscast/schedule/warmup.hpp"

namespace losscast {
namespace {

// Of two runs: whether what they do at the updates first ... first + count - 1 is the same, and from where on not.
class CommonUpdates {
 public:
  CommonUpdates(const Curve& a, const Curve& b)
      : a_(a.recipe),
        b_(b.recipe),
        decay_a_(weight_decay_of(a_, a.weight_decay)),
        decay_b_(weight_decay_of(b_, b.weight_decay)),
        tolerance_(kSame * std::max(a_.peak_lr(), b_.peak_lr())) {}

  Step count() const {
    constexpr Step kChunk = 4096;
    const Step last = std::min(a_.total_steps(), b_.total_steps());
    for (Step first = 0; first < last; first += kChunk) {
      const Step same = same_from(first, std::min(kChunk, last - first));
      if (same < std::min(kChunk, last - first)) return first + same;
    }
    return last;
  }

 private:
  static constexpr double kSame = 1e-6;  // of the peak

  struct Series {
    std::vector<double> lr, decay, batch;
  };

  static Series series(const Recipe& recipe, const StepValues& decay, Step first, Step count) {
    const auto size = static_cast<std::size_t>(count);
    Series out{std::vector<double>(size), std::vector<double>(size), std::vector<double>(size)};
    recipe.schedule.fill(first, out.lr);
    decay.fill(first, out.decay);
    if (recipe.batch) recipe.batch->fill(first, out.batch);
    return out;
  }

  Step same_from(Step first, Step count) const {
    const Series a = series(a_, decay_a_, first, count), b = series(b_, decay_b_, first, count);
    const bool batches = a_.batch && b_.batch;  // one that is not said may be the same
    for (std::size_t i = 0; i < a.lr.size(); ++i)
      if (std::abs(a.lr[i] - b.lr[i]) > tolerance_ || a.decay[i] != b.decay[i] || (batches && a.batch[i] != b.batch[i]))
        return static_cast<Step>(i);
    return count;
  }

  const Recipe &a_, &b_;
  StepValues decay_a_, decay_b_;
  double tolerance_;
};

Step common_updates(const Curve& a, const Curve& b) { return a.params == b.params ? CommonUpdates(a, b).count() : 0; }

// The last of the points that two logs have in common, from where both have begun; 0 if too few are alike.
Step last_common_point(const Curve& a, const Curve& b) {
  constexpr int kFewest = 3;  // fewer may be alike by chance, as the loss before the first update is
  const auto from = [](const Curve& curve, Step first) {
    return std::find_if(curve.points.begin(), curve.points.end(),
                        [&](const CurvePoint& point) { return point.step >= first; });
  };
  const Step begin = std::max(a.points.front().step, b.points.front().step);
  auto in_a = from(a, begin), in_b = from(b, begin);
  int alike = 0;
  Step last = 0;
  while (in_a != a.points.end() && in_b != b.points.end() && in_a->step == in_b->step && in_a->loss == in_b->loss) {
    last = in_a->step;
    ++alike, ++in_a, ++in_b;
  }
  return alike >= kFewest ? last : 0;
}

// Which runs are known by which others: for each pair of a left-out and a training run.
class Knowledge {
 public:
  explicit Knowledge(std::span<const Curve> curves) : count_(curves.size()), until_(count_ * count_) {
    for (std::size_t l = 0; l < count_; ++l)
      for (std::size_t t = 0; t < count_; ++t)
        if (l != t) until_[l * count_ + t] = known_until(curves[l], curves[t]);
  }
  Step until(std::size_t left_out, std::size_t training) const { return until_[left_out * count_ + training]; }

 private:
  std::size_t count_;
  std::vector<Step> until_;
};

struct Group {
  std::string name;
  std::vector<std::size_t> curves;  // places, ascending
};

bool is_repeat(const Curve& a, const Curve& b) {
  const Step common = common_updates(a, b);
  return common == a.recipe.total_steps() && common == b.recipe.total_steps();
}

// A group for each recipe.
std::vector<Group> repeats(std::span<const Curve> curves) {
  const std::vector<std::size_t> recipes = recipes_of(curves);
  std::vector<Group> groups;
  for (std::size_t first = 0; first < curves.size(); ++first) {
    if (recipes[first] != first) continue;
    Group group{curves[first].name, {}};
    for (std::size_t c = first; c < curves.size(); ++c)
      if (recipes[c] == first) group.curves.push_back(c);
    const std::size_t others = group.curves.size() - 1;
    if (others > 0) group.name += fmt::format(" and {} repeat{}", others, others > 1 ? "s" : "");
    groups.push_back(std::move(group));
  }
  return groups;
}

std::string group_name(const Curve& curve, Grouping grouping) {
  switch (grouping) {
    case Grouping::family:
      return curve.family.empty() ? "unnamed" : curve.family;
    case Grouping::peak:
      return fmt::format("peak_lr {:.6g}", curve.recipe.peak_lr());
    case Grouping::horizon:
      return fmt::format("{} steps", curve.recipe.total_steps());
    case Grouping::curve:
      break;
  }
  return curve.name;
}

std::vector<Group> groups_of(std::span<const Curve> curves, Grouping grouping) {
  if (grouping == Grouping::curve) return repeats(curves);
  std::vector<Group> groups;
  for (std::size_t c = 0; c < curves.size(); ++c) {
    const std::string name = group_name(curves[c], grouping);
    const auto same =
        std::find_if(groups.begin(), groups.end(), [&](const Group& group) { return group.name == name; });
    if (same == groups.end())
      groups.push_back({name, {c}});
    else
      same->curves.push_back(c);
  }
  return groups;
}

// The runs that are neither in the group nor know all of a run in it.
std::vector<std::size_t> training_without(const Group& group, std::span<const Curve> curves,
                                          const Knowledge& knowledge) {
  std::vector<std::size_t> training;
  for (std::size_t c = 0; c < curves.size(); ++c) {
    const bool gives_away = std::any_of(group.curves.begin(), group.curves.end(), [&](std::size_t l) {
      return c == l || knowledge.until(l, c) >= curves[l].points.back().step;
    });
    if (!gives_away) training.push_back(c);
  }
  return training;
}

std::vector<LeftOutRun> judges_of(const Group& group, const std::vector<std::size_t>& training,
                                  std::span<const Curve> curves, const Knowledge& knowledge) {
  std::vector<LeftOutRun> judges;
  for (const std::size_t c : group.curves) {
    LeftOutRun run{c, 0};
    for (const std::size_t t : training) run.known_until = std::max(run.known_until, knowledge.until(c, t));
    if (!judging_points(curves[c], run.known_until).empty()) judges.push_back(run);
  }
  return judges;
}

std::string too_few_text(std::size_t left) {
  return fmt::format("{} left to fit, and it takes {}",
                     left == 0   ? "no curve is"
                     : left == 1 ? "one curve is"
                                 : fmt::format("{} curves are", left),
                     kFewestTrainingCurves);
}

}  // namespace

std::string_view grouping_name(Grouping grouping) {
  constexpr std::string_view kNames[] = {"curve", "family", "peak", "horizon"};
  return kNames[static_cast<std::size_t>(grouping)];
}

std::vector<std::size_t> recipes_of(std::span<const Curve> curves) {
  std::vector<std::size_t> recipes;
  for (std::size_t c = 0; c < curves.size(); ++c) {
    std::size_t first = 0;
    while (first < c && !is_repeat(curves[first], curves[c])) ++first;
    recipes.push_back(first);
  }
  return recipes;
}

Step known_until(const Curve& left_out, const Curve& training) {
  if (is_repeat(left_out, training)) return left_out.points.back().step;
  Step until = std::min(common_updates(left_out, training), training.points.back().step);
  until = std::max(until, last_common_point(left_out, training));
  if (training.branch_of == left_out.name) until = std::max(until, training.points.front().step);
  if (left_out.branch_of == training.name) until = std::max(until, left_out.points.front().step);
  return until;
}

Folds make_folds(std::span<const Curve> curves, std::span<const Grouping> groupings) {
  const Knowledge knowledge(curves);
  Folds out;
  for (const Grouping grouping : groupings) {
    const std::vector<Group> groups = groups_of(curves, grouping);
    if (groups.size() < 2) {
      out.skipped.push_back({grouping, "", fmt::format("there is one only: {}", groups.front().name)});
      continue;
    }
    for (const Group& group : groups) {
      const std::vector<std::size_t> training = training_without(group, curves, knowledge);
      std::vector<LeftOutRun> judges = judges_of(group, training, curves, knowledge);
      if (training.size() < kFewestTrainingCurves)
        out.skipped.push_back({grouping, group.name, too_few_text(training.size())});
      else if (judges.empty())
        out.skipped.push_back({grouping, group.name, "no point after the warm-up is its own"});
      else
        out.folds.push_back({grouping, group.name, std::move(judges), training});
    }
  }
  return out;
}

std::vector<CurvePoint> judging_points(const Curve& curve, Step known_until) {
  const Step first = std::max({Step{1}, warmup_end(curve.recipe.schedule), known_until + 1});
  std::vector<CurvePoint> points;
  for (const CurvePoint& point : curve.points)
    if (point.step >= first) points.push_back(point);
  return points;
}

}  // namespace losscast
