// LR through given points, in straight lines or half cosines; the last of them is held.
#include <fmt/format.h>

#include <cmath>

#include "losscast/base/error.hpp"
#include "losscast/format/number_text.hpp"
#include "schedule/decay_shape.hpp"
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

// Knots may lie between two updates, but for the last of them if the run ends there.
std::vector<double> read_times(const ArgumentReader& arguments) {
  const std::vector<double>& times = arguments.numbers("steps");
  for (std::size_t i = 0; i < times.size(); ++i) {
    const std::string given = fmt::format("steps contains {}", number_text(times[i]));
    if (times[i] < 0 || times[i] > kMaxSteps)
      throw ArgumentError("steps", given, "no step of a run has that number", "correct it");
    if (i > 0 && times[i] <= times[i - 1])
      throw ArgumentError("steps", fmt::format("{} after {}", given, number_text(times[i - 1])), "they ascend",
                          "sort them, each once");
  }
  if (times.front() != 0)
    throw ArgumentError("steps", fmt::format("steps begins with {}", number_text(times.front())),
                        "the LR before it is unknown", "begin with 0");
  return times;
}

Step read_end(const ArgumentReader& arguments, double last) {
  if (!arguments.has("total_steps") && last != std::trunc(last))
    throw ArgumentError("steps", fmt::format("the last knot is at {}", number_text(last)),
                        "without total_steps the run ends there, after a whole number of updates", "add total_steps");
  const Step total_steps = arguments.has("total_steps") ? read_total_steps(arguments) : static_cast<Step>(last);
  if (static_cast<double>(total_steps) < last || total_steps < 1)
    throw ArgumentError("steps", fmt::format("the last knot is at step {}", number_text(last)),
                        fmt::format("the run has total_steps = {}", total_steps),
                        "move the knot, or give a longer run");
  return total_steps;
}

Schedule make(const Arguments& given) {
  const ArgumentReader arguments(given);
  const std::vector<double> times = read_times(arguments);
  const std::vector<double> rates = read_rates(arguments, times.size());
  const Step total_steps = read_end(arguments, times.back());
  const Shape shape = decay_shape(arguments.word_or("shape", "linear"));
  Timeline timeline;
  for (std::size_t i = 1; i < times.size(); ++i)
    timeline.add({.span = times[i] - times[i - 1], .shape = shape, .from = rates[i - 1], .to = rates[i]}, times[i]);
  timeline.hold(rates.back(), total_steps);
  return Schedule(timeline.segments());
}

}  // namespace

Family knots_family() {
  return {
      "knots",
      "lines through given points: any schedule, and what a free-form search returns",
      {{"steps", Kind::numbers, "the points' steps, ascending from 0; fractions are possible", ""},
       {"lrs", Kind::numbers, "the points' LR", ""},
       {"shape", Kind::word, "from one point to the next", "linear", {"linear", "cosine"}},
       {"total_steps", Kind::step, "T, the updates of the run; the last LR is held until then", "the last of steps"}},
      make};
}

}  // namespace losscast
