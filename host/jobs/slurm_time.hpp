// Time limits as Slurm writes them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace losscast {

// The seconds of "MINUTES", "M:S", "H:M:S", "D-H", "D-H:M" or "D-H:M:S"; nothing if it is none of them, such as
// "unlimited", or no more than zero.
std::optional<std::int64_t> slurm_seconds(std::string_view text);

// "H:MM:SS". Precondition: seconds > 0.
std::string slurm_time(std::int64_t seconds);

}  // namespace losscast
