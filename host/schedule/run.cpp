#include "schedule/run.hpp"

#include <fmt/format.h>

#include <cmath>

#include "losscast/base/error.hpp"
#include "losscast/format/number_text.hpp"
#include "schedule/floor.hpp"
#include "schedule/segment.hpp"

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

// LR start + (peak - start) f(s / W), each f a mirrored shape of decays but for the logarithm.
Segment warmup_segment(const ArgumentReader& arguments, const Run& run) {
  const auto steps = static_cast<double>(run.warmup_steps);
  Segment rise{.span = steps, .from = arguments.number_or("warmup_start_lr", 0), .to = run.peak_lr};
  const std::string word = arguments.word_or("warmup_shape", "linear");
  if (word == "cosine") {
    rise.shape = Shape::cosine;
  } else if (word == "sqrt") {
    rise.shape = Shape::power;
    rise.exponent = 0.5;
  } else if (word == "log" && run.warmup_steps > 1) {
    rise.shape = Shape::logarithm;
    rise.exponent = steps;
  } else {
    rise.shape = Shape::linear;
  }
  return rise;
}

Timeline warm_up(const ArgumentReader& arguments, const Run& run) {
  Timeline timeline;
  timeline.add(warmup_segment(arguments, run), run.warmup_steps);
  return timeline;
}

// The LR of each update before W: the warm-up's times the law's, as a share of the peak.
Timeline scaled_warm_up(const ArgumentReader& arguments, const Run& run, const Timeline& law) {
  const auto steps = static_cast<std::size_t>(run.warmup_steps);
  Timeline timeline;
  if (steps == 0) return timeline;
  std::vector<double> lrs(steps);
  Schedule(warm_up(arguments, run).segments()).fill(0, lrs);
  std::vector<double> shares(steps);
  Schedule(law.segments()).fill(0, shares);
  for (std::size_t s = 0; s < steps; ++s) lrs[s] *= run.peak_lr > 0 ? shares[s] / run.peak_lr : 0;
  timeline.add({.shape = Shape::table, .table = std::make_shared<const std::vector<double>>(std::move(lrs))},
               run.warmup_steps);
  return timeline;
}

}  // namespace

std::vector<FamilyArgument> run_arguments() {
  return {
      {"peak_lr", Kind::rate, "the highest LR, reached at the end of the warm-up", ""},
      {"total_steps", Kind::step, "T, the updates of the run", ""},
      {"warmup_steps", Kind::step, "W, the updates before the peak is reached", "0"},
      {"warmup_fraction", Kind::fraction, "instead of warmup_steps: W = round(fraction T)", ""},
      {"warmup_shape", Kind::word, "how the LR rises", "linear", {"linear", "cosine", "sqrt", "log"}},
      {"warmup_start_lr", Kind::rate, "the LR of update 0, if there is a warm-up", "0"},
      {"warmup_mode",
       Kind::word,
       "the warm-up comes before the rest, over its first W updates, or times them",
       "before",
       {"before", "over", "times"}},
  };
}

Run read_run(const ArgumentReader& arguments) {
  const Step total_steps = read_total_steps(arguments);
  const Step warmup_steps = read_warmup_steps(arguments, total_steps);
  const bool before = arguments.word_or("warmup_mode", "before") == "before";
  const Run run = {arguments.number("peak_lr"), warmup_steps, total_steps, before ? warmup_steps : 0};
  const double start = arguments.number_or("warmup_start_lr", 0);
  if (start > run.peak_lr)
    throw ArgumentError(
        "warmup_start_lr",
        fmt::format("warmup_start_lr = {} is above peak_lr = {}", number_text(start), number_text(run.peak_lr)),
        "a warm-up rises", "lower it");
  return run;
}

Schedule warmed_up(const ArgumentReader& arguments, const Run& run, const Timeline& law) {
  const bool times = arguments.word_or("warmup_mode", "before") == "times";
  Timeline timeline = times ? scaled_warm_up(arguments, run, law) : warm_up(arguments, run);
  const std::size_t warmup_segments = timeline.segments().size();
  timeline.append_rest(law);
  std::vector<Segment> segments = timeline.segments();
  if (const auto floor = read_floor(arguments, run.peak_lr)) raise_to_floor(*floor, warmup_segments, segments);
  return Schedule(std::move(segments), run.warmup_steps);
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
                        fmt::format("a schedule has at most {} updates", kMost), "check it");
  return total_steps;
}

std::vector<FamilyArgument> joined(std::initializer_list<std::vector<FamilyArgument>> lists) {
  std::vector<FamilyArgument> all;
  for (const auto& list : lists) all.insert(all.end(), list.begin(), list.end());
  return all;
}

}  // namespace losscast
