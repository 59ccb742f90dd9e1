#include "jobs/round_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <system_error>

#include "format/packed.hpp"
#include "jobs/sealed_file.hpp"
#include "losscast/base/error.hpp"

namespace losscast {
namespace {

namespace fs = std::filesystem;

constexpr const char* kKind = "round";
constexpr const char* kStateFile = "round.state";

std::vector<fs::path> paths_in(const fs::path& folder) {
  std::error_code ignored;
  std::vector<fs::path> paths;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) paths.push_back(entry.path());
  return paths;
}

// Whether every item is in one shard.
bool is_divided(const PlannedRound& round) {
  return round.cuts.size() >= 2 && round.cuts.front() == 0 && std::is_sorted(round.cuts.begin(), round.cuts.end()) &&
         round.cuts.back() == round.round.items && std::isfinite(round.round.seconds);
}

}  // namespace

template <class Archive>
void members(Archive& archive, Round& round) {
  archive(round.name, round.items, round.seconds, round.bytes.items, round.bytes.a_part, round.bytes.later);
}

template <class Archive>
void members(Archive& archive, EarlierPlan& plan) {
  archive(plan.hash, plan.shards);
}

template <class Archive>
void members(Archive& archive, PlannedRound& round) {
  archive(round.number, round.plan, round.round, round.cuts, round.state, round.earlier, round.revisions,
          round.is_for_merge);
}

void add_revisions(std::vector<std::string>& revisions, const std::vector<std::string>& more) {
  for (const std::string& one : more)
    if (std::find(revisions.begin(), revisions.end(), one) == revisions.end()) revisions.push_back(one);
}

std::vector<std::int64_t> even_cuts(std::int64_t items, int shards) {
  std::vector<std::int64_t> cuts;
  for (std::int64_t shard = 0; shard <= shards; ++shard) cuts.push_back(items * shard / shards);
  return cuts;
}

fs::path round_folder(const fs::path& plan, int number) { return plan / fmt::format("round-{}", number); }

fs::path shard_file(const fs::path& plan, int number, int shard) {
  return round_folder(plan, number) / fmt::format("shard-{:04}", shard);
}

fs::path claim_file(const fs::path& plan, int number, int shard) {
  return round_folder(plan, number) / fmt::format("shard-{:04}.claim", shard);
}

void write_round(const fs::path& plan, const PlannedRound& round) {
  const fs::path folder = round_folder(plan, round.number);
  std::error_code problem;
  fs::create_directory(folder, problem);
  if (problem)
    throw IoError("the folder cannot be made", problem.message(), "check the path and its permissions")
        .at(folder.string());
  write_sealed(folder / kStateFile, kKind, fmt::format("{}", round.number), packed(round));
}

int last_round(const fs::path& plan) {
  int number = 0;
  std::error_code ignored;
  while (fs::exists(round_folder(plan, number + 1) / kStateFile, ignored)) ++number;
  return number;
}

PlannedRound read_round(const fs::path& plan, int number) {
  const fs::path file = round_folder(plan, number) / kStateFile;
  PlannedRound round;
  try {
    round = unpacked<PlannedRound>(read_sealed(file, kKind, kRoundAnew).bytes);
  } catch (const InputError& error) {
    if (std::string(error.what()).starts_with(file.string())) throw;
    throw InputError("the file is damaged", "its content is not that of a round", kRoundAnew).at(file.string());
  }
  if (!is_divided(round))
    throw InputError("the round is not divided into shards", "it is of another version", kRoundAnew).at(file.string());
  if (round.number != number)
    throw InputError("the round has another number", "files of several plans lie in one folder", kRoundAnew)
        .at(file.string());
  return round;
}

PlannedRound read_round(const fs::path& plan, int number, const std::string& hash) {
  PlannedRound round = read_round(plan, number);
  if (round.extends(hash)) fail_half_extended(plan);
  if (round.plan != hash)
    throw InputError("the round is of another plan", "files of several plans lie in one folder", kRoundAnew)
        .at((round_folder(plan, number) / kStateFile).string());
  return round;
}

void fail_half_extended(const fs::path& plan) {
  throw InputError("an extension was interrupted", "some of the plan's files have the added candidates, and others not",
                   "give the same `losscast plan --extend` again")
      .at(plan.string());
}

void remove_rounds(const fs::path& plan, int first) {
  std::error_code ignored;
  for (int number = last_round(plan) + 1; number >= first; --number) {  // that one was about to be opened, perhaps
    const fs::path folder = round_folder(plan, number);
    if (fs::exists(folder / kStateFile, ignored)) {
      for (const fs::path& path : paths_in(folder))
        if (path.filename() != kStateFile) fs::remove_all(path, ignored);
      fs::remove(folder / kStateFile, ignored);
    }
    remove_leftovers(folder);
    fs::remove(folder, ignored);  // unless there is something else in it
  }
}

void remove_leftovers(const fs::path& folder) {
  std::error_code ignored;
  for (const fs::path& path : paths_in(folder)) {
    const std::string name = path.filename().string();
    const bool is_temporary = name.starts_with(".losscast-") && name.ends_with(".tmp");
    const bool is_claim = name.starts_with("shard-") && name.ends_with(".claim");
    if (is_temporary || is_claim) fs::remove(path, ignored);
  }
}

}  // namespace losscast
