#include "losscast/schedule/warmup.hpp"

namespace losscast {

Step warmup_end(const Schedule& schedule) {
  Step s = 0;
  while (s + 1 < schedule.total_steps() && schedule.lr(s + 1) > schedule.lr(s)) ++s;
  return s;
}

}  // namespace losscast
