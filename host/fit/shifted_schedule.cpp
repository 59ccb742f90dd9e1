#include "fit/shifted_schedule.hpp"

#include <algorithm>

#include "losscast/schedule/warmup.hpp"

namespace losscast {
namespace {

// Whether the LR is lower some steps after a border than at the update before it.
bool falls_at(const Schedule& schedule, Step border, Step after) {
  constexpr double kFall = 0.02;
  const Step later = std::min(schedule.total_steps() - 1, border + after);
  return schedule.lr(later) < (1 - kFall) * schedule.lr(border - 1);
}

// Whether the LR was falling before the border, too, so that nothing begins there.
bool was_falling(const Schedule& schedule, Step border, Step before) {
  constexpr double kFall = 0.02;
  return schedule.lr(border - 1) < (1 - kFall) * schedule.lr(std::max<Step>(0, border - 1 - before));
}

}  // namespace

bool is_shifted_schedule(const Schedule& schedule, std::span<const Step> steps, const JunkRows& rows) {
  constexpr std::size_t kFewest = 3, kNear = 2;  // rows
  if (rows.kind == DisownedKind::stuck || rows.last - rows.first + 1 < kFewest) return false;
  const Step warm = warmup_end(schedule), length = steps[rows.last] - steps[rows.first];
  const auto place = [&](std::size_t row) { return steps[std::min(row, steps.size() - 1)]; };
  for (const Step border : breakpoints(schedule)) {
    if (border <= warm || border >= schedule.total_steps()) continue;
    if (!falls_at(schedule, border, length) || was_falling(schedule, border, length)) continue;
    const bool begins_there =
        steps[rows.first - std::min(rows.first, kNear)] <= border && border <= place(rows.first + kNear - 1);
    const bool is_within = steps[rows.first] <= border && border <= place(rows.last + kNear);
    if (rows.size > 0 ? begins_there : is_within) return true;
  }
  return false;
}

}  // namespace losscast
