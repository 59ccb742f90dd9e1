#include "cli/planned_sweep.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "cli/duration_text.hpp"
#include "cli/fit_input.hpp"
#include "cli/log_input.hpp"
#include "cli/output.hpp"
#include "cli/shared_flags.hpp"
#include "cli/sweep_answer.hpp"
#include "losscast/base/build_info.hpp"
#include "losscast/base/counted.hpp"
#include "losscast/io/sweep_file.hpp"
#include "losscast/io/sweep_spikes.hpp"
#include "losscast/space/candidates.hpp"
#include "losscast/space/left_out.hpp"

namespace losscast {
namespace {

using Json = nlohmann::ordered_json;

// Those included that do not exist.
std::int64_t candidates_of(const SweepPlan& plan) { return CandidateList(plan.config.space, plan.config.seed).size(); }

// When a sweep with a precision goal ends: "when ... or ...".
std::string end_of(const PrecisionGoal& goal) {
  std::vector<std::string> ends;
  if (goal.target_error)
    ends.push_back(fmt::format("when every mean's standard error is at most {:g} nats", *goal.target_error));
  if (goal.stop.path_steps)
    ends.push_back(fmt::format("after {:.3g} path-steps", static_cast<double>(*goal.stop.path_steps)));
  if (goal.stop.seconds) ends.push_back(fmt::format("after {:g} seconds", *goal.stop.seconds));
  if (goal.stop.rounds) ends.push_back(fmt::format("after round {}", *goal.stop.rounds));
  return fmt::format("{}", fmt::join(ends, " or "));
}

// Says of each family how many of its points are none to search.
void report_left_out(const SweepConfig& config, int threads) {
  const CandidateList list(config.space, config.seed);
  const std::vector<std::int64_t> left_out = left_out_by_constraints(list, threads);
  for (std::size_t f = 0; f < left_out.size(); ++f) {
    if (left_out[f] == 0) continue;
    const FamilySpace& family = config.space.families[f];
    const std::int64_t end = f + 1 < left_out.size() ? list.first_number(f + 1) : list.size();
    const std::int64_t points = end - list.first_number(f);
    const std::string where = fmt::format("{}:{}: family {}", config.space.file.string(), family.line, family.family);
    if (left_out[f] < points)
      report_notes({fmt::format("{}: its constraints leave out {} of {} points", where, left_out[f], points)});
    else
      report_warning(fmt::format(
          "{} is not searched: its constraints leave out all of its points ({}); loosen them, or widen its ranges",
          where, points));
  }
}

}  // namespace

SweepPlan read_planned(const Flags& flags, const SweepOptions& options) {
  const std::filesystem::path file = flags.text("SWEEP");
  const std::vector<std::string> settings = read_settings(flags);
  const SweepConfig config = read_sweep(file, settings);
  Fit fit = read_usable_fit(config.fit, config.params);
  SweepConfig with_spikes = read_sweep_with_spikes(file, settings, fit);
  report_left_out(with_spikes, options.execution.threads);
  return make_plan(file, std::move(with_spikes), std::move(fit), options);
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

void require_no_plan(const std::filesystem::path& folder) {
  if (holds_plan(folder))
    throw InputError("the folder holds a plan, which has results of its own", "they would be written over",
                     "name another --out")
        .at(folder.string());
}

std::string cost_text(const SweepPlan& plan, const std::optional<PlanCost>& cost, int shards) {
  constexpr double kMinute = 60;
  if (!cost)
    return fmt::format("up to {} candidates, in one piece; how long it takes is not known: it ends {}",
                       candidates_of(plan), end_of(plan.options.goal));
  const std::string time = cost->seconds > kMinute ? "about " + duration_text(cost->seconds) + " on this machine"
                                                   : std::string("less than a minute on this machine");
  return fmt::format("{} candidates, {}, about {:.3g} MB in at most {} files, in {}", cost->items, time,
                     1e-6 * cost->bytes, cost->files, counted(shards, "shard"));
}

Json cost_json(const SweepPlan& plan, const std::optional<PlanCost>& cost, int shards) {
  if (!cost)
    return {{"shards", 0},      {"candidates", candidates_of(plan)},     {"seconds", nullptr}, {"bytes", nullptr},
            {"files", nullptr}, {"ends_when", end_of(plan.options.goal)}};
  return {{"shards", shards},     {"candidates", cost->items}, {"seconds", cost->seconds},
          {"bytes", cost->bytes}, {"files", cost->files},      {"ends_when", nullptr}};
}

void print_dry_run(const Flags& flags, const SweepPlan& plan, const SweepRounds& begun, int shards) {
  const std::optional<PlanCost> cost = cost_of(plan, begun, shards);
  if (!flags.has("json"))
    return print(fmt::format("{}\n# {}\n# plan {}\n", plan.config.resolved, cost_text(plan, cost, shards), plan.hash));
  Json object = {{"plan", plan.hash}, {"config", plan.config.resolved}};
  object.update(cost_json(plan, cost, shards));
  print_json(object);
}

}  // namespace losscast
