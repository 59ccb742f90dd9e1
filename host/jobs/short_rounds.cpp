#include "jobs/short_rounds.hpp"

#include <chrono>
#include <cmath>

#include "jobs/part_size.hpp"
#include "jobs/shard_file.hpp"
#include "losscast/base/error.hpp"

namespace losscast {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point then) { return std::chrono::duration<double>(Clock::now() - then).count(); }

std::vector<std::string_view> views(const std::vector<std::string>& parts) { return {parts.begin(), parts.end()}; }

// The open round, until it is done, the seconds are over, or it is asked to stop.
ShardWork compute(SweepRounds& rounds, const PlannedRound& round, double seconds, JobObserver& observer) {
  ShardWork work = new_shard(round, 0);
  observer.begins(round.round.name, work.items, 0);
  PartSize size;
  const auto beginning = Clock::now();
  while (!work.is_finished() && seconds_since(beginning) < seconds && !observer.asks_to_stop()) {
    const std::int64_t items = size.next(work.items - work.done);
    const auto began = Clock::now();
    RoundPart part = rounds.compute(work.done, items);
    const double took = seconds_since(began);
    size.took(items, took);
    work.add(std::move(part), items, took);
    observer.progress(work.done, work.best);
  }
  if (work.is_finished()) observer.ends();
  return work;
}

[[noreturn]] void fail_interrupted(const fs::path& folder) {
  throw Error(ExitCode::interrupted, "interrupted", "by a signal; what was done is kept in " + folder.string(),
              "give the same command to go on");
}

}  // namespace

bool compute_kept_round(const SweepAtHand& sweep) {
  const ShardsEnd end = run_shards(sweep.folder, sweep.plan, {}, {sweep.execution, 1, {}}, sweep.observer);
  if (end == ShardsEnd::saved) fail_interrupted(sweep.folder);
  return end == ShardsEnd::finished;
}

bool ShortRounds::close(SweepRounds& rounds) {
  PlannedRound round;
  round.number = last_ + 1;
  round.plan = sweep_.plan.hash;
  round.round = *rounds.open();
  round.cuts = even_cuts(round.round.items, 1);
  round.revisions = revisions_;
  round.is_for_merge = true;
  const auto began = Clock::now();
  const ShardWork work = compute(rounds, round, sweep_.most_seconds - unkept_, sweep_.observer);
  if (work.is_finished()) {
    rounds.close(views(work.parts), work.seconds);
    unkept_ += seconds_since(began);
    return true;
  }
  if (last_round(sweep_.folder) >= round.number) return false;
  const bool is_to_stop = sweep_.observer.asks_to_stop();
  if (is_to_stop) sweep_.observer.before_saving();
  keep(rounds, round, work);
  if (is_to_stop) fail_interrupted(sweep_.folder);
  return go_on(rounds, round);
}

void ShortRounds::keep(const SweepRounds& rounds, const PlannedRound& round, const ShardWork& work) {
  if (holds_plan(sweep_.folder)) {
    PlannedRound kept = round;
    kept.state = rounds.state();
    write_round(sweep_.folder, kept);
  } else {
    freeze_plan(sweep_.plan, rounds, 1, sweep_.folder, sweep_.provenance);
  }
  if (work.done > 0) write_shard(sweep_.folder, work);
}

bool ShortRounds::go_on(SweepRounds& rounds, const PlannedRound& round) {
  if (!compute_kept_round(sweep_)) return false;
  const std::optional<ShardWork> work = read_shard(sweep_.folder, round, 0);
  if (!work || !work->is_finished()) return false;
  rounds.close(views(work->parts), work->seconds);
  unkept_ = 0;
  last_ = round.number;
  return true;
}

}  // namespace losscast
