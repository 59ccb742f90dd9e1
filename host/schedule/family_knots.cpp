// LR piecewise linear in the step through given points, the last of them held.
#include <fmt/format.h>

#include "losscast/base/error.hpp"
#include "losscast/format/number_text.hpp"
#include "schedule/run.hpp"
#include "schedule/stair_steps.hpp"

namespace losscast {

namespace {

using Kind = FamilyArgument::Kind;

std::vector<double> read_rates(const ArgumentReader& arguments, std::size_t count) {
  const std::vector<double>& rates = arguments.numbers("lrs");
  if (rates.size() != count)
    throw ArgumentError("lrs", fmt::format("lrs has {} numbers for {} steps", rates.size(), count),
                        "each step needs one", "give as many");
  for (const double rate : rates)
    if (rate < 0)
      throw ArgumentError("lrs", fmt::format("lrs contains {}", number_text(rate)),
                          "a learning rate cannot be negative", "correct it");
  return rates;
}

Schedule make(const Arguments& given) {
  const ArgumentReader arguments(given);
  const std::vector<Step> steps = stair_steps("steps", arguments.numbers("steps"), "the LR");
  const std::vector<double> rates = read_rates(arguments, steps.size());
  const Step total_steps = arguments.has("total_steps") ? read_total_steps(arguments) : steps.back();
  if (total_steps < steps.back() || total_steps < 1)
    throw ArgumentError("steps", fmt::format("the last knot is at step {}", steps.back()),
                        fmt::format("the run has total_steps = {}", total_steps),
                        "move the knot, or give a longer run");
  Timeline timeline;
  for (std::size_t i = 1; i < steps.size(); ++i)
    timeline.add({.span = steps[i] - steps[i - 1], .shape = Shape::linear, .from = rates[i - 1], .to = rates[i]},
                 steps[i]);
  timeline.hold(rates.back(), total_steps);
  return std::move(timeline).schedule();
}

}  // namespace

Family knots_family() {
  return {
      "knots",
      "straight lines through given points: any schedule, and what a free-form search returns",
      {{"steps", Kind::numbers, "the points' steps, ascending from 0", ""},
       {"lrs", Kind::numbers, "the points' LR", ""},
       {"total_steps", Kind::step, "T, the updates of the run; the last LR is held until then", "the last of steps"}},
      make};
}

}  // namespace losscast
