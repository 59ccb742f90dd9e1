// Which of many processes this one is, for messages that end up in one place.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace losscast {

// "job 123_4, shard 7, host node03, GPU 0": the job as Slurm, PBS, LSF or Grid Engine names it in the environment, the
// shard if there is one, the machine, and the GPUs that CUDA_VISIBLE_DEVICES leaves. What is unknown is left out.
std::string where_it_runs(std::optional<std::int64_t> shard = std::nullopt);

}  // namespace losscast
