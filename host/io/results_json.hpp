// The pieces of results.json, which the program's --json output is made of, too.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "losscast/fit/fit.hpp"
#include "losscast/io/provenance.hpp"
#include "losscast/precision/precision.hpp"
#include "losscast/sweep/config.hpp"
#include "losscast/sweep/result.hpp"

namespace losscast {

// The columns of results_columns.hpp, the share of lost paths and the status. What is not finite is null, since JSON
// has no such numbers.
nlohmann::ordered_json statistics_json(const Statistics& statistics);

nlohmann::ordered_json step_error_json(const StepError& error);

nlohmann::ordered_json levers_json(const LeversUsed& levers);

// Null without a goal. No seconds: the same request gives the same text.
nlohmann::ordered_json precision_json(const std::optional<PrecisionReport>& report);

// `total_seconds` counts everything, engine_seconds among it.
nlohmann::ordered_json performance_json(const Performance& performance, double total_seconds);

// What the fit knows of a ranking.
nlohmann::ordered_json known_json(const KnownRanking& known);

// Rank (from 1), family, arguments, statistics, difference to the best as the fit knows it and as it was simulated,
// extrapolations; where divergence has this cost, also what it comes to.
nlohmann::ordered_json candidate_json(const RankedCandidate& candidate, std::size_t rank, double divergence_cost);

// The whole document, of a result with so many candidates of each kind.
nlohmann::ordered_json results_json(const SweepConfig& config, const Fit& fit, const SweepResult& result,
                                    const SweepCounts& counts, const Provenance& provenance);

}  // namespace losscast
