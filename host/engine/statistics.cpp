#include "losscast/engine/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/loss_units.hpp"

namespace losscast {

const char* status_name(Status status) {
  switch (status) {
    case Status::ok:
      return "ok";
    case Status::diverged:
      return "diverged";
    case Status::non_finite:
      return "non-finite";
  }
  return "unknown";
}

Statistics summarise_paths(std::span<const float> values) {
  ExactMoments moments;
  bool non_finite = false;
  for (const float value : values) {
    if (!is_lost(value)) {
      moments.add(value);
    } else {
      non_finite = non_finite || std::isnan(value);
    }
  }
  Statistics out;
  const auto lost = static_cast<std::int64_t>(values.size()) - moments.count();
  out.diverged_share = static_cast<double>(lost) / static_cast<double>(values.size());
  out.mean = moments.count() > 0 ? moments.mean() : std::numeric_limits<double>::infinity();
  out.standard_deviation = std::sqrt(moments.variance());
  out.status = non_finite ? Status::non_finite : lost > 0 ? Status::diverged : Status::ok;
  return out;
}

double quantile(std::span<const float> ascending, double probability) {
  const double place = probability * static_cast<double>(ascending.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const double fraction = place - static_cast<double>(below);
  const double low = ascending[below];
  if (fraction == 0) return low;
  const double high = ascending[below + 1];
  return std::isinf(high) ? high : low + fraction * (high - low);
}

double tail_mean(std::span<const float> ascending) {
  constexpr std::size_t kParts = 20;  // of which the tail is the last: 5%
  if (is_lost(ascending.back())) return std::numeric_limits<double>::infinity();
  const std::size_t whole = ascending.size() / kParts, rest = ascending.size() % kParts;
  // All in integers: kParts times the tail's sum, over kParts times its weight, which is the number of values.
  WideInteger sum = 0;
  for (const float value : ascending.last(whole)) sum += loss_units(value);
  sum *= kParts;
  if (rest > 0) sum += static_cast<WideInteger>(rest) * loss_units(ascending[ascending.size() - whole - 1]);
  return nats_of_quotient(sum, static_cast<std::int64_t>(ascending.size()));
}

}  // namespace losscast
