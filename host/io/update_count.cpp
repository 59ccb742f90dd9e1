#include "io/update_count.hpp"

#include <algorithm>

namespace losscast {

UpdateCount::UpdateCount(const StepValues& per_update) : stairs_{{0, 0, per_update.at(0)}} {
  for (const Step change : per_update.changes()) {
    const Stair& last = stairs_.back();
    const double begin = static_cast<double>(change);
    stairs_.push_back({last.consumed + (begin - last.begin) * last.per_update, begin, per_update.at(change)});
  }
}

double UpdateCount::after(double consumed) const {
  const auto later = std::upper_bound(stairs_.begin() + 1, stairs_.end(), consumed,
                                      [](double value, const Stair& stair) { return value < stair.consumed; });
  const Stair& stair = *(later - 1);
  return stair.begin + (consumed - stair.consumed) / stair.per_update;
}

}  // namespace losscast
