// What a sweep says to people.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "losscast/sweep/config.hpp"
#include "losscast/sweep/result.hpp"

namespace losscast {

// The candidates that are shown: the first few; results.csv has all.
std::span<const RankedCandidate> shown(const SweepResult& result);

// "14 of 200 candidates cannot be told apart by these runs ..., training X would help most", of so many ranked
// candidates, of which this is the first; nothing of a single one.
std::string known_text(const KnownRanking& known, std::size_t ranked, const RankedCandidate& first);

// The two columns of a table of candidates that say what the fit knows: their names, and their cells.
std::vector<std::string> known_header(const KnownRanking& known);
std::vector<std::string> known_cells(const KnownDifference& known);

// The table of the shown candidates, a line each, and below it the simulation's own error.
std::string ranking_text(const SweepConfig& config, const SweepResult& result);

// "70 of 128 paths diverge; outside: peak_lr 0.001 above 0.0003": what a reader of a candidate's losses has to know.
std::string candidate_notes(const RankedCandidate& candidate);

// "simulation's own error: ...", of the shown candidates; nothing if none has a loss.
std::string simulation_error_text(std::span<const RankedCandidate> shown, double confidence);

// A race's answer: what the fit knows of it, what the simulation certifies, and how sure that is. Precondition: there
// is a certificate.
std::string certificate_text(const SweepResult& result);

// What it took.
std::string effort_text(const SweepResult& result);

// What to distrust about it, by the counts of the result, a sentence each.
std::vector<std::string> sweep_warnings(const SweepResult& result);

}  // namespace losscast
