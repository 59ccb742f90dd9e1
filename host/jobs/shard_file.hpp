// The file of a shard: what it has come to so far, or, once it is finished, all of it.
#pragma once

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "jobs/round_folder.hpp"

namespace losscast {

struct ShardWork {
  std::string plan;                    // hash
  std::vector<std::string> revisions;  // of the program, that the items were computed by
  int round = 0, shard = 0;
  std::int64_t first = 0, items = 0;  // of the round
  std::int64_t done = 0;              // of the items, from the first on
  std::vector<std::string> parts;     // of the items that are done, in their order
  double best = 0;                    // lowest loss among them; NaN if there is none [nats]
  double seconds = 0;                 // that they took

  bool is_finished() const { return done == items; }
  // Takes in what the next so many items have come to.
  void add(RoundPart part, std::int64_t count, double took) {
    parts.push_back(std::move(part.bytes));
    done += count;
    seconds += took;
    best = std::fmin(best, part.best);
  }
};

// A shard of which nothing is done yet, to be computed by this program.
ShardWork new_shard(const PlannedRound& round, int shard);

void write_shard(const std::filesystem::path& plan, const ShardWork& work);

// Nothing if there is no file. Throws InputError naming the file if it is damaged, or of another plan, round or
// division into shards.
std::optional<ShardWork> read_shard(const std::filesystem::path& plan, const PlannedRound& round, int shard);

// How many items are done by what the file says of itself; 0 without one, or if it says that it is of another plan or
// division.
std::int64_t items_done(const std::filesystem::path& plan, const PlannedRound& round, int shard);

}  // namespace losscast
