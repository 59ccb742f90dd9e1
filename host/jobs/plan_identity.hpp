// What tells one plan from another: all that the result of a sweep depends on, as names and values.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "losscast/jobs/differing_key.hpp"
#include "losscast/sweep/config.hpp"
#include "losscast/sweep/options.hpp"

namespace losscast {

// From key to value: the settings of the resolved sweep file, how it is computed, and the checksums of the fit, of the
// files of learning rates, and the version of the program.
using PlanIdentity = std::map<std::string, std::string>;

// The keys of what is neither a setting nor a flag.
inline constexpr const char* kFitKey = "fit, SHA-256";
inline constexpr const char* kVersionKey = "version of losscast";

PlanIdentity plan_identity(const SweepConfig& config, const SweepOptions& options, const std::string& fit_sha256);

// The file of learning rates whose checksum has this key; nothing if there is none.
std::optional<std::filesystem::path> rates_file(const SearchSpace& space, const std::string& key);

// SHA-256 of the identity, 64 digits.
std::string identity_hash(const PlanIdentity& identity);

// The keys whose values differ, in alphabetical order.
std::vector<DifferingKey> differing_keys(const PlanIdentity& before, const PlanIdentity& now);

}  // namespace losscast
