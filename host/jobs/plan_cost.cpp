#include "jobs/plan_cost.hpp"

#include <system_error>

#include "jobs/part_size.hpp"
#include "losscast/io/results_file.hpp"
#include "losscast/jobs/merge.hpp"

namespace losscast {
namespace {

namespace fs = std::filesystem;

constexpr double kPlanFile = 2500;          // plan.json, in which hardly anything grows with the sweep
constexpr double kSummaries = 32'000;       // results.json, and the file with the answer
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
  const double later = round.seconds > MergeOptions().most_seconds_here ? round.bytes.later : 0;
  return round.bytes.items + parts * (round.bytes.a_part + kPart) + shards * kShard + later;
}

}  // namespace

PlanCost cost_of(const SweepPlan& plan, const Round& round, std::size_t state_bytes, int shards) {
  const double ranked = plan.config.race ? kRankedOfRace : static_cast<double>(round.items);
  PlanCost cost;
  cost.items = round.items;
  cost.seconds = round.seconds;
  cost.bytes = bytes_of_file(plan.config.fit) + static_cast<double>(plan.config.resolved.size() + state_bytes) +
               kPlanFile + bytes_of_round(round, shards) + results_bytes(plan.config, ranked) + kSummaries;
  cost.files = kFilesOfAPlan + kFilesOfAShard * shards;
  return cost;
}

std::optional<PlanCost> cost_of(const SweepPlan& plan, const SweepRounds& begun, int shards) {
  const std::optional<Round> round = begun.open();
  if (!round) return {};
  return cost_of(plan, *round, begun.state().size(), shards);
}

}  // namespace losscast
