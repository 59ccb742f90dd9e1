/// \file
/// What a sweep found, read back from its results.
#pragma once

#include <filesystem>
#include <string>

#include "losscast/schedule/arguments.hpp"

namespace losscast {

/// The schedule that a sweep ranked first.
struct BestSchedule {
  Arguments arguments;        ///< of its family, `family` included
  std::filesystem::path fit;  ///< as the sweep named it
};

/// Reads results.json in a folder. Throws InputError naming file and key if the file is missing or holds no schedule.
BestSchedule read_best_schedule(const std::filesystem::path& folder);

}  // namespace losscast
