#include "losscast/jobs/merge.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "jobs/round_folder.hpp"
#include "jobs/shard_file.hpp"
#include "jobs/short_rounds.hpp"
#include "losscast/base/build_info.hpp"
#include "losscast/base/error.hpp"
#include "losscast/sweep/begin_rounds.hpp"

namespace losscast {
namespace {

namespace fs = std::filesystem;

// A round's finished shards.
struct FinishedShards {
  std::vector<ShardWork> shards;
  std::vector<MissingShard> missing;

  std::vector<std::string_view> parts() const {
    std::vector<std::string_view> all;
    for (const ShardWork& shard : shards) all.insert(all.end(), shard.parts.begin(), shard.parts.end());
    return all;
  }
  double seconds() const {
    double sum = 0;
    for (const ShardWork& shard : shards) sum += shard.seconds;
    return sum;
  }
};

FinishedShards read_shards(const fs::path& folder, const PlannedRound& round) {
  FinishedShards all;
  for (int i = 0; i < round.shards(); ++i) {
    if (round.items_of(i) == 0) continue;  // more shards than items
    try {
      std::optional<ShardWork> work = read_shard(folder, round, i);
      if (work && work->is_finished())
        all.shards.push_back(std::move(*work));
      else
        all.missing.push_back({i, work ? fmt::format("{} of {} items are done", work->done, work->items)
                                       : std::string("nothing is done")});
    } catch (const InputError& error) {
      all.missing.push_back({i, error.what()});
    }
  }
  return all;
}

// What a round's state and its shards come from. Other revisions of the program than this one are named, or refused.
std::vector<std::string> revisions_of(const PlannedRound& round, const FinishedShards& all, const MergeOptions& options,
                                      JobObserver& observer) {
  std::vector<std::string> revisions = round.revisions;
  for (const ShardWork& shard : all.shards) add_revisions(revisions, shard.revisions);
  for (const std::string& other : revisions) {
    if (other == build_info().revision) continue;
    const std::string what = fmt::format("what is merged was computed by revision {} of the program, too", other);
    const std::string now = fmt::format("this is {}", build_info().revision);
    if (!options.accepts_other_revisions)
      throw Error(ExitCode::failed_diagnostics, what, now, "leave --strict out to accept it, or plan anew");
    observer.notices(what + ", and " + now);
  }
  add_revisions(revisions, {build_info().revision});
  return revisions;
}

Merged held_elsewhere(int round) {
  Merged merged;
  merged.round = round;
  merged.missing = {{0, "another process is at it"}};
  return merged;
}

// Opens a round whose shards others compute, and returns how many these are.
int divide(const SweepRounds& rounds, const fs::path& folder, const SweepPlan& plan, const MergeOptions& options,
           int number, const std::vector<std::string>& revisions) {
  const Round open = *rounds.open();
  const int shards = std::clamp(options.shards.value_or(usual_shards(open)), 1, options.most_shards);
  if (!holds_plan(folder))
    freeze_plan(plan, rounds, shards, folder, options.provenance);
  else if (last_round(folder) < number)  // not opened meanwhile by another process, which divides it otherwise
    write_round(folder, {number, plan.hash, open, even_cuts(open.items, shards), rounds.state(), {}, revisions});
  return read_round(folder, number, plan.hash).shards();
}

SweepOptions how(const SweepPlan& plan, const MergeOptions& options) {
  SweepOptions how = plan.options;
  how.execution = options.execution;
  return how;
}

SweepAtHand at_hand(const fs::path& folder, const SweepPlan& plan, const MergeOptions& options, JobObserver& observer) {
  return {folder, plan, options.execution, options.most_seconds_here, options.provenance, observer};
}

// A sweep whose rounds before the open one are closed.
struct SweepUnderWay {
  std::unique_ptr<SweepRounds> rounds;
  int last_round = 0;                  // that has a file
  std::vector<std::string> revisions;  // of the program, that it comes from
};

Merged advance(SweepUnderWay sweep, const fs::path& folder, const SweepPlan& plan, const MergeOptions& options,
               JobObserver& observer) {
  ShortRounds short_rounds(at_hand(folder, plan, options, observer), sweep.last_round, sweep.revisions);
  Merged merged;
  while (const std::optional<Round> open = sweep.rounds->open()) {
    merged.round = short_rounds.last();
    if (open->seconds > options.most_seconds_here) {
      merged.next_shards = divide(*sweep.rounds, folder, plan, options, merged.round + 1, sweep.revisions);
      return merged;
    }
    if (!short_rounds.close(*sweep.rounds)) return held_elsewhere(merged.round + 1);
  }
  merged.round = short_rounds.last();
  merged.result = sweep.rounds->finish();
  return merged;
}

}  // namespace

Merged begin_sweep(const fs::path& folder, const SweepPlan& plan, const MergeOptions& options, JobObserver& observer) {
  return advance({begin_rounds(plan.config, plan.fit, how(plan, options)), 0, {build_info().revision}}, folder, plan,
                 options, observer);
}

Merged merge_rounds(const fs::path& folder, const SweepPlan& plan, const MergeOptions& options, JobObserver& observer) {
  const int last = last_round(folder);
  if (last == 0) return begin_sweep(folder, plan, options, observer);
  const PlannedRound round = read_round(folder, last, plan.hash);
  if (round.is_for_merge && !compute_kept_round(at_hand(folder, plan, options, observer))) return held_elsewhere(last);
  SweepUnderWay sweep{nullptr, last, {}};
  {
    const FinishedShards all = read_shards(folder, round);
    if (!all.missing.empty()) return {last, all.missing, {}, {}};
    sweep.revisions = revisions_of(round, all, options, observer);
    sweep.rounds = resume_rounds(plan.config, plan.fit, how(plan, options), round.state);
    sweep.rounds->close(all.parts(), all.seconds() / options.jobs);
  }
  remove_leftovers(round_folder(folder, last));
  return advance(std::move(sweep), folder, plan, options, observer);
}

}  // namespace losscast
