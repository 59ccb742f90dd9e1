/// \file
/// Putting the shards of a planned sweep together.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "losscast/jobs/plan.hpp"
#include "losscast/jobs/run_shards.hpp"

namespace losscast {

/// A shard that cannot be merged.
struct MissingShard {
  int index = 0;       ///< in its round
  std::string reason;  ///< in words: how much of it is done, or what is wrong with its file
};

/// What merging has come to: one of the three.
struct Merged {
  int round = 0;                      ///< that was merged last, or whose shards are missing; 0: there are none
  std::vector<MissingShard> missing;  ///< without these the round cannot end
  std::optional<int> next_shards;     ///< a next round was opened, in so many shards
  std::optional<SweepResult> result;  ///< all rounds are over
};

/// How rounds are merged.
struct MergeOptions {
  Execution execution;  ///< of what is computed here
  /// A round that takes no longer, about, is computed at once instead of being divided into shards. No more seconds of
  /// such work than this lie in memory alone. [seconds]
  double most_seconds_here = 60;
  std::optional<int> shards;            ///< of a further round; by default as many as usual_shards() says
  int most_shards = 1000;               ///< and no more than these
  bool accepts_other_revisions = true;  ///< of the program, of which some of the work may be
  int jobs = 1;                         ///< how many shards were computed at a time, by which their seconds are divided
  Provenance provenance;                ///< of the plan, if the folder does not have it yet
};

/// Begins a plan's sweep, computes the rounds that are short, and freezes plan and sweep in the folder where a round
/// comes that is not. Throws as merge_rounds() does.
Merged begin_sweep(const std::filesystem::path& folder, const SweepPlan& plan, const MergeOptions& options,
                   JobObserver& observer);

/// Ends the open round if all of its shards are finished, computes the next one if it is short, and so on until a round
/// is opened that shards are to compute, or all are over. Every shard's checksum and plan are verified. When it was
/// asked to stop, it keeps what it has computed itself, and throws Error(ExitCode::interrupted). Throws
/// Error(ExitCode::failed_diagnostics) if the work of another revision of the program is to be refused, and as run()
/// does.
Merged merge_rounds(const std::filesystem::path& folder, const SweepPlan& plan, const MergeOptions& options,
                    JobObserver& observer);

}  // namespace losscast
