#include "schedule/run.hpp"

#include <fmt/format.h>

#include <cmath>

#include "losscast/base/error.hpp"
#include "losscast/format/number_text.hpp"

namespace losscast {

using Kind = FamilyArgument::Kind;

namespace {

Step read_warmup_steps(const ArgumentReader& arguments, Step total_steps) {
  const auto key = arguments.one_of("warmup_steps", "warmup_fraction");
  if (!key) return 0;
  if (*key == "warmup_fraction") return steps_of_fraction(arguments.number(*key), total_steps);
  const Step warmup_steps = arguments.step(*key);
  if (warmup_steps > total_steps)
    throw ArgumentError(*key, fmt::format("warmup_steps = {} is longer than the run", warmup_steps),
                        fmt::format("total_steps = {}", total_steps), "shorten the warm-up, or lengthen the run");
  return warmup_steps;
}

}  // namespace

std::vector<FamilyArgument> run_arguments() {
  return {
      {"peak_lr", Kind::rate, "the highest LR, reached at the end of the warm-up", ""},
      {"total_steps", Kind::step, "T, the updates of the run", ""},
      {"warmup_steps", Kind::step, "W, the updates before the peak is reached", "0"},
      {"warmup_fraction", Kind::fraction, "instead of warmup_steps: W = round(fraction T)", ""},
      {"warmup_shape", Kind::word, "how the LR rises", "linear", {"linear", "cosine"}},
      {"warmup_start_lr", Kind::rate, "the LR of update 0, if there is a warm-up", "0"},
  };
}

Run read_run(const ArgumentReader& arguments) {
  const Step total_steps = read_total_steps(arguments);
  const Run run = {arguments.number("peak_lr"), read_warmup_steps(arguments, total_steps), total_steps};
  const double start = arguments.number_or("warmup_start_lr", 0);
  if (start > run.peak_lr)
    throw ArgumentError(
        "warmup_start_lr",
        fmt::format("warmup_start_lr = {} is above peak_lr = {}", number_text(start), number_text(run.peak_lr)),
        "a warm-up rises", "lower it");
  return run;
}

Timeline warm_up(const ArgumentReader& arguments, const Run& run) {
  const bool cosine = arguments.word_or("warmup_shape", "linear") == "cosine";
  Timeline timeline;
  timeline.add({.span = run.warmup_steps,
                .shape = cosine ? Shape::cosine : Shape::linear,
                .from = arguments.number_or("warmup_start_lr", 0),
                .to = run.peak_lr},
               run.warmup_steps);
  return timeline;
}

Step steps_of_fraction(double fraction, Step total_steps) {
  return static_cast<Step>(std::round(fraction * static_cast<double>(total_steps)));
}

Step read_total_steps(const ArgumentReader& arguments) {
  const Step total_steps = arguments.step("total_steps");
  if (total_steps < 1)
    throw ArgumentError("total_steps", "total_steps = 0 is no run", "it has no update", "give at least 1");
  constexpr Step kMost = 100'000'000;
  if (total_steps > kMost)
    throw ArgumentError("total_steps", fmt::format("total_steps = {} is too long", total_steps),
                        fmt::format("at most {} can be simulated", kMost), "check it");
  return total_steps;
}

std::vector<FamilyArgument> joined(std::initializer_list<std::vector<FamilyArgument>> lists) {
  std::vector<FamilyArgument> all;
  for (const auto& list : lists) all.insert(all.end(), list.begin(), list.end());
  return all;
}

}  // namespace losscast
