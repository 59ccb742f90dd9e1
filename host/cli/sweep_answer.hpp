// A finished sweep: its files, and what is said of it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/flags.hpp"
#include "cli/kept_answer.hpp"
#include "jobs/plan_results.hpp"
#include "losscast/io/provenance.hpp"
#include "losscast/jobs/plan.hpp"
#include "losscast/sweep/options.hpp"
#include "losscast/sweep/result.hpp"

namespace losscast {

// What a sweep is computed with: of precision_flags(), scheme_flags(), backend_flags() and threads_flag().
SweepOptions read_sweep_options(const Flags& flags);

// --set, --delta and --confidence, and how they override the sweep file.
std::vector<Flag> settings_flags();
std::vector<std::string> read_settings(const Flags& flags);

// Writes the results into a folder, and the answer. Throws InputError for a loss that is no number.
Answer write_sweep(const SweepPlan& plan, SweepResult result, const Execution& execution,
                   const std::filesystem::path& out, const Provenance& provenance);

// Whether a folder has the results of the plan with this hash, whole, and their answer.
bool is_answered(const std::filesystem::path& folder, const std::string& plan);

// Says that it has, and gives the answer again. Precondition: is_answered().
void answer_again(const Flags& flags, const std::filesystem::path& folder);

}  // namespace losscast
