// The ranked candidates of a sweep as the text of results.csv.
#pragma once

#include "losscast/format/atomic_file.hpp"
#include "losscast/sweep/config.hpp"
#include "losscast/sweep/ranked_rows.hpp"

namespace losscast {

// Appends a header and all rows: rank, family, a column for each argument of any family, statistics, what the fit knows
// of the difference to the best, paired difference, divergence where it has a cost, extrapolations, status. Returns the
// counts of the rows. The bytes do not depend on the chunks.
SweepCounts write_results_csv(const SweepConfig& config, const RankedRows& rows, const RowChunks& chunks,
                              AtomicFile& file);

// What a row takes, about.
double bytes_of_row(const SweepConfig& config);

}  // namespace losscast
