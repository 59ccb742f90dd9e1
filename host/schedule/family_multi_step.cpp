// LR peak_lr until the first milestone, then factor x peak_lr from each milestone on. The defaults are the 8-1-1 rule
// of DeepSeek-AI 2024, arXiv 2401.02954: 31.6% of the peak after 80% of the run, 10% after 90%.
#include <fmt/format.h>

#include <cmath>

#include "losscast/base/error.hpp"
#include "losscast/format/number_text.hpp"
#include "schedule/run.hpp"

namespace losscast {

namespace {

using Kind = FamilyArgument::Kind;

Step milestone_step(const std::string& key, double value, Step total_steps) {
  const bool fraction = key == "milestone_fractions";
  if (value < 0 || (fraction && value > 1) || value > static_cast<double>(total_steps))
    throw ArgumentError(key, fmt::format("{} contains {}", key, number_text(value)),
                        fmt::format("it lies outside the run, total_steps = {}", total_steps), "correct it");
  if (fraction) return steps_of_fraction(value, total_steps);
  if (value != std::trunc(value))
    throw ArgumentError(key, fmt::format("{} contains {}", key, number_text(value)), "it is no whole number of steps",
                        "correct it, or use milestone_fractions");
  return static_cast<Step>(value);
}

std::vector<Step> read_milestones(const ArgumentReader& arguments, const Run& run) {
  const std::string key = arguments.one_of("milestones", "milestone_fractions").value_or("milestone_fractions");
  std::vector<Step> milestones;
  Step before = run.law_begin;
  for (const double value : arguments.numbers_or(key, {0.8, 0.9})) {
    const Step milestone = milestone_step(key, value, run.total_steps);
    if (milestone < before)
      throw ArgumentError(key, fmt::format("{} contains step {} after step {}", key, milestone, before),
                          "milestones ascend from the end of the warm-up", "sort them, or shorten the warm-up");
    milestones.push_back(milestone);
    before = milestone;
  }
  return milestones;
}

std::vector<double> read_factors(const ArgumentReader& arguments, std::size_t count) {
  const std::vector<double> factors = arguments.numbers_or("factors", {0.316, 0.1});
  if (factors.size() != count)
    throw ArgumentError("factors", fmt::format("factors has {} numbers for {} milestones", factors.size(), count),
                        "each milestone needs one", "give as many");
  for (const double factor : factors)
    if (factor < 0 || factor > 1)
      throw ArgumentError("factors", fmt::format("factors contains {}", number_text(factor)),
                          "a rate is a part of the peak, from 0 to 1", "correct it");
  return factors;
}

Schedule make(const Arguments& given) {
  const ArgumentReader arguments(given);
  const Run run = read_run(arguments);
  const std::vector<Step> milestones = read_milestones(arguments, run);
  const std::vector<double> factors = read_factors(arguments, milestones.size());
  Timeline timeline = law_of(run);
  double lr = run.peak_lr;
  for (std::size_t i = 0; i < milestones.size(); ++i) {
    timeline.hold(lr, milestones[i]);
    lr = factors[i] * run.peak_lr;
  }
  timeline.hold(lr, run.total_steps);
  return warmed_up(arguments, run, timeline);
}

}  // namespace

Family multi_step_family() {
  return {
      "multi-step", "the peak, then lower rates from given milestones on; by default the 8-1-1 rule",
      joined({run_arguments(),
              {{"milestones", Kind::numbers, "the first steps with a new rate, ascending", ""},
               {"milestone_fractions", Kind::numbers, "instead of milestones: round(fraction T)", "0.8, 0.9"},
               {"factors", Kind::numbers, "the rate from each milestone on, as a share of peak_lr", "0.316, 0.1"}}}),
      make};
}

}  // namespace losscast
