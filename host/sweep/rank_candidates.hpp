// Candidates simulated, compared and ordered.
#pragma once

#include <cstddef>
#include <vector>

#include "losscast/fit/fit.hpp"
#include "losscast/sweep/config.hpp"
#include "losscast/sweep/options.hpp"
#include "losscast/sweep/result.hpp"

namespace losscast {

enum class Order {
  by_mean,
  as_given,  // whatever their means; the others are compared with the first candidate
};

// Throws InputError if a sweep needs more memory than this machine has.
void require_memory(std::size_t bytes);

// Throws InputError if the candidates of a list and their results would need more memory than there is, by a sample of
// them: before they are made.
void require_memory_for(const CandidateList& candidates);

// Simulates, compares and orders the candidates, and records those over time that config.bands names.
SweepResult rank_candidates(const SweepConfig& config, std::vector<Candidate> candidates, const Fit& fit,
                            const SweepOptions& options, Order order);

// The candidates by their means, with what the fit knows of them.
SweepResult rank_by_mean(const SweepConfig& config, std::vector<Candidate> candidates, const Fit& fit,
                         const SweepOptions& options);

}  // namespace losscast
