#include "losscast/jobs/run_shards.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <exception>
#include <limits>
#include <memory>
#include <mutex>
#include <thread>

#include "jobs/part_size.hpp"
#include "jobs/round_folder.hpp"
#include "jobs/shard_claim.hpp"
#include "jobs/shard_file.hpp"
#include "losscast/base/build_info.hpp"
#include "losscast/base/error.hpp"
#include "losscast/base/parallel.hpp"
#include "losscast/sweep/begin_rounds.hpp"

namespace losscast {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr double kBetweenLooks = 0.05;                        // seconds
constexpr double kBetweenSaves = 20, kMostBetweenSaves = 50;  // and a part may take ten seconds
constexpr double kShareOfSaving = 0.02;                       // of the time may go into saving
constexpr double kBetweenRenewals = 20;                       // of a claim

double seconds_since(Clock::time_point then) { return std::chrono::duration<double>(Clock::now() - then).count(); }

// A shard in work. Its file is written by the thread that computes it at the end, and by the one that watches
// meanwhile.
class ActiveShard {
 public:
  ActiveShard(const fs::path& plan, const PlannedRound& round, ShardWork work, std::unique_ptr<ShardClaim> claim)
      : plan_(plan), round_(round), work_(std::move(work)), claim_(std::move(claim)) {}

  void add(RoundPart part, std::int64_t items, double seconds) {
    const std::lock_guard lock(mutex_);
    work_.add(std::move(part), items, seconds);
    is_saved_ = false;
  }

  void save() {
    const std::lock_guard lock(mutex_);
    if (is_saved_ || !is_ours()) return;
    const auto began = Clock::now();
    write_shard(plan_, work_);
    is_saved_ = true;
    last_saved_ = Clock::now();
    between_saves_ = std::clamp(seconds_since(began) / kShareOfSaving, kBetweenSaves, kMostBetweenSaves);
  }

  // For when the program may end at any time: from now on another process may have the shard.
  void release() {
    const std::lock_guard lock(mutex_);
    claim_.reset();
  }

  void look_after() {
    renew();
    if (is_to_be_saved()) save();
  }

  std::int64_t first() const { return work_.first + work_.done; }  // that is not done, for the thread that computes
  std::int64_t left() const { return work_.items - work_.done; }   // likewise

 private:
  // Whether the file is still for this process to write: the shard is claimed or, if it was released, can be claimed
  // again, and nobody has come further with it meanwhile.
  bool is_ours() {
    if (claim_) return true;
    auto claim = std::make_unique<ShardClaim>(claim_file(plan_, work_.round, work_.shard));
    if (claim->holder() || items_done(plan_, round_, work_.shard) >= work_.done) return false;
    claim_ = std::move(claim);
    return true;
  }

  void renew() {
    const std::lock_guard lock(mutex_);
    if (!claim_ || seconds_since(last_renewed_) <= kBetweenRenewals) return;
    claim_->renew();
    last_renewed_ = Clock::now();
  }

  bool is_to_be_saved() {
    const std::lock_guard lock(mutex_);
    return seconds_since(last_saved_) > between_saves_;
  }

  const fs::path& plan_;
  const PlannedRound& round_;
  std::mutex mutex_;
  ShardWork work_;
  std::unique_ptr<ShardClaim> claim_;
  bool is_saved_ = true;
  Clock::time_point last_saved_ = Clock::now(), last_renewed_ = Clock::now();
  double between_saves_ = kBetweenSaves;
};

// Several threads that take shards one after another, each with a sweep of its own, and one that watches.
class ShardRun {
 public:
  ShardRun(const fs::path& folder, const SweepPlan& plan, PlannedRound round, std::vector<int> shards,
           const ShardOptions& options, JobObserver& observer)
      : folder_(folder),
        plan_(plan),
        round_(std::move(round)),
        shards_(std::move(shards)),
        options_(options),
        observer_(observer),
        jobs_(std::clamp<int>(options.jobs, 1, std::max<int>(1, static_cast<int>(shards_.size())))),
        active_(static_cast<std::size_t>(jobs_)) {}

  ShardsEnd run() {
    std::int64_t items = 0;
    for (const int shard : shards_) {
      items += round_.items_of(shard);
      done_ += items_done(folder_, round_, shard);
    }
    observer_.begins(round_.round.name, items, done_);
    running_ = jobs_;
    std::vector<std::thread> threads;
    for (int job = 0; job < jobs_; ++job) threads.emplace_back([this, job] { work(static_cast<std::size_t>(job)); });
    std::exception_ptr problem;
    try {
      watch();
    } catch (...) {
      problem = std::current_exception();
    }
    is_stopping_ = true;
    for (std::thread& thread : threads) thread.join();
    observer_.ends();
    tell_notices();
    if (!problem) problem = problem_;
    if (problem) std::rethrow_exception(problem);
    if (is_cut_short_) return ShardsEnd::saved;
    return is_claimed_ ? ShardsEnd::claimed : ShardsEnd::finished;
  }

 private:
  bool has_had_its_time() const { return options_.max_seconds && seconds_since(began_) >= *options_.max_seconds; }

  // Until all threads have ended, or it is time to stop.
  void watch() {
    std::unique_lock lock(mutex_);
    while (running_ > 0) {
      ended_.wait_for(lock, std::chrono::duration<double>(kBetweenLooks));
      std::vector<std::shared_ptr<ActiveShard>> active = active_;
      const std::int64_t done = done_;
      const double best = best_;
      lock.unlock();
      std::erase(active, nullptr);
      tell_notices();
      observer_.progress(done, best);
      if (!was_asked_to_stop_ && (observer_.asks_to_stop() || has_had_its_time())) {
        was_asked_to_stop_ = is_stopping_ = true;
        observer_.before_saving();
        for (const auto& shard : active) {
          shard->save();
          shard->release();
        }
        observer_.after_saving();
      }
      for (const auto& shard : active) shard->look_after();
      lock.lock();
    }
  }

