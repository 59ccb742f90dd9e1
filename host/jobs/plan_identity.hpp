// What tells one plan from another: all that the result of a sweep depends on, as names and values.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "losscast/jobs/differing_key.hpp"
#include "losscast/sweep/config.hpp"
#include "losscast/sweep/options.hpp"

namespace losscast {

// From key to value: the settings of the resolved sweep file, how it is computed, and the checksums of the fit, of the
// files of learning rates, and the version of the program.
using PlanIdentity = std::map<std::string, std::string>;

PlanIdentity plan_identity(const SweepConfig& config, const SweepOptions& options, const std::string& fit_sha256);

// SHA-256 of the identity, 64 digits.
std::string identity_hash(const PlanIdentity& identity);

// The keys whose values differ, in alphabetical order.
std::vector<DifferingKey> differing_keys(const PlanIdentity& before, const PlanIdentity& now);

}  // namespace losscast
