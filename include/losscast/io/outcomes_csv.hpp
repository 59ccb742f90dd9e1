/// \file
/// Which trainings spiked, of which architectures, from a CSV file.
#pragma once

#include <filesystem>
#include <vector>

#include "losscast/stability/architecture.hpp"

namespace losscast {

/// A training that was made, and whether its loss spiked.
struct TrainingOutcome {
  Architecture architecture;  ///< checked
  double peak_lr = 0;         ///< above 0
  double steps = 0;           ///< above 0, at about that LR
  bool spiked = false;        ///< at least once, divergence included
};

/// Reads a CSV file with the columns `architecture` (a file as read_architecture() reads it, beside this one or by its
/// whole path), `peak_lr`, `steps` and `spiked` (yes or no); a column `embedding` says another one than the
/// architecture's file. Throws InputError naming file, line and column.
std::vector<TrainingOutcome> read_outcomes(const std::filesystem::path& file);

}  // namespace losscast
