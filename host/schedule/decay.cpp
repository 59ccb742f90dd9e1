#include "schedule/decay.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "losscast/base/error.hpp"
#include "losscast/format/number_text.hpp"

namespace losscast {

using Kind = FamilyArgument::Kind;

std::vector<FamilyArgument> decay_start_arguments(const std::string& by_default) {
  return {
      {"decay_start", Kind::step, "s0, the first update of the decay", by_default},
      {"decay_fraction", Kind::fraction, "instead of decay_start: s0 = T - round(fraction T)", ""},
  };
}

std::vector<FamilyArgument> final_lr_arguments(const std::string& by_default) {
  return {
      {"final_lr", Kind::rate, "the low LR", by_default},
      {"final_lr_ratio", Kind::fraction, "instead of final_lr: its share of peak_lr", ""},
  };
}

std::vector<FamilyArgument> decay_end_argument() {
  return {{"decay_end", Kind::step,
           "where final_lr would be reached; before T it is held, after T the decay is cut off", "total_steps"}};
}

std::optional<Step> read_decay_start(const ArgumentReader& arguments, const Run& run) {
  const auto key = arguments.one_of("decay_start", "decay_fraction");
  if (!key) return std::nullopt;
  const bool fraction = *key == "decay_fraction";
  const Step start =
      fraction ? run.total_steps - steps_of_fraction(arguments.number(*key), run.total_steps) : arguments.step(*key);
  const std::string given = fmt::format("{} = {}{}", *key, number_text(arguments.number(*key)),
                                        fraction ? fmt::format(", step {},", start) : "");
  if (start > run.total_steps)
    throw ArgumentError(*key, fmt::format("{} lies outside the run", given),
                        fmt::format("total_steps = {}", run.total_steps),
                        "start the decay earlier, or lengthen the run");
  if (start < run.law_begin)
    throw ArgumentError(*key, fmt::format("{} lies within the warm-up", given),
                        fmt::format("warmup_steps = {}", run.warmup_steps),
                        "start the decay later, shorten the warm-up, or set warmup_mode = \"over\"");
  return start;
}

Step read_required_decay_start(const ArgumentReader& arguments, const Run& run) {
  const auto start = read_decay_start(arguments, run);
  if (!start)
    throw ArgumentError(
        "decay_start", "decay_start is missing",
        fmt::format("a schedule of the family \"{}\" cannot be made without it", arguments.word("family")),
        "add it, or decay_fraction");
  return *start;
}

std::optional<double> read_final_lr(const ArgumentReader& arguments, double peak_lr) {
  const auto key = arguments.one_of("final_lr", "final_lr_ratio");
  if (!key) return std::nullopt;
  if (*key == "final_lr_ratio") return arguments.number(*key) * peak_lr;
  const double final_lr = arguments.number(*key);
  if (final_lr > peak_lr)
    throw ArgumentError(*key,
                        fmt::format("final_lr = {} is above peak_lr = {}", number_text(final_lr), number_text(peak_lr)),
                        "the peak is the highest rate", "lower it; for a rate that rises use the family \"knots\"");
  return final_lr;
}

double read_required_final_lr(const ArgumentReader& arguments, double peak_lr) {
  const auto final_lr = read_final_lr(arguments, peak_lr);
  if (!final_lr)
    throw ArgumentError(
        "final_lr", "final_lr is missing",
        fmt::format("a schedule of the family \"{}\" cannot be made without a low rate", arguments.word("family")),
        "add it, or final_lr_ratio");
  return *final_lr;
}

Step read_decay_end(const ArgumentReader& arguments, Step start, Step total_steps) {
  if (!arguments.has("decay_end")) return total_steps;
  const Step end = arguments.step("decay_end");
  if (end <= start)
    throw ArgumentError("decay_end", fmt::format("decay_end = {} does not come after the decay's start", end),
                        fmt::format("step {}", start), "give a later step");
  return end;
}

void require_positive_final_lr(const ArgumentReader& arguments, double final_lr, const std::string& why) {
  if (final_lr > 0) return;
  const std::string key = arguments.one_of("final_lr", "final_lr_ratio").value_or("final_lr");
  throw ArgumentError(key, "the low LR is 0", why, "give a final_lr or final_lr_ratio above 0");
}

std::vector<FamilyArgument> progress_argument() {
  return {{"progress_exponent", Kind::number, "k, above 0: the decay's progress z is replaced by z^k", "1"}};
}

Decay read_decay(const ArgumentReader& arguments, const Run& run, Step start, Shape shape, double exponent) {
  const double final_lr = read_final_lr(arguments, run.peak_lr).value_or(0);
  const double warp = arguments.positive_number_or("progress_exponent", 1);
  return {start, read_decay_end(arguments, start, run.total_steps), final_lr, shape, exponent, warp};
}

Schedule decaying_schedule(const ArgumentReader& arguments, const Run& run, const Decay& decay) {
  Timeline timeline = law_of(run);
  timeline.hold(run.peak_lr, decay.start);
  timeline.add({.span = static_cast<double>(decay.end - decay.start),
                .shape = decay.shape,
                .from = run.peak_lr,
                .to = decay.final_lr,
                .exponent = decay.exponent,
                .warp = decay.warp},
               std::min(decay.end, run.total_steps));
  timeline.hold(decay.final_lr, run.total_steps);
  return warmed_up(arguments, run, timeline);
}

}  // namespace losscast
