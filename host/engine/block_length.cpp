#include "engine/block_length.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "losscast/base/error.hpp"
#include "losscast/base/parallel.hpp"
#include "losscast/schedule/warmup.hpp"

namespace losscast {
namespace {

constexpr Step kComparisons = 400;  // places along a run at which laws are compared, about

std::vector<double> mean_draw(const ParameterDraws& draws) {
  std::vector<double> mean(draws.front().size(), 0.0);
  for (const auto& draw : draws)
    for (std::size_t p = 0; p < mean.size(); ++p) mean[p] += draw[p] / static_cast<double>(draws.size());
  return mean;
}

// A few schedules that stand for all: spread over the request, the one of the highest peak, and the one with the
// steepest fall.
std::vector<const Recipe*> sample(const std::vector<Recipe>& recipes) {
  const auto largest = [&](const auto& size) {
    return &*std::max_element(recipes.begin(), recipes.end(),
                              [&](const Recipe& a, const Recipe& b) { return size(a) < size(b); });
  };
  std::vector<const Recipe*> out = {largest([](const Recipe& one) { return one.peak_lr(); }), largest(steepest_fall)};
  const std::size_t count = std::min(kCheckedSchedules, recipes.size());
  for (std::size_t i = 0; i < count; ++i) out.push_back(&recipes[i * recipes.size() / count]);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

BlockTable table_of(const LossSde& sde, const Recipe& recipe, Step m) {
  return make_block_table(recipe, sde.model->effective_lr(), sde.reference, sde.weight_decay,
                          block_edges(m, recipe.total_steps(), {}));
}

// The draws whose fastest hills are fastest, found on blocks of many steps of one schedule: a few of them decide.
std::vector<const std::vector<double>*> stiffest_draws(const LossSde& sde, const Recipe& recipe) {
  constexpr Step kCoarse = 64;
  constexpr std::size_t kKept = 16;
  const BlockTable table = table_of(sde, recipe, kCoarse);
  std::vector<std::pair<double, const std::vector<double>*>> all;
  for (const auto& draw : sde.draws) all.emplace_back(sde.model->largest_rate_times_clock(table, draw), &draw);
  const auto kept = all.begin() + static_cast<std::ptrdiff_t>(std::min(kKept, all.size()));
  std::partial_sort(all.begin(), kept, all.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<const std::vector<double>*> out;
  for (auto one = all.begin(); one != kept; ++one) out.push_back(one->second);
  return out;
}

// The longest block at which no hill of any draw oscillates under Euler-Maruyama, from its rate at blocks of one step.
Step longest_stable_block(const LossSde& sde, std::span<const Recipe* const> recipes) {
  const Recipe* highest =
      *std::max_element(recipes.begin(), recipes.end(), [](auto* a, auto* b) { return a->peak_lr() < b->peak_lr(); });
  const auto draws = stiffest_draws(sde, *highest);
  double per_step = 0;
  for (const Recipe* recipe : recipes) {
    const BlockTable table = table_of(sde, *recipe, 1);
    for (const auto* draw : draws) per_step = std::max(per_step, sde.model->largest_rate_times_clock(table, *draw));
  }
  return per_step > 0 ? static_cast<Step>(std::ceil(2.0 / per_step)) - 1 : kLongestBlock;
}

// The longest block in which the jumps of no recipe are too many to be drawn as one.
Step longest_of_few_jumps(const Spikes& spikes, std::span<const Recipe* const> recipes) {
  double rate = 0;
  for (const Recipe* recipe : recipes) rate = std::max(rate, jump_rate(spikes, recipe->peak_lr()));
  return rate * static_cast<double>(kLongestBlock) > kMostJumpsOfABlock
             ? std::max<Step>(1, static_cast<Step>(kMostJumpsOfABlock / rate))
             : kLongestBlock;
}

// Compares the law in blocks with the exact one, which is computed once.
class Comparison {
 public:
  // Places are ends of blocks of `finest` steps after the warm-up (before that nothing is reported): the end of the
  // run, some all along, and each one shortly after a corner of the recipe, where a block that straddles it errs
  // most.
  Comparison(const LossSde& sde, Scheme scheme, std::span<const double> parameters, const Recipe& recipe, Step finest)
      : sde_(sde), scheme_(scheme), parameters_(parameters), recipe_(recipe) {
    const Step end = recipe.total_steps();
    const Step first = warmup_end(recipe.schedule);
    const Step unit = finest * std::max<Step>(1, end / kComparisons / finest);
    for (Step s = unit; s < end; s += unit) places_.push_back(s);
    for (const Step corner : breakpoints(recipe))
      for (Step s = (corner / finest + 1) * finest; s <= corner + 2 * kLongestBlock; s += finest) places_.push_back(s);
    std::erase_if(places_, [&](Step s) { return s <= first || s >= end; });
    places_.push_back(end);
    std::sort(places_.begin(), places_.end());
    places_.erase(std::unique(places_.begin(), places_.end()), places_.end());
    exact_ = law(1, Scheme::exact_moments, places_);
  }

  // Returns the error of blocks of m steps, at those places that they come to.
  StepError error(Step m) const {
    std::vector<Step> reached;
    std::vector<const LossMoments*> exact;
    for (std::size_t i = 0; i < places_.size(); ++i) {
      if (places_[i] % m != 0 && places_[i] != recipe_.total_steps()) continue;
      reached.push_back(places_[i]);
      exact.push_back(&exact_[i]);
    }
    const auto coarse = law(m, scheme_, reached);
    StepError out{m, 0, 0, std::abs(coarse.back().mean - exact.back()->mean), 1};
    for (std::size_t i = 0; i < reached.size(); ++i) {
      out.mean = larger(out.mean, std::abs(coarse[i].mean - exact[i]->mean));
      out.standard_deviation =
          larger(out.standard_deviation, std::abs(std::sqrt(coarse[i].variance) - std::sqrt(exact[i]->variance)));
    }
    return out;
  }

  // NaN counts as the largest.
  static double larger(double a, double b) { return b <= a ? a : b; }

 private:
  std::vector<LossMoments> law(Step m, Scheme scheme, std::span<const Step> places) const {
    const BlockTable table = table_of(sde_, recipe_, m);
    std::vector<int> after;
    for (const Step s : places)
      after.push_back(
          static_cast<int>(std::lower_bound(table.edges.begin(), table.edges.end(), s) - table.edges.begin()));
    return sde_.model->moments(table, parameters_, sde_.noise, scheme, after);
  }

  const LossSde& sde_;
  Scheme scheme_;
  std::span<const double> parameters_;
  const Recipe& recipe_;
  std::vector<Step> places_;
  std::vector<LossMoments> exact_;
};

}  // namespace

double steepest_fall(const Recipe& recipe) {
  const Schedule& schedule = recipe.schedule;
  double fall = 0;
  for (const Segment& segment : schedule.segments())
    if (segment.begin > 0) fall = std::max(fall, schedule.lr(segment.begin - 1) - schedule.lr(segment.begin));
  return fall;
}

std::vector<Step> block_edges(Step m, Step end, std::span<const Step> cuts) {
  std::vector<Step> edges;
  for (Step s = 0; s < end; s += m) edges.push_back(s);
  edges.push_back(end);
  for (const Step cut : cuts)
    if (cut > 0 && cut < end) edges.push_back(cut);
  std::sort(edges.begin(), edges.end());
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  return edges;
}

StepError step_error(const LossSde& sde, Scheme scheme, std::span<const double> parameters, const Recipe& recipe,
                     Step m) {
  return Comparison(sde, scheme, parameters, recipe, m).error(m);
}

StepError choose_block(const LossSde& sde, const PathRequest& request, int threads, double at_end) {
  const auto recipes = sample(request.recipes);
  const auto parameters = mean_draw(sde.draws);
  Step longest = kLongestBlock;
  if (request.scheme == Scheme::euler) {
    const Step stable = longest_stable_block(sde, recipes);
    if (stable < 1)
      throw InputError("Euler-Maruyama is unstable even in blocks of one step",
                       "the fastest hill relaxes within a step at these learning rates", "use --scheme exact-moments");
    if (request.block && *request.block > stable)
      throw InputError(fmt::format("a block of {} steps is too long", *request.block),
                       "Euler-Maruyama is unstable for the fastest hill",
                       fmt::format("use at most {}, or --scheme exact-moments", stable));
    longest = std::min(longest, stable);
  }

  const Step finest = request.block.value_or(16);
  std::vector<std::unique_ptr<Comparison>> comparisons(recipes.size());
  parallel_for(static_cast<std::int64_t>(recipes.size()), threads, [&](std::int64_t i) {
    const Recipe& recipe = *recipes[static_cast<std::size_t>(i)];
    comparisons[static_cast<std::size_t>(i)] =
        std::make_unique<Comparison>(sde, request.scheme, parameters, recipe, std::min(finest, recipe.total_steps()));
  });
  const auto worst = [&](Step m) {
    std::vector<StepError> errors(comparisons.size());
    parallel_for(static_cast<std::int64_t>(comparisons.size()), threads, [&](std::int64_t i) {
      errors[static_cast<std::size_t>(i)] = comparisons[static_cast<std::size_t>(i)]->error(m);
    });
    StepError out{m, 0, 0, 0, static_cast<int>(recipes.size())};
    for (const StepError& one : errors) {
      out.mean = Comparison::larger(out.mean, one.mean);
      out.standard_deviation = Comparison::larger(out.standard_deviation, one.standard_deviation);
      out.at_end = Comparison::larger(out.at_end, one.at_end);
    }
    return out;
  };
  if (request.block) return worst(*request.block);
  // In longer blocks the barrier's mode has another law: other tails, and what crosses and comes back is not seen.
  if (sde.spikes.barrier_limit > 0) return worst(1);
  longest = std::min(longest, longest_of_few_jumps(sde.spikes, recipes));
  Step m = 1;
  while (m * 2 <= longest) m *= 2;
  for (;; m /= 2) {
    const StepError found = worst(m);
    const bool faithful = found.mean < kStepBiasLimit / 2 && found.standard_deviation < kStepBiasLimit / 2;
    if (m == 1 || (faithful && found.at_end < at_end)) return found;
  }
}

}  // namespace losscast
