// Rounds that are too short to be divided: whoever merges computes them at once.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "jobs/round_folder.hpp"
#include "jobs/shard_file.hpp"
#include "losscast/jobs/run_shards.hpp"

namespace losscast {

// The sweep whose rounds are computed, and how.
struct SweepAtHand {
  const std::filesystem::path& folder;
  const SweepPlan& plan;
  const Execution& execution;
  double most_seconds;           // that what was computed may be worth while it lies in memory alone
  const Provenance& provenance;  // of the plan, if the folder does not have it yet
  JobObserver& observer;
};

// Computes the open round, a short one that has a file, from where it was left. Returns false if another process is at
// it. Throws Error(ExitCode::interrupted) at a request to stop.
bool compute_kept_round(const SweepAtHand& sweep);

// Computes short rounds one after another. What they come to lies in memory alone, until that is worth as many seconds
// as a short round may take: then the open round gets a file, and so it does at a request to stop. A process that is
// interrupted, in whatever way, loses no more than that.
class ShortRounds {
 public:
  // `last`: the number of the last round that has a file. `revisions`: of the program, that the rounds come from.
  ShortRounds(const SweepAtHand& sweep, int last, std::vector<std::string> revisions)
      : sweep_(sweep), last_(last), revisions_(std::move(revisions)) {}

  // Computes and closes the open round. Returns whether it was closed: not if another process is at it. Throws
  // Error(ExitCode::interrupted) at a request to stop.
  bool close(SweepRounds& rounds);

  int last() const { return last_; }  // the number of the last round that has a file

 private:
  bool go_on(SweepRounds& rounds, const PlannedRound& round);
  void keep(const SweepRounds& rounds, const PlannedRound& round, const ShardWork& work);

  const SweepAtHand sweep_;
  int last_;
  std::vector<std::string> revisions_;
  double unkept_ = 0;  // seconds that closed rounds took since the last file
};

}  // namespace losscast
