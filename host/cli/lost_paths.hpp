// Paths that a simulation has lost, in words, and what they say against its answer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "losscast/engine/statistics.hpp"
#include "losscast/sweep/result.hpp"

namespace losscast {

// The share of the paths that may be lost without doubt. Where more are, the quantile of 95% is no loss: the band of
// 90% has no upper end, and the mean is that of a selection.
inline constexpr double kMostLost = 0.05;

// "302 of 512 paths diverge"; nothing if none is lost.
std::string lost_paths_text(const Statistics& statistics, std::int64_t paths);

// That, and of what the losses are then; nothing if none is lost.
std::vector<std::string> lost_paths_warnings(const Statistics& statistics, std::int64_t paths);

// That, if more than kMostLost are.
std::vector<std::string> lost_paths_doubts(const Statistics& statistics, std::int64_t paths);

// The same of a ranking with this first candidate, of which so many have lost paths.
std::vector<std::string> lost_paths_warnings(std::size_t lost, std::size_t candidates, const RankedCandidate& first);
std::vector<std::string> lost_paths_doubts(const RankedCandidate& first);

}  // namespace losscast
