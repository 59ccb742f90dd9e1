// Steps as numbers in arguments: how large they may be, and lists of those at which something takes another value.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "losscast/schedule/segment.hpp"

namespace losscast {

// The longest run that is accepted: beyond it a misplaced digit is likelier than a plan.
inline constexpr double kMaxSteps = 1e12;

// `steps` as steps. Throws ArgumentError(key, ...) unless they are whole numbers that begin with 0 and ascend;
// `quantity` is what would be unknown before the first: "the LR".
std::vector<Step> stair_steps(const std::string& key, std::span<const double> steps, std::string_view quantity);

}  // namespace losscast
