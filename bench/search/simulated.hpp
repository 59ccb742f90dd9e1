// How often a race's certified winner is as good as claimed where candidates have to be simulated: runs with spikes.
#pragma once

#include <nlohmann/json.hpp>

#include "bench/common/experiment.hpp"
#include "losscast/engine/ensemble.hpp"

namespace losscast::bench {

// Races of twelve short WSD runs, measured by the mean or the tail mean of batches of paths whose jumps are frequent,
// rare or very rare; delta is such that one of them alone is good, and the truth is from one long run. An array of
// rows.
nlohmann::ordered_json measure_simulated(Experiment request, int repeats);
void print_simulated(const nlohmann::ordered_json& rows);

}  // namespace losscast::bench
