#include "losscast/jobs/sweep_here.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "jobs/round_folder.hpp"
#include "losscast/base/build_info.hpp"
#include "losscast/base/error.hpp"

namespace losscast {
namespace {

namespace fs = std::filesystem;

constexpr double kShortRound = 3;  // seconds, which are not worth files

// Why what lies in a folder is not this sweep's, or not whole; empty if it is.
std::string difference(const fs::path& folder, const SweepPlan& plan) {
  try {
    if (const std::string planned = planned_revision(folder); planned != build_info().revision)
      return fmt::format("it is of revision {} of the program, and this is {}", planned, build_info().revision);
    const std::vector<DifferingKey> keys = differing_keys(folder, plan);
    if (keys.empty()) read_round(folder, std::max(1, last_round(folder)), plan.hash);
    return differences_text(keys);
  } catch (const InputError& error) {
    return error.what();
  }
}

}  // namespace

SweepResult sweep_here(const fs::path& folder, const SweepPlan& plan, const ShardOptions& options,
                       const Provenance& provenance, JobObserver& observer) {
  if (holds_plan(folder)) {
    const std::string why = difference(folder, plan);
    if (!why.empty()) {
      observer.notices(fmt::format("{} cannot be gone on from ({}): the sweep starts anew", folder.string(), why));
      remove_plan(folder);
    }
  }
  MergeOptions merging;
  merging.execution = options.execution;
  merging.most_seconds_here = kShortRound;
  merging.shards = options.jobs;
  merging.jobs = options.jobs;
  merging.provenance = provenance;
  Merged merged;
  if (!holds_plan(folder)) merged = begin_sweep(folder, plan, merging, observer);
  while (!merged.result) {
    if (run_shards(folder, plan, {}, options, observer) == ShardsEnd::saved)
      throw Error(ExitCode::interrupted, "interrupted", "by a signal; what was done is kept in " + folder.string(),
                  "give the same command to go on");
    merged = merge_rounds(folder, plan, merging, observer);
    if (!merged.missing.empty())
      throw Error(ExitCode::incomplete, fmt::format("shard {} is missing", merged.missing.front().index),
                  merged.missing.front().reason, "give the same command to go on");
  }
  return std::move(*merged.result);
}

}  // namespace losscast
