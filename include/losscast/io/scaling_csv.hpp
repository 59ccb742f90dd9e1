/// \file
/// The checkpoints of a family of models, from a CSV file.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "losscast/io/curve_csv_options.hpp"
#include "losscast/scaling/sized_model.hpp"

namespace losscast {

/// What was read, and what was done to it.
struct ScalingTable {
  std::vector<SizedModel> models;  ///< by size, then as they come in the file
  std::vector<std::string> notes;  ///< a sentence each
};

/// Reads a CSV file with the columns `params`, `tokens` and `loss`. Rows of one model have the same `params` and, where
/// there are such columns, the same `width`, `depth` and `model`; where its tokens begin anew, another model of the
/// same size begins. Rows that repeat an earlier one of their model and models that repeat another one are left out.
/// Where a column `step` says that tokens are logarithms (in each model they grow with the logarithm of the step, which
/// no training does) they are undone. Throws InputError with file, line and column for whatever cannot be.
ScalingTable read_scaling_csv(const std::filesystem::path& file, LossUnit unit = LossUnit::nats);

}  // namespace losscast
