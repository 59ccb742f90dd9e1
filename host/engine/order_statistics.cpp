// What is known of values once they ascend.
#include <cmath>
#include <limits>

#include "engine/loss_units.hpp"
#include "losscast/engine/statistics.hpp"

namespace losscast {

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

void add_order_statistics(std::span<const float> ascending, Statistics& statistics) {
  statistics.q05 = quantile(ascending, 0.05);
  statistics.q25 = quantile(ascending, 0.25);
  statistics.q50 = quantile(ascending, 0.50);
  statistics.q75 = quantile(ascending, 0.75);
  statistics.q95 = quantile(ascending, 0.95);
  statistics.q99 = quantile(ascending, 0.99);
  statistics.q999 = quantile(ascending, 0.999);
  statistics.tail_mean = tail_mean(ascending);
}

}  // namespace losscast
