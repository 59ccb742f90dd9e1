#include "fit/identifiability.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "fit/runs_seen.hpp"
#include "format/shown_number.hpp"
#include "losscast/schedule/warmup.hpp"
#include "losscast/text/listing.hpp"

namespace losscast {
namespace {

// How the LR moves over the part of a run that is observed.
enum class Course { constant, smooth, abrupt };

Course course_of(const RunSeen& one) {
  const Schedule& schedule = one.curve->recipe.schedule;
  const Step first = std::max(warmup_end(schedule), one.first - 1);
  const Step last = std::min(one.last, schedule.total_steps()) - 1;
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

// One warning for all parameters of which it holds, "NAME = VALUE" each.
void warn_of(const std::vector<std::string>& parameters, std::string_view what, std::string_view why,
             std::vector<std::string>& warnings) {
  if (parameters.size() == 1) warnings.push_back(fmt::format("{} {}: {}", parameters.front(), what, why));
  if (parameters.size() > 1)
    warnings.push_back(
        fmt::format("of {} parameters ({}) each {}: {}", parameters.size(), listing(parameters), what, why));
}

std::vector<std::string> parameter_warnings(const FitProblem& problem, const Fit& fit,
                                            std::span<const double> prior_share) {
  constexpr double kMostlyPrior = 0.7;
  std::vector<std::string> bound, prior, warnings;
  for (std::size_t p = 0; p < fit.parameters.size(); ++p) {
    const ParameterEstimate& estimate = fit.parameters[p];
    const std::string text = fmt::format("{} = {:.4g}", estimate.name, estimate.value);
    if (estimate.at_bound) bound.push_back(text);
    if (prior_share[p] > kMostlyPrior && !problem.parameters[p].known_before) prior.push_back(text);
  }
  warn_of(bound, "lies on its bound", "the curves do not determine it", warnings);
  warn_of(prior, "comes mostly from its prior", "the curves say little about it", warnings);
  return warnings;
}

std::string values_text(const std::set<double>& values) {
  std::vector<std::string> texts;
  for (const double value : values) texts.push_back(shown_number(value));
  return listing(texts);
}

// Of what the training runs differ in and the model takes no account of, or only as one small transformer showed it.
std::vector<std::string> difference_warnings(const SdeModel& model, const std::set<double>& weight_decays,
                                             const std::set<double>& batches) {
  constexpr double kMeasured = 4;  // times the batch size, up to which the law was held against runs
  std::vector<std::string> warnings;
  const bool has_norm = model.effective_lr().weight_norm != EffectiveLr::WeightNorm::none;
  if (weight_decays.size() > 1 && !has_norm)
    warnings.push_back(fmt::format(
        "the training runs differ in weight decay ({}), which model {} ignores: fit each on its own, or fit adamw",
        values_text(weight_decays), model.name()));
  if (batches.size() < 2) return warnings;
  const bool known = *batches.begin() > 0;
  if (!known || !has_norm || *batches.rbegin() > kMeasured * *batches.begin())
    warnings.push_back(fmt::format(
        "the training runs differ in tokens per step ({}): model {} scales noise and speed by their square root, which "
        "was held against runs of one small model only, up to {:.0f} times: fit each batch size on its own",
        values_text(batches), model.name(), kMeasured));
  return warnings;
}

}  // namespace

std::optional<std::string> mixed_sizes_warning(std::span<const Observations> observations) {
  std::set<double> sizes;
  for (const Observations& one : observations)
    if (one.curve->params) sizes.insert(*one.curve->params);
  if (sizes.size() < 2) return {};
  return fmt::format(
      "the training runs differ in model size ({}), which this model ignores: fit each size on its own, or one of them "
      "with what the others say (--at-params)",
      values_text(sizes));
}

std::vector<std::string> identifiability_warnings(const FitProblem& problem, const Fit& fit,
                                                  std::span<const double> prior_share, std::span<const Curve> others) {
  std::vector<std::string> warnings;
  bool constant = false, abrupt = false, decays = false, changes = false;
  std::set<double> sizes, weight_decays, batches;
  for (const RunSeen& one : runs_seen(problem.observations, others)) {
    const Course course = course_of(one);
    constant = constant || course == Course::constant;
    abrupt = abrupt || course == Course::abrupt;
    decays = decays || course != Course::constant;
    if (one.curve->params) sizes.insert(*one.curve->params);
    const StepValues decay = weight_decay_of(one.curve->recipe, one.curve->weight_decay);
    const StepValues batch = one.curve->recipe.batch.value_or(problem.reference.batch);
    changes = changes || !decay.is_constant() || !batch.is_constant();
    weight_decays.insert(decay.at(0));
    batches.insert(batch.at(0));
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
                    shown_number(fit.seen.peak_lr_max)));
  if (sizes.size() == 1)
    warnings.push_back("every training run has the same model size: forecasts hold for that size only");
  for (std::string& warning : difference_warnings(*problem.model, weight_decays, batches))
    warnings.push_back(std::move(warning));
  if (changes || weight_decays.size() > 1 || batches.size() > 1)
    warnings.push_back(
        "the training runs differ in weight decay or batch size: a forecast whose schedule says neither takes the "
        "first run's");
  for (std::string& warning : parameter_warnings(problem, fit, prior_share)) warnings.push_back(std::move(warning));
  return warnings;
}

}  // namespace losscast
