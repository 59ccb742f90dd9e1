// How far a planned sweep has come, as those who hand its shards to a scheduler see it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace losscast {

// The round whose shards are to be run.
struct OpenRound {
  int number = 0;  // 0: there was nothing for shards to do
  std::string name;
  int shards = 0;
  std::vector<int> missing;    // shards without a result, ascending
  double seconds_a_shard = 0;  // that one will take, about, on all cores of the machine that planned; 0 if not known
};

struct ClosedRound {
  int number = 0;
  std::string name;
  int shards = 0;
};

// How far a shard of the open round has come.
struct ShardState {
  int index = 0;
  std::int64_t items = 0;
  std::int64_t items_done = 0;  // and saved
  bool is_done = false;         // its result is there
};

// Nothing if the sweep is over: its results are written. Throws InputError if there is no plan in `folder`.
std::optional<OpenRound> open_round(const std::filesystem::path& folder);

// The rounds before the open one; all of them if the sweep is over.
std::vector<ClosedRound> closed_rounds(const std::filesystem::path& folder);

// Shards of the open round whose files say that they are done, and are damaged. Looks at all bytes of all files.
std::vector<int> damaged_shards(const std::filesystem::path& folder);

// The state of these shards of the open round, in their order. Precondition: a round is open, and has them.
std::vector<ShardState> shard_states(const std::filesystem::path& folder, std::span<const int> shards);

}  // namespace losscast
