#include "cli/duration_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace losscast {
namespace {

constexpr double kMinute = 60, kHour = 3600, kDay = 86'400;

}  // namespace

std::string duration_text(double seconds) {
  const auto text = [&](double unit, const char* name) {
    const double count = std::max(1.0, std::round(seconds / unit));
    return fmt::format("{:.0f} {}{}", count, name, count > 1 ? "s" : "");
  };
  if (seconds < 1.5 * kHour) return text(kMinute, "minute");
  if (seconds < 1.5 * kDay) return text(kHour, "hour");
  return text(kDay, "day");
}

}  // namespace losscast
