#include "fit/identifiability.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "losscast/schedule/warmup.hpp"

namespace losscast {
namespace {

// How the LR moves over the part of a run that is observed.
enum class Course { constant, smooth, abrupt };

Course course_of(const Observations& one) {
  const Schedule& schedule = one.curve->recipe.schedule;
  const Step first = std::max(warmup_end(schedule), one.steps.front() - 1);
  const Step last = std::min(one.steps.back(), schedule.total_steps()) - 1;
  constexpr Step kShort = 2000;   // steps: a cool-down within them is fast against the slower hills
  constexpr double kLarge = 0.5;  // of the LR
  Course course = Course::constant;
  for (Step s = first; s < last; ++s) {
    if (schedule.lr(s + 1) != schedule.lr(s)) course = Course::smooth;
    const Step ahead = std::min(last, s + std::min<Step>(kShort, schedule.total_steps() / 10));
    if (schedule.lr(ahead) < kLarge * schedule.lr(s) && schedule.lr(s) > kLarge * schedule.peak_lr())
      return Course::abrupt;
  }
  return course;
}

}  // namespace

std::vector<std::string> identifiability_warnings(const SdeModel& model, std::span<const Observations> observations,
                                                  const Fit& fit, std::span<const double> prior_share) {
  std::vector<std::string> warnings;
  bool constant = false, abrupt = false, decays = false, decay_varies = false;
  std::set<double> sizes, weight_decays;
  for (const Observations& one : observations) {
    const Course course = course_of(one);
    constant = constant || course == Course::constant;
    abrupt = abrupt || course == Course::abrupt;
    decays = decays || course != Course::constant;
    if (one.curve->params) sizes.insert(*one.curve->params);
    const StepValues weight_decay = weight_decay_of(one.curve->recipe, one.curve->weight_decay);
    decay_varies = decay_varies || !weight_decay.is_constant();
    weight_decays.insert(weight_decay.at(0));
  }
  if (!decays)
    warnings.push_back(
        "every training run holds its LR constant: the curves cannot tell the hills' amplitude from the floor, so "
        "forecasts of any decay rest on the starting values; add a run that decays");
  else if (!constant && !abrupt)
    warnings.push_back(
        "every training run decays smoothly: the curves hardly tell the hills' amplitude from their rates; add a "
        "constant run or one with a short cool-down");
  constexpr double kSamePeak = 1.01;
  if (fit.seen.peak_lr_max < kSamePeak * fit.seen.peak_lr_min)
    warnings.push_back(
        fmt::format("every training run has the peak LR {}: forecasts at other peaks rest on the model alone; add a "
                    "run at another peak",
                    fit.seen.peak_lr_max));
  if (sizes.size() == 1)
    warnings.push_back("every training run has the same model size: forecasts hold for that size only");
  if (sizes.size() > 1)
    warnings.push_back("the training runs differ in model size, which this model ignores: fit each size on its own");
  if (decay_varies)
    warnings.push_back(
        "the weight decay changes within training runs: forecasts take that of the first run's first update unless "
        "told otherwise");
  else if (weight_decays.size() > 1)
    warnings.push_back(
        "the training runs differ in weight decay: forecasts take that of the first run unless told otherwise");
  for (std::size_t p = 0; p < model.parameters().size(); ++p) {
    const ParameterEstimate& estimate = fit.parameters[p];
    if (estimate.at_bound)
      warnings.push_back(
          fmt::format("{} = {:.4g} lies on its bound: the curves do not determine it", estimate.name, estimate.value));
    constexpr double kMostlyPrior = 0.7;
    if (prior_share[p] > kMostlyPrior)
      warnings.push_back(fmt::format("{} = {:.4g} comes mostly from its prior: the curves say little about it",
                                     estimate.name, estimate.value));
  }
  return warnings;
}

}  // namespace losscast
