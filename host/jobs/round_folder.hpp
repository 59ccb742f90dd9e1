// The folder of a round: its state, and the files of its shards.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "losscast/sweep/rounds.hpp"

namespace losscast {

// A round of a plan's sweep, divided into shards.
struct PlannedRound {
  int number = 1;
  std::string plan;  // its hash
  Round round;
  int shards = 1;
  std::string state;  // of the sweep, from which the round's parts are computed

  // Items of a shard: from first_item(i) to before first_item(i + 1).
  std::int64_t first_item(int shard) const { return round.items * shard / shards; }
  std::int64_t items_of(int shard) const { return first_item(shard + 1) - first_item(shard); }
};

std::filesystem::path round_folder(const std::filesystem::path& plan, int number);
std::filesystem::path shard_file(const std::filesystem::path& plan, int number, int shard);
std::filesystem::path claim_file(const std::filesystem::path& plan, int number, int shard);

// Opens a round: makes its folder, and the file with its state.
void write_round(const std::filesystem::path& plan, const PlannedRound& round);

// The number of the round that was opened last; 0 if there is none.
int last_round(const std::filesystem::path& plan);

// Throws InputError if the file is missing, damaged, or of another plan than that of this hash.
PlannedRound read_round(const std::filesystem::path& plan, int number, const std::string& hash);

// Removes all rounds, the first one's state last, and nothing of folders of such names that are no rounds.
void remove_rounds(const std::filesystem::path& plan);

// Removes what processes that have ended amid their work have left in a folder: temporary files and claims.
void remove_leftovers(const std::filesystem::path& folder);

}  // namespace losscast
