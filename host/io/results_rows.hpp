// The rows of results.csv, read back.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>

#include "losscast/io/sweep_results.hpp"

namespace losscast {

// What must be known to read the rows.
struct RowsToRead {
  std::span<const FamilySpace> families;
  std::optional<Step> horizon;  // at which candidates are ranked, where their family says none
  std::size_t candidates = 0;   // that the file is to have
  bool has_divergence = false;  // whether divergence has a cost
};

// The rows that a reader keeps, see SweepResults. Throws InputError naming file, line and column for anything that
// write_results_csv() does not write of such families, and if the file has not as many rows.
std::vector<ResultsRow> read_results_rows(const std::filesystem::path& file, const RowsToRead& wanted);

}  // namespace losscast
