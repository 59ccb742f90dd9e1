// The folder of a round: its state, and the files of its shards.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "losscast/sweep/rounds.hpp"

namespace losscast {

// A plan to which candidates were added, and how many shards it had. What these have come to is still good.
struct EarlierPlan {
  std::string hash;
  int shards = 0;
};

// A round of a plan's sweep, divided into shards.
struct PlannedRound {
  int number = 1;
  std::string plan;  // its hash
  Round round;
  std::vector<std::int64_t> cuts;           // the shards' first items, and behind the last one the number of all items
  std::string state;                        // of the sweep, from which the round's parts are computed
  std::vector<EarlierPlan> earlier = {};    // before candidates were added
  std::vector<std::string> revisions = {};  // of the program that the state comes from
  // Whether it is short, and computed by the merge: it has a file so that little is lost when the merge is interrupted.
  bool is_for_merge = false;

  int shards() const { return static_cast<int>(cuts.size()) - 1; }
  // Items of a shard: from first_item(i) to before first_item(i + 1).
  std::int64_t first_item(int shard) const { return cuts[static_cast<std::size_t>(shard)]; }
  std::int64_t items_of(int shard) const { return first_item(shard + 1) - first_item(shard); }
  // Whether candidates were added to the plan with this hash, and this is the round with them.
  bool extends(const std::string& hash) const {
    return hash != plan &&
           std::any_of(earlier.begin(), earlier.end(), [&](const EarlierPlan& one) { return one.hash == hash; });
  }
  // Whether a shard's file may be of the plan with this hash.
  bool accepts(int shard, const std::string& hash) const {
    return hash == plan || std::any_of(earlier.begin(), earlier.end(),
                                       [&](const EarlierPlan& one) { return shard < one.shards && hash == one.hash; });
  }
  // Likewise of a plan whose hash begins with these digits.
  bool accepts_digits(int shard, std::string_view digits) const {
    const auto begins = [&](const std::string& hash) { return !digits.empty() && hash.starts_with(digits); };
    return begins(plan) || std::any_of(earlier.begin(), earlier.end(),
                                       [&](const EarlierPlan& one) { return shard < one.shards && begins(one.hash); });
  }
};

// Adds revisions to others, none of them twice.
void add_revisions(std::vector<std::string>& revisions, const std::vector<std::string>& more);

// The cuts of so many shards of a round, all of about the same size.
std::vector<std::int64_t> even_cuts(std::int64_t items, int shards);

std::filesystem::path round_folder(const std::filesystem::path& plan, int number);
std::filesystem::path shard_file(const std::filesystem::path& plan, int number, int shard);
std::filesystem::path claim_file(const std::filesystem::path& plan, int number, int shard);

// Opens a round: makes its folder, and the file with its state.
void write_round(const std::filesystem::path& plan, const PlannedRound& round);

// The number of the round that was opened last; 0 if there is none.
int last_round(const std::filesystem::path& plan);

// What to do with a round's state that is of no use.
inline constexpr const char* kRoundAnew = "remove it, and merge (`losscast merge DIR`): that begins the round anew";

// Throws InputError if the file is missing, damaged, or of another number.
PlannedRound read_round(const std::filesystem::path& plan, int number);

// Likewise if it is of another plan than that of this hash, also if that is about to be extended.
PlannedRound read_round(const std::filesystem::path& plan, int number, const std::string& hash);

// Throws the InputError of a plan to which candidates are about to be added, by a call that was interrupted.
[[noreturn]] void fail_half_extended(const std::filesystem::path& plan);

// Removes all rounds, the first one's state last, and nothing of folders of such names that are no rounds.
void remove_rounds(const std::filesystem::path& plan, int first = 1);

// Removes what processes that have ended amid their work have left in a folder: temporary files and claims.
void remove_leftovers(const std::filesystem::path& folder);

}  // namespace losscast
