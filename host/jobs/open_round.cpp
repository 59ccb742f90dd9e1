#include "jobs/open_round.hpp"

#include "jobs/plan_results.hpp"
#include "jobs/round_folder.hpp"
#include "jobs/shard_file.hpp"
#include "losscast/base/contract.hpp"
#include "losscast/base/error.hpp"
#include "losscast/jobs/plan.hpp"

namespace losscast {
namespace {

namespace fs = std::filesystem;

// A shard without items has no file.
ShardState state_of(const fs::path& folder, const PlannedRound& round, int shard) {
  const std::int64_t items = round.items_of(shard);
  const std::int64_t done = items == 0 ? 0 : items_done(folder, round.number, shard);
  return {shard, items, done, done == items};
}

}  // namespace

std::optional<OpenRound> open_round(const fs::path& folder) {
  const SweepPlan plan = read_plan(folder);
  if (has_results(folder, plan.hash)) return std::nullopt;
  OpenRound open;
  open.number = last_round(folder);
  if (open.number == 0) {
    open.name = "all of it, by the merge";
    return open;
  }
  const PlannedRound round = read_round(folder, open.number, plan.hash);
  open.name = round.round.name;
  open.shards = round.shards();
  open.seconds_a_shard = round.round.seconds / round.shards();
  for (int shard = 0; shard < round.shards(); ++shard)
    if (!state_of(folder, round, shard).is_done) open.missing.push_back(shard);
  return open;
}

std::vector<ClosedRound> closed_rounds(const fs::path& folder) {
  const SweepPlan plan = read_plan(folder);
  const int last = last_round(folder);
  const int closed = has_results(folder, plan.hash) ? last : last - 1;
  std::vector<ClosedRound> rounds;
  for (int number = 1; number <= closed; ++number) {
    const PlannedRound round = read_round(folder, number, plan.hash);
    rounds.push_back({number, round.round.name, round.shards()});
  }
  return rounds;
}

std::vector<int> damaged_shards(const fs::path& folder) {
  const SweepPlan plan = read_plan(folder);
  std::vector<int> damaged;
  const int number = last_round(folder);
  if (number == 0) return damaged;
  const PlannedRound round = read_round(folder, number, plan.hash);
  for (int shard = 0; shard < round.shards(); ++shard) {
    if (!state_of(folder, round, shard).is_done) continue;
    try {
      read_shard(folder, round, shard);
    } catch (const InputError&) {
      damaged.push_back(shard);
    }
  }
  return damaged;
}

std::vector<ShardState> shard_states(const fs::path& folder, std::span<const int> shards) {
  if (shards.empty()) return {};
  const SweepPlan plan = read_plan(folder);
  const PlannedRound round = read_round(folder, last_round(folder), plan.hash);
  std::vector<ShardState> states;
  for (const int shard : shards) {
    LOSSCAST_EXPECTS(shard >= 0 && shard < round.shards());
    states.push_back(state_of(folder, round, shard));
  }
  return states;
}

}  // namespace losscast
