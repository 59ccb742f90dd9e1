#include "jobs/plan_progress.hpp"

#include <algorithm>

#include "jobs/plan_results.hpp"
#include "jobs/round_folder.hpp"
#include "jobs/shard_file.hpp"
#include "losscast/base/error.hpp"
#include "losscast/jobs/plan.hpp"

namespace losscast {
namespace {

namespace fs = std::filesystem;

// A shard without items has no file.
ShardState state_of(const fs::path& folder, const PlannedRound& round, int shard) {
  const std::int64_t items = round.items_of(shard);
  const std::int64_t done = items == 0 ? 0 : items_done(folder, round, shard);
  return {shard, items, done, done == items};
}

OpenRound open_round(const fs::path& folder, int number, const std::string& plan) {
  OpenRound open;
  open.number = number;
  if (number == 0) {
    open.is_lost = planned_shards(folder) > 0;
    open.name = open.is_lost ? "the first one anew, by the merge" : "all of it, by the merge";
    return open;
  }
  const PlannedRound round = read_round(folder, number, plan);
  open.name = round.round.name;
  open.shards = round.shards();
  open.is_for_merge = round.is_for_merge;
  open.seconds_a_shard = round.round.seconds / round.shards();
  for (int shard = 0; shard < round.shards(); ++shard) {
    open.states.push_back(state_of(folder, round, shard));
    if (!open.states.back().is_done) open.missing.push_back(shard);
  }
  return open;
}

}  // namespace

PlanProgress plan_progress(const fs::path& folder) {
  PlanProgress progress;
  progress.plan = read_plan(folder).hash;
  const int last = last_round(folder);
  if (has_whole_results(folder, progress.plan)) {
    progress.closed = last;
  } else {
    progress.closed = std::max(last - 1, 0);
    progress.open = open_round(folder, last, progress.plan);
  }
  return progress;
}

std::vector<ClosedRound> closed_rounds(const fs::path& folder, const PlanProgress& progress) {
  std::vector<ClosedRound> rounds;
  for (int number = 1; number <= progress.closed; ++number) {
    const PlannedRound round = read_round(folder, number, progress.plan);
    rounds.push_back({number, round.round.name, round.shards()});
  }
  return rounds;
}

std::vector<int> damaged_shards(const fs::path& folder, const PlanProgress& progress) {
  std::vector<int> damaged;
  if (!progress.open || progress.open->number == 0) return damaged;
  const PlannedRound round = read_round(folder, progress.open->number, progress.plan);
  for (const ShardState& shard : progress.open->states) {
    if (!shard.is_done) continue;
    try {
      read_shard(folder, round, shard.index);
    } catch (const InputError&) {
      damaged.push_back(shard.index);
    }
  }
  return damaged;
}

}  // namespace losscast
