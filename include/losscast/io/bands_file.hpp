/// \file
/// bands.csv: the forecast of one schedule over time.
#pragma once

#include <filesystem>
#include <span>

#include "losscast/engine/statistics.hpp"
#include "losscast/schedule/schedule.hpp"

namespace losscast {

/// Writes the step and the statistics that every result file reports, as docs/formats.md names them, one row a step.
/// Precondition: as many statistics as steps. Throws IoError if the file cannot be written.
void write_bands(const std::filesystem::path& file, std::span<const Step> steps,
                 std::span<const Statistics> statistics);

}  // namespace losscast
