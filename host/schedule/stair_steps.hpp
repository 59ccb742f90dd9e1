// The steps at which something takes another value.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "losscast/schedule/schedule.hpp"

namespace losscast {

// `steps` as steps. Throws ArgumentError(key, ...) unless they are whole numbers that begin with 0 and ascend;
// `quantity` is what would be unknown before the first: "the LR".
std::vector<Step> stair_steps(const std::string& key, std::span<const double> steps, std::string_view quantity);

}  // namespace losscast