  void tell_notices() {
    std::vector<std::string> notices;
    {
      const std::lock_guard lock(mutex_);
      notices.swap(notices_);
    }
    for (const std::string& notice : notices) observer_.notices(notice);
  }

  // A thread's work.
  void work(std::size_t job) {
    try {
      SweepOptions options = plan_.options;
      options.execution = options_.execution;
      options.execution.threads = std::max(1, thread_count(options_.execution.threads) / jobs_);
      std::unique_ptr<SweepRounds> rounds;
      for (int shard = 0; take_next(shard);) {
        const std::shared_ptr<ActiveShard> active = begin(shard);
        if (!active) continue;
        if (!rounds) rounds = resume_rounds(plan_.config, plan_.fit, options, round_.state);
        set_active(job, active);
        compute(*rounds, *active);
        active->save();
        set_active(job, nullptr);
      }
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!problem_) problem_ = std::current_exception();
      is_stopping_ = true;
    }
    const std::lock_guard lock(mutex_);
    --running_;
    ended_.notify_all();
  }

  bool take_next(int& shard) {
    const std::lock_guard lock(mutex_);
    if (next_ == shards_.size()) return false;
    if (is_stopping_) {
      is_cut_short_ = true;
      return false;
    }
    shard = shards_[next_++];
    return true;
  }

  void set_active(std::size_t job, std::shared_ptr<ActiveShard> shard) {
    const std::lock_guard lock(mutex_);
    active_[job] = std::move(shard);
  }

  void notice(std::string text) {
    const std::lock_guard lock(mutex_);
    notices_.push_back(std::move(text));
  }

  // Claims a shard and takes up its work; nothing if it is done or somebody else's.
  std::shared_ptr<ActiveShard> begin(int shard) {
    auto claim = std::make_unique<ShardClaim>(claim_file(folder_, round_.number, shard));
    if (claim->holder()) {
      notice(fmt::format("shard {} is left alone: {} is at it", shard, *claim->holder()));
      is_claimed_ = true;
      return nullptr;
    }
    const std::int64_t counted = items_done(folder_, round_, shard);
    std::optional<ShardWork> work;
    try {
      work = read_shard(folder_, round_, shard);
    } catch (const InputError& error) {
      notice(fmt::format("{} Shard {} is computed anew", error.what(), shard));
      const std::lock_guard lock(mutex_);
      done_ -= counted;
    }
    if (!work) work = new_shard(round_, shard);
    {
      const std::lock_guard lock(mutex_);
      best_ = std::fmin(best_, work->best);
    }
    if (work->is_finished()) return nullptr;
    add_revisions(work->revisions, {build_info().revision});
    return std::make_shared<ActiveShard>(folder_, round_, std::move(*work), std::move(claim));
  }

  void compute(SweepRounds& rounds, ActiveShard& shard) {
    PartSize size;
    while (shard.left() > 0 && !is_stopping_) {
      const std::int64_t items = size.next(shard.left());
      const auto began = Clock::now();
      RoundPart part = rounds.compute(shard.first(), items);
      const double seconds = seconds_since(began), best = part.best;
      shard.add(std::move(part), items, seconds);
      size.took(items, seconds);
      const std::lock_guard lock(mutex_);
      done_ += items;
      best_ = std::fmin(best_, best);
    }
    if (shard.left() > 0) is_cut_short_ = true;
  }

  const fs::path& folder_;
  const SweepPlan& plan_;
  const PlannedRound round_;
  const std::vector<int> shards_;
  const ShardOptions& options_;
  JobObserver& observer_;
  const int jobs_;
  const Clock::time_point began_ = Clock::now();
  bool was_asked_to_stop_ = false;  // known to the watching thread alone

  std::mutex mutex_;  // for what follows
  std::condition_variable ended_;
  std::vector<std::shared_ptr<ActiveShard>> active_;  // of each thread
  std::vector<std::string> notices_;
  std::exception_ptr problem_;
  std::size_t next_ = 0;
  int running_ = 0;
  std::int64_t done_ = 0;
  double best_ = std::numeric_limits<double>::quiet_NaN();
  std::atomic<bool> is_stopping_{false}, is_cut_short_{false}, is_claimed_{false};
};

}  // namespace

ShardsEnd run_shards(const fs::path& folder, const SweepPlan& plan, std::optional<int> shard,
                     const ShardOptions& options, JobObserver& observer) {
  const int last = last_round(folder);
  if (last == 0)
    throw InputError("no round is open", "round-1/round.state is gone",
                     "merge (`losscast merge DIR`): that begins the round anew")
        .at(folder.string());
  PlannedRound round = read_round(folder, last, plan.hash);
  if (shard && *shard >= round.shards())
    throw InputError(fmt::format("there is no shard {}", *shard),
                     fmt::format("round {} has the shards 0 to {}", round.number, round.shards() - 1), "choose one");
  std::vector<int> shards;
  for (int i = 0; i < round.shards(); ++i)
    if (!shard || i == *shard) shards.push_back(i);
  return ShardRun(folder, plan, std::move(round), std::move(shards), options, observer).run();
}

}  // namespace losscast
