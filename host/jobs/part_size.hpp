// How many items of a round to compute at a time.
#pragma once

#include <algorithm>
#include <cstdint>

namespace losscast {

// Few enough that little is lost when the work is cut short, and so many that a long shard does not come in too many
// parts.
class PartSize {
 public:
  std::int64_t next(std::int64_t left) const { return std::min(left, items_); }
  void took(std::int64_t items, double seconds) {
    total_ += seconds;
    const double wanted = std::clamp(total_ / kMostParts, kLeast, kLongest);
    const double fits = seconds > 0 ? static_cast<double>(items) * wanted / seconds : 8 * static_cast<double>(items);
    items_ = std::max<std::int64_t>(1, std::min(static_cast<std::int64_t>(fits), 8 * items));
  }

 private:
  static constexpr double kLeast = 0.25, kLongest = 10;  // seconds
  static constexpr double kMostParts = 200;              // of a shard, about, while parts are not the longest
  std::int64_t items_ = 16;
  double total_ = 0;
};

// In how many parts items come that take so many seconds together, each as long as any other.
inline double parts_of(std::int64_t items, double seconds) {
  PartSize size;
  double parts = 0;
  for (std::int64_t left = items; left > 0; ++parts) {
    const std::int64_t next = size.next(left);
    size.took(next, seconds * static_cast<double>(next) / static_cast<double>(items));
    left -= next;
  }
  return parts;
}

}  // namespace losscast
