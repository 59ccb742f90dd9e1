// LR to + (peak - to)(1 + cos pi z)/2 after the warm-up, z = (s - s0) / (decay_end - s0).
#include "schedule/decay.hpp"
#include "schedule/floor.hpp"

namespace losscast {

namespace {

Schedule make(const Arguments& given) {
  const ArgumentReader arguments(given);
  const Run run = read_run(arguments);
  const Step start = read_decay_start(arguments, run).value_or(run.law_begin);
  return decaying_schedule(arguments, run, read_decay(arguments, run, start, Shape::cosine));
}

}  // namespace

Family cosine_family() {
  return {"cosine", "half a cosine down to the low rate: the classic of pre-training with a planned length",
          joined({run_arguments(), decay_start_arguments("warmup_steps"), final_lr_arguments("0"), decay_end_argument(),
                  progress_argument(), floor_arguments()}),
          make};
}

}  // namespace losscast
