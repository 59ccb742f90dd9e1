#include "space/existing_schedules.hpp"

#include <algorithm>
#include <limits>

#include "losscast/engine/statistics.hpp"

namespace losscast {

ExistingSchedules::ExistingSchedules(const CandidateList& candidates, std::span<const std::int64_t> numbers,
                                     int threads, std::optional<std::size_t> horizon) {
  for (std::optional<Candidate>& one : candidates.make(numbers, threads, horizon)) {
    exists_.push_back(one ? 1 : 0);
    if (one) recipes_.push_back(std::move(one->recipe));
  }
}

void ExistingSchedules::spread(std::span<const float> values, std::size_t count, std::span<float> out) const {
  auto from = values.begin();
  auto to = out.begin();
  for (const char exists : exists_) {
    if (exists != 0) {
      std::transform(from, from + static_cast<std::ptrdiff_t>(count), to,
                     [](float v) { return is_lost(v) ? std::numeric_limits<float>::infinity() : v; });
      from += static_cast<std::ptrdiff_t>(count);
    } else {
      std::fill_n(to, count, std::numeric_limits<float>::quiet_NaN());
    }
    to += static_cast<std::ptrdiff_t>(count);
  }
}

}  // namespace losscast
