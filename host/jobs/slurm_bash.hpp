// The parts of the jobs' scripts that are the same in each, in Bash. They read the variables program, plan, round,
// cpus, requeues and max_seconds.
#pragma once

#include <string_view>

namespace losscast {

// Sets `shards` to this task's share of `list`, such as 0-3,7: shards_a_task of them.
extern const std::string_view kShardsByPlace;

extern const std::string_view kJobFunctions;

// Runs `shards` one after the other.
extern const std::string_view kArrayBody;

// Merges, and submits the next round with the words of the array `submit`.
extern const std::string_view kMergeBody;

}  // namespace losscast
