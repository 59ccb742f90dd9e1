/// \file
/// Computing shards of a planned sweep.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "losscast/engine/execution.hpp"
#include "losscast/jobs/plan.hpp"

namespace losscast {

/// Is told how work on a sweep goes, and asked whether it is to go on; by the thread that called.
class JobObserver {
 public:
  virtual ~JobObserver() = default;
  /// What is computed: items of a round, of which some are done already. Without ends() since the same round began with
  /// fewer of them done, it goes on, from now on in files.
  virtual void begins(const std::string&, std::int64_t /* items */, std::int64_t /* done */) {}
  virtual void progress(std::int64_t /* done */, double /* best loss */) {}  ///< several times a second
  virtual void ends() {}                         ///< what was begun is computed, or left for now
  virtual void notices(const std::string&) {}    ///< something that people should know: a sentence without full stop
  virtual bool asks_to_stop() { return false; }  ///< looked at several times a second
  virtual void before_saving() {}                ///< it was asked to stop, and begins to save what there is
  virtual void after_saving() {}                 ///< all is saved; what is still being computed comes to an end
};

/// How shards are computed.
struct ShardOptions {
  Execution execution;                ///< where, on how many threads in all
  int jobs = 1;                       ///< shards at a time
  std::optional<double> max_seconds;  ///< then what there is is saved
};

/// How it ended.
enum class ShardsEnd {
  finished,  ///< the shards are done
  saved,     ///< it was asked to stop, or had its time: what was done is saved, and the same call goes on from there
  claimed,   ///< another process is at one of them, which the observer was told of; the others are done
};

/// Computes shards of the round that is open, from where they were left: all of it, or one of this index. What is done
/// is saved at least every minute. A shard's file that is damaged is computed anew, which the observer is told of.
/// Throws InputError if there is no shard of this index or nothing is open, IoError, and as run() does.
ShardsEnd run_shards(const std::filesystem::path& folder, const SweepPlan& plan, std::optional<int> shard,
                     const ShardOptions& options, JobObserver& observer);

}  // namespace losscast
