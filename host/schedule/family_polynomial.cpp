// LR to + (peak - to)(1 - z)^exponent after the warm-up, z = (s - s0) / (decay_end - s0).
#include "schedule/decay.hpp"
#include "schedule/floor.hpp"

namespace losscast {

namespace {

Schedule make(const Arguments& given) {
  const ArgumentReader arguments(given);
  const Run run = read_run(arguments);
  const Step start = read_decay_start(arguments, run).value_or(run.law_begin);
  const double exponent = arguments.positive_number_or("exponent", 1);
  return decaying_schedule(arguments, run, read_decay(arguments, run, start, Shape::power, exponent));
}

}  // namespace

Family polynomial_family() {
  return {"polynomial", "a power of the time left: 1 is a straight line, 2 lands softly",
          joined({run_arguments(),
                  decay_start_arguments("warmup_steps"),
                  final_lr_arguments("0"),
                  decay_end_argument(),
                  progress_argument(),
                  floor_arguments(),
                  {{"exponent", FamilyArgument::Kind::number, "of the time left, above 0", "1"}}}),
          make};
}

}  // namespace losscast
