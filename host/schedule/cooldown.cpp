#include "schedule/cooldown.hpp"

#include <fmt/format.h>

#include "losscast/base/error.hpp"
#include "losscast/format/number_text.hpp"
#include "schedule/decay_shape.hpp"
#include "schedule/floor.hpp"

namespace losscast {

std::vector<FamilyArgument> cooldown_arguments() {
  return joined(
      {decay_start_arguments("no cool-down"),
       final_lr_arguments("0"),
       {{"shape", FamilyArgument::Kind::word, "of the cool-down; sqrt is 1 - sqrt z", "linear", decay_shape_words()}},
       floor_arguments()});
}

Step read_law_end(const ArgumentReader& arguments, const Run& run) {
  const auto start = read_decay_start(arguments, run);
  if (start) return *start;
  for (const char* key : {"final_lr", "final_lr_ratio", "shape"})
    if (arguments.has(key))
      throw ArgumentError(key, fmt::format("{} is given without a cool-down", key), "it would have no effect",
                          "add decay_start or decay_fraction");
  return run.total_steps;
}

void add_cooldown(const ArgumentReader& arguments, const Run& run, Timeline& timeline) {
  if (timeline.end() == static_cast<double>(run.total_steps)) return;
  const double from = timeline.lr_at_end().value_or(run.peak_lr);
  const double final_lr = read_final_lr(arguments, run.peak_lr).value_or(0);
  if (final_lr > from)
    throw ArgumentError(*arguments.one_of("final_lr", "final_lr_ratio"),
                        fmt::format("the low LR {} is above the LR where the cool-down starts, {}",
                                    number_text(final_lr), number_text(from)),
                        "a cool-down falls", "lower it, or start earlier");
  const Shape shape = decay_shape(arguments.word_or("shape", "linear"));
  if (shape == Shape::exponential)
    require_positive_final_lr(arguments, final_lr, "an exponential decay never comes to 0");
  timeline.add(
      {.span = static_cast<double>(run.total_steps) - timeline.end(), .shape = shape, .from = from, .to = final_lr},
      run.total_steps);
}

}  // namespace losscast
