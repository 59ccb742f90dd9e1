#include "cli/planned_sweep.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/duration_text.hpp"
#include "cli/fit_input.hpp"
#include "cli/output.hpp"
#include "cli/shared_flags.hpp"
#include "cli/sweep_answer.hpp"
#include "losscast/base/build_info.hpp"
#include "losscast/io/sweep_file.hpp"

namespace losscast {

SweepPlan read_planned(const Flags& flags, const SweepOptions& options) {
  const std::filesystem::path file = flags.text("SWEEP");
  SweepConfig config = read_sweep(file, read_settings(flags));
  Fit fit = read_usable_fit(config.fit);
  return make_plan(file, std::move(config), std::move(fit), options);
}

std::vector<Flag> jobs_flag() {
  return {{"jobs", "N", "parts of the sweep that are computed at a time, which share the threads", "1"}};
}

int read_jobs(const Flags& flags) {
  constexpr int kMostJobs = 1024;
  return static_cast<int>(flags.whole_number("jobs", 1, kMostJobs));
}

std::vector<std::string> other_revision(const std::filesystem::path& folder) {
  const std::string planned = planned_revision(folder), now = build_info().revision;
  if (planned == now) return {};
  return {fmt::format("the plan was made by revision {} of the program, and this is {}", planned, now)};
}

void remove_progress(const std::filesystem::path& folder) {
  remove_plan(folder);
  std::error_code not_empty;  // or not there
  std::filesystem::remove(folder, not_empty);
}

std::string cost_text(const PlanCost& cost, int shards) {
  constexpr double kMinute = 60;
  const std::string time = cost.seconds > kMinute ? "about " + duration_text(cost.seconds) + " on this machine"
                                                  : std::string("less than a minute on this machine");
  return fmt::format("{} candidates, {}, up to {:.3g} MB in {} files, in {} shard{}", cost.items, time,
                     1e-6 * cost.bytes, cost.files, shards, shards == 1 ? "" : "s");
}

void print_dry_run(const Flags& flags, const SweepPlan& plan, const SweepRounds& begun, int shards) {
  const PlanCost cost = cost_of(begun, shards);
  if (!flags.has("json"))
    return print(fmt::format("{}\n# {}\n# plan {}\n", plan.config.resolved, cost_text(cost, shards), plan.hash));
  print_json({{"plan", plan.hash},
              {"config", plan.config.resolved},
              {"shards", shards},
              {"candidates", cost.items},
              {"seconds", cost.seconds},
              {"bytes", cost.bytes},
              {"files", cost.files}});
}

}  // namespace losscast
