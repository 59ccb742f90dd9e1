#include "schedule/stair_steps.hpp"

#include <fmt/format.h>

#include <cmath>

#include "losscast/base/error.hpp"
#include "losscast/format/number_text.hpp"

namespace losscast {

std::vector<Step> stair_steps(const std::string& key, std::span<const double> steps, std::string_view quantity) {
  std::vector<Step> ascending;
  for (const double value : steps) {
    if (value != std::trunc(value) || value < 0 || value > kMaxSteps)
      throw ArgumentError(key, fmt::format("{} contains {}", key, number_text(value)),
                          "it is no step, a whole number of at least 0", "correct it");
    const Step step = static_cast<Step>(value);
    if (ascending.empty() && step != 0)
      throw ArgumentError(key, fmt::format("{} begins with {}", key, step),
                          fmt::format("{} before it is unknown", quantity), "begin with 0");
    if (!ascending.empty() && step <= ascending.back())
      throw ArgumentError(key, fmt::format("{} contains {} after {}", key, step, ascending.back()), "they ascend",
                          "sort them, each once");
    ascending.push_back(step);
  }
  return ascending;
}

}  // namespace losscast
