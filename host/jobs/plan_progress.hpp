// How far a planned sweep has come, as those who hand its shards to a scheduler see it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace losscast {

// How far a shard of the open round has come.
struct ShardState {
  int index = 0;
  std::int64_t items = 0;
  std::int64_t items_done = 0;  // and saved
  bool is_done = false;         // its result is there
};

// The round whose shards are to be run.
struct OpenRound {
  int number = 0;  // 0: there is none that is divided, and the merge goes on
  std::string name;
  int shards = 0;
  std::vector<int> missing;    // shards without a result, ascending
  double seconds_a_shard = 0;  // that one will take, about, on all cores of the machine that planned; 0 if not known
  std::vector<ShardState> states = {};  // of all its shards
  bool is_for_merge = false;            // short: the merge computes its only shard itself
  bool is_lost = false;                 // there was one, whose file is gone: the merge begins it anew
};

struct PlanProgress {
  std::string plan;               // its hash
  int closed = 0;                 // rounds that are over, from the first one
  std::optional<OpenRound> open;  // nothing if the sweep is over: its results are written
};

// Throws InputError if there is no plan in `folder`.
PlanProgress plan_progress(const std::filesystem::path& folder);

struct ClosedRound {
  int number = 0;
  std::string name;
  int shards = 0;
};

// The rounds that are over.
std::vector<ClosedRound> closed_rounds(const std::filesystem::path& folder, const PlanProgress& progress);

// Shards of the open round whose files say that they are done, and are damaged. Looks at all bytes of all files.
std::vector<int> damaged_shards(const std::filesystem::path& folder, const PlanProgress& progress);

}  // namespace losscast
