// Later phases in which the LR rises again: in words, and as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "losscast/fit/rewarming.hpp"

namespace losscast {

// Two lines for each, such as
// "phase of steps 4000 to 8000: the loss rises from 3.3264 by 0.1243 (0.1080 to 0.1410) to 3.4507 (3.4331 to 3.4686) at
//  step 4225"
// "  it is back at step 6801 (6605 to 7030), and 3.3031 (3.2970 to 3.3091) at the end"
std::string rewarming_text(const std::vector<Rewarming>& phases);

nlohmann::ordered_json rewarming_json(const std::vector<Rewarming>& phases);

}  // namespace losscast
