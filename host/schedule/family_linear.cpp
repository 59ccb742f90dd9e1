// LR to + (peak - to)(1 - z) after the warm-up, z = (s - s0) / (decay_end - s0).
#include "schedule/decay.hpp"
#include "schedule/floor.hpp"

namespace losscast {

namespace {

Schedule make(const Arguments& given) {
  const ArgumentReader arguments(given);
  const Run run = read_run(arguments);
  const Step start = read_decay_start(arguments, run).value_or(run.law_begin);
  return decaying_schedule(arguments, run, read_decay(arguments, run, start, Shape::linear));
}

}  // namespace

Family linear_family() {
  return {"linear",
          "a straight line down to the low rate: fine-tuning, and a strong choice for pre-training when it ends at 0",
          joined({run_arguments(), decay_start_arguments("warmup_steps"), final_lr_arguments("0"), decay_end_argument(),
                  progress_argument(), floor_arguments()}),
          make};
}

}  // namespace losscast
