#include "losscast/jobs/merge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <set>

#include "jobs/part_size.hpp"
#include "jobs/round_folder.hpp"
#include "jobs/shard_file.hpp"
#include "losscast/base/build_info.hpp"
#include "losscast/base/error.hpp"
#include "losscast/sweep/begin_rounds.hpp"

namespace losscast {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

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

void notice_other_revisions(const FinishedShards& all, JobObserver& observer) {
  std::set<std::string> others;
  for (const ShardWork& shard : all.shards)
    if (shard.revision != build_info().revision) others.insert(shard.revision);
  for (const std::string& other : others)
    observer.notices(fmt::format("shards were computed by revision {} of the program, and are merged by {}", other,
                                 build_info().revision));
}

// All of the open round, here and now. Returns its parts.
std::vector<std::string> compute_here(SweepRounds& rounds, const Round& round, JobObserver& observer) {
  observer.begins(round.name, round.items, 0);
  std::vector<std::string> parts;
  PartSize size;
  double best = std::numeric_limits<double>::quiet_NaN();
  for (std::int64_t done = 0; done < round.items;) {
    if (observer.asks_to_stop())
      throw Error(ExitCode::interrupted, "interrupted", "by a signal", "give the same command to go on");
    const std::int64_t items = size.next(round.items - done);
    const auto began = Clock::now();
    RoundPart part = rounds.compute(done, items);
    size.took(items, std::chrono::duration<double>(Clock::now() - began).count());
    parts.push_back(std::move(part.bytes));
    best = std::fmin(best, part.best);
    done += items;
    observer.progress(done, best);
  }
  observer.ends();
  return parts;
}

void close_round_here(SweepRounds& rounds, const Round& round, JobObserver& observer) {
  const auto began = Clock::now();
  const std::vector<std::string> parts = compute_here(rounds, round, observer);
  const std::vector<std::string_view> views(parts.begin(), parts.end());
  rounds.close(views, std::chrono::duration<double>(Clock::now() - began).count());
}

// Goes on from rounds that are closed. `merged` says which round that was.
Merged advance(SweepRounds& rounds, const fs::path& folder, const SweepPlan& plan, const MergeOptions& options,
               Merged merged, JobObserver& observer) {
  while (const std::optional<Round> open = rounds.open()) {
    if (open->seconds > options.most_seconds_here) {
      const int shards = std::clamp(options.shards.value_or(usual_shards(*open)), 1, options.most_shards);
      const PlannedRound next{merged.round + 1, plan.hash, *open, even_cuts(open->items, shards), rounds.state()};
      if (!holds_plan(folder))
        freeze_plan(plan, rounds, shards, folder, options.provenance);
      else if (last_round(folder) < next.number)  // not opened meanwhile by another process, which divides it otherwise
        write_round(folder, next);
      merged.next_shards = read_round(folder, next.number, plan.hash).shards();
      return merged;
    }
    close_round_here(rounds, *open, observer);
  }
  merged.result = rounds.finish();
  return merged;
}

}  // namespace

Merged begin_sweep(const fs::path& folder, const SweepPlan& plan, const MergeOptions& options, JobObserver& observer) {
  SweepOptions how = plan.options;
  how.execution = options.execution;
  const std::unique_ptr<SweepRounds> rounds = begin_rounds(plan.config, plan.fit, how);
  return advance(*rounds, folder, plan, options, {}, observer);
}

Merged merge_rounds(const fs::path& folder, const SweepPlan& plan, const MergeOptions& options, JobObserver& observer) {
  Merged merged;
  merged.round = last_round(folder);
  if (merged.round == 0) return begin_sweep(folder, plan, options, observer);
  const PlannedRound round = read_round(folder, merged.round, plan.hash);
  SweepOptions how = plan.options;
  how.execution = options.execution;
  std::unique_ptr<SweepRounds> rounds;
  {
    const FinishedShards all = read_shards(folder, round);
    merged.missing = all.missing;
    if (!merged.missing.empty()) return merged;
    notice_other_revisions(all, observer);
    rounds = resume_rounds(plan.config, plan.fit, how, round.state);
    rounds->close(all.parts(), all.seconds() / options.jobs);
  }
  remove_leftovers(round_folder(folder, merged.round));
  return advance(*rounds, folder, plan, options, std::move(merged), observer);
}

}  // namespace losscast
