// How often a search by a quantile or a tail mean certifies a winner that is as good as claimed.
#pragma once

#include <nlohmann/json.hpp>

#include "bench/common/experiment.hpp"
#include "losscast/engine/ensemble.hpp"

namespace losscast::bench {

// Whole searches of 24 short WSD runs with jumps, each on random numbers of its own: objectives, jumps and how many
// candidates are good differ from row to row, and the truth is from one long run. An array of rows.
nlohmann::ordered_json measure_tail_searches(Experiment request, int repeats);
void print_tail_searches(const nlohmann::ordered_json& rows);

}  // namespace losscast::bench
