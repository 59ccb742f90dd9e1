// What the commands have in common that plan a sweep, or do what was planned.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/flags.hpp"
#include "losscast/base/error.hpp"
#include "losscast/jobs/plan.hpp"

namespace losscast {

// The sweep of the command line, with its fit.
SweepPlan read_planned(const Flags& flags, const SweepOptions& options);

// --jobs, how many shards a machine computes at a time.
std::vector<Flag> jobs_flag();
int read_jobs(const Flags& flags);

// Where a sweep keeps what it has come to, in the folder of its results, while there are none.
inline constexpr const char* kProgressFolder = "progress";

// Removes such a folder with what it holds, but for what others have put into it.
void remove_progress(const std::filesystem::path& folder);

// Throws InputError if a folder for results holds a plan: plans have results of their own, which must not be written
// over.
void require_no_plan(const std::filesystem::path& folder);

// Why a plan has no shards.
inline constexpr const char* kOnePiece =
    "a sweep with a precision goal is one piece, as how many paths a candidate gets depends on all of them";

// What a plan takes, for people: "200 candidates, about 2 hours on this machine, about 1.3 GB in at most 12 files, in
// 14 shards". Where that is not known beforehand it says when the sweep ends.
std::string cost_text(const SweepPlan& plan, const std::optional<PlanCost>& cost, int shards);

// The same for programs: shards (0 where the sweep is one piece), candidates, seconds, bytes, files and ends_when. What
// is not known is null.
nlohmann::ordered_json cost_json(const SweepPlan& plan, const std::optional<PlanCost>& cost, int shards);

// Prints the resolved sweep file and what the sweep will take, of which nothing is computed but a few schedules.
void print_dry_run(const Flags& flags, const SweepPlan& plan, const SweepRounds& begun, int shards);

// Says how the program differs from that which made the plan, if it does: which a result should not depend on.
std::vector<std::string> other_revision(const std::filesystem::path& folder);

// What `work` returns; candidates that cannot be simulated are said with the file that describes them.
template <class Work>
auto blaming(const std::filesystem::path& file, Work work) {
  try {
    return work();
  } catch (const ArgumentError& error) {
    throw error.at(error.key()).at(file.string());
  }
}

}  // namespace losscast
