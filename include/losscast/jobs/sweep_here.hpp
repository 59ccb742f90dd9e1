/// \file
/// A planned sweep from its beginning to its end, on this machine.
#pragma once

#include <filesystem>

#include "losscast/jobs/merge.hpp"

namespace losscast {

/// Begins the plan's sweep, or goes on with what an interrupted call has left in `folder`, and computes `jobs` shards
/// at a time until all rounds are over. A sweep of a few seconds leaves nothing in the folder. What another sweep has
/// left there, or what is damaged, is removed, which the observer is told of. Throws Error(ExitCode::interrupted) when
/// it was asked to stop: the same call then goes on. Throws as merge_rounds() does.
SweepResult sweep_here(const std::filesystem::path& folder, const SweepPlan& plan, const ShardOptions& options,
                       const Provenance& provenance, JobObserver& observer);

}  // namespace losscast
