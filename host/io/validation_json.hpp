// What leaving runs out has shown, as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "losscast/fit/trust.hpp"

namespace losscast {

// `curves` are those that were validated: folds name their training runs by them. What is not finite, or not known, is
// null.
nlohmann::ordered_json validation_json(const Validation& validation, const Trust& trust, std::span<const Curve> curves);

}  // namespace losscast
