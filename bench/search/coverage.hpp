// How often a search's winner is as good as claimed, where all candidates are known.
#pragma once

#include <nlohmann/json.hpp>

#include "bench/common/experiment.hpp"
#include "losscast/engine/ensemble.hpp"

namespace losscast::bench {

struct CoverageCase {
  int repeats = 200;
  std::int64_t candidates = 300;
  std::int64_t draws = 256;  // of each repetition, chosen at random among the request's
};

// Whole searches of random parts of a space under random subsets of the request's draws, against every candidate's
// mean over these draws in four times as many blocks. An array, a row for each kind of space and of delta.
nlohmann::ordered_json measure_coverage(const Experiment& request, const CoverageCase& asked);
void print_coverage(const nlohmann::ordered_json& rows);

}  // namespace losscast::bench
