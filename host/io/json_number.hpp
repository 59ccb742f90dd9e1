// A number of a result in JSON, which knows no infinity and no NaN.
#pragma once

#include <cmath>
#include <nlohmann/json.hpp>

namespace losscast {

// The number, or null if it is not finite.
inline nlohmann::ordered_json number_or_null(double number) {
  return std::isfinite(number) ? nlohmann::ordered_json(number) : nlohmann::ordered_json(nullptr);
}

}  // namespace losscast
