#include "losscast/jobs/plan_cost.hpp"

#include <filesystem>
#include <system_error>

#include "jobs/part_size.hpp"
#include "losscast/io/results_file.hpp"

namespace losscast {
namespace {

namespace fs = std::filesystem;

constexpr double kPlanFile = 2500;          // plan.json, in which hardly anything grows with the sweep
constexpr double kSummaries = 25'000;       // results.json, and the file with the answer
constexpr double kRankedOfRace = 10;        // finalists of a race: there are from one to a hundred
constexpr double kShard = 300, kPart = 8;   // what a shard's file says beside its parts, and before each of them
constexpr int kFilesOfAPlan = 8;            // with those of the results
constexpr std::int64_t kFilesOfAShard = 2;  // its own and, while it is computed, its claim

double bytes_of_file(const fs::path& file) {
  std::error_code problem;
  const std::uintmax_t size = fs::file_size(file, problem);
  return problem ? 0 : static_cast<double>(size);
}

double bytes_of_round(const Round& round, int shards) {
  const double parts = shards * parts_of(round.items / shards, round.seconds / shards);
  const double later = round.seconds > kSecondsOfAShortRound ? round.bytes.later : 0;
  return round.bytes.items + parts * (round.bytes.a_part + kPart) + shards * kShard + later;
}

}  // namespace

PlanCost cost_of(const SweepConfig& config, const Round& round, std::size_t state_bytes, int shards) {
  const double ranked = config.race ? kRankedOfRace : static_cast<double>(round.items);
  PlanCost cost;
  cost.items = round.items;
  cost.seconds = round.seconds;
  cost.bytes = bytes_of_file(config.fit) + static_cast<double>(config.resolved.size() + state_bytes) + kPlanFile +
               bytes_of_round(round, shards) + results_bytes(config, ranked) + kSummaries;
  cost.files = kFilesOfAPlan + kFilesOfAShard * shards;
  return cost;
}

}  // namespace losscast
