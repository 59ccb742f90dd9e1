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

// The table of those, a line each.
std::string ranking_text(const SweepConfig& config, const SweepResult& result);

// A race's answer, how sure it is, and what would make it surer.
std::string certificate_text(const SweepCertificate& certificate);

// What it took.
std::string effort_text(const SweepResult& result);

// What to distrust about it, a sentence each.
std::vector<std::string> sweep_warnings(const SweepResult& result);

}  // namespace losscast
