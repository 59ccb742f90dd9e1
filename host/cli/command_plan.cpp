// `losscast plan`: freezes a sweep in a folder, to be done in shards.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/jobs_on_screen.hpp"
#include "cli/output.hpp"
#include "cli/planned_sweep.hpp"
#include "cli/shared_flags.hpp"
#include "cli/sweep_answer.hpp"
#include "jobs/plan_progress.hpp"
#include "jobs/shell_text.hpp"
#include "losscast/base/counted.hpp"
#include "losscast/base/error.hpp"
#include "losscast/sweep/begin_rounds.hpp"

namespace losscast {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr int kMostShards = 100'000;

// Whether --extend would make the plan that is there into this one.
bool can_be_extended(const SweepPlan& plan, const std::vector<DifferingKey>& keys) {
  if (keys.size() != 1 || keys.front().key != "search.candidates") return false;
  if (std::stoll(keys.front().before) >= std::stoll(keys.front().now)) return false;
  try {
    require_extendable(plan.config, plan.options);
    return true;
  } catch (const InputError&) {
    return false;
  }
}

// Throws InputError if the folder holds a plan with other settings.
void require_same(const fs::path& folder, const SweepPlan& plan) {
  const std::vector<DifferingKey> keys = differing_keys(folder, plan);
  if (keys.empty()) {
    plan_progress(folder);  // throws if the plan is damaged, or half extended
    return;
  }
  throw InputError(
      "the folder holds another plan", differences_text(keys),
      can_be_extended(plan, keys) ? "add --extend, or name another --out" : "name another --out, or remove this one")
      .at(folder.string());
}

std::string planned_text(const fs::path& folder, const SweepPlan& plan, const std::optional<PlanCost>& cost,
                         int shards) {
  const std::string word = shell_path(folder);
  if (!cost)
    return fmt::format("{}\nPlanned in {}. Go on with `losscast merge {}`\n", cost_text(plan, cost, shards),
                       folder.string(), word);
  const std::string shard = shards == 1
                                ? fmt::format("`losscast shard {} --index 0`", word)
                                : fmt::format("`losscast shard {} --index I` for I = 0 to {}", word, shards - 1);
  return fmt::format("{}\nPlanned in {}. Go on with `losscast submit {}`, or with {} and then `losscast merge {}`\n",
                     cost_text(plan, cost, shards), folder.string(), word, shard, word);
}

void print_plan_json(const fs::path& folder, const SweepPlan& plan, const std::optional<PlanCost>& cost, int shards) {
  Json object = {{"plan", plan.hash}, {"out", folder.string()}};
  object.update(cost_json(plan, cost, shards));
  print_json(object);
}

std::optional<int> read_shards(const Flags& flags) {
  if (!flags.has("shards")) return {};
  return static_cast<int>(flags.whole_number("shards", 1, kMostShards));
}

// Into how many shards the sweep is to be divided that was just begun; 0 if it is one piece.
int divide(const Flags& flags, const std::optional<Round>& round) {
  const std::optional<int> wanted = read_shards(flags);
  if (!round) {
    if (wanted) report_warning(fmt::format("--shards {} plays no part: {}", *wanted, kOnePiece));
    return 0;
  }
  const int shards = wanted.value_or(usual_shards(*round));
  if (shards <= round->items) return shards;
  report_warning(fmt::format("--shards {0} is more than there are candidates: there are {1}, in as many shards", shards,
                             round->items));
  return static_cast<int>(round->items);
}

// The folder holds this plan. Says so, and in how many shards, if others were asked for.
void report_nothing_to_do(const fs::path& folder, std::optional<int> wanted) {
  const int shards = planned_shards(folder);
  report_progress(fmt::format("nothing to do: {} holds this plan, {}", folder.string(),
                              shards == 0 ? "in one piece" : "in " + counted(shards, "shard")));
  const std::optional<PlanCost> cost = planned_cost(folder);
  if (wanted && !cost)
    report_warning(fmt::format("--shards {} plays no part: {}", *wanted, kOnePiece));
  else if (wanted && std::min<std::int64_t>(*wanted, cost->items) != shards)
    report_warning(fmt::format(
        "--shards {} plays no part: what is planned stays divided as it is (name another --out for a new plan)",
        *wanted));
}

// Adds candidates to the plan that the folder holds.
void extend(const Flags& flags, const fs::path& folder, const SweepPlan& plan) {
  const std::vector<fs::path> inputs = {plan.file, plan.config.fit};
  const std::optional<int> wanted = read_shards(flags);
  const int more = blaming(
      plan.file, [&] { return extend_plan(plan, wanted, folder, make_provenance(flags.command_line(), inputs, "")); });
  const int all = planned_shards(folder);
  if (more == 0) report_nothing_to_do(folder, {});
  if (more > 0 && wanted && *wanted > more)
    report_warning(fmt::format("--shards {} is more than are added: there are {}, one a candidate", *wanted, more));
  if (flags.has("json"))
    return print_json({{"plan", plan.hash}, {"out", folder.string()}, {"shards", all}, {"added_shards", more}});
  if (more > 0)
    print(fmt::format("Added {}, from {} on, to the plan in {}; what the others have come to is kept\n",
                      counted(more, "shard"), all - more, folder.string()));
}

void run(const Flags& flags) {
  const fs::path file = flags.text("SWEEP");
  const fs::path folder = flags.has("out") ? fs::path(flags.text("out")) : fs::path(file.stem().string() + "_plan");
  SweepPlan plan = read_planned(flags, read_sweep_options(flags));
  if (flags.has("extend")) {
    if (flags.has("dry-run"))
      flags.fail("extend", "contradicts --dry-run", "which writes nothing", "leave one of the two out");
    return extend(flags, folder, plan);
  }
  if (holds_plan(folder) && !flags.has("dry-run")) {
    require_same(folder, plan);
    report_nothing_to_do(folder, read_shards(flags));
    if (flags.has("json")) print_plan_json(folder, plan, planned_cost(folder), planned_shards(folder));
    return;
  }
  JobsOnScreen screen;
  screen.leave_signals_alone();
  plan.options.observer = &screen;
  const auto begun = blaming(file, [&] { return begin_rounds(plan.config, plan.fit, plan.options); });
  const int shards = divide(flags, begun->open());
  if (flags.has("dry-run")) return print_dry_run(flags, plan, *begun, shards);
  const std::vector<fs::path> inputs = {file, plan.config.fit};
  freeze_plan(plan, *begun, shards, folder, make_provenance(flags.command_line(), inputs, ""));
  const std::optional<PlanCost> cost = cost_of(plan, *begun, shards);
  if (flags.has("json")) return print_plan_json(folder, plan, cost, shards);
  print(planned_text(folder, plan, cost, shards));
}

// --max-seconds means something else where the sweep is computed by many.
std::vector<Flag> planned_precision_flags() {
  std::vector<Flag> flags = precision_flags();
  for (Flag& flag : flags)
    if (flag.name == "max-seconds")
      flag.meaning =
          "of a race: begin no round that would end later, the time of all shards added up. Without a race, as with "
          "the other limits, the sweep is one piece, without shards";
  return flags;
}

}  // namespace

Command plan_command() {
  return {
      "plan",
      "freezes a sweep in a folder, to be computed in shards by many processes",
      {{"SWEEP", "the TOML file that says which schedules to try"}},
      joined({settings_flags(),
              {{"out", "DIR", "the folder (default: STEM_plan, STEM being the sweep file's name without .toml)"},
               {"shards", "N",
                "into how many shards, one a candidate at most (default: as many as take ten minutes each on this "
                "machine, none of fewer than 1,000 candidates)"},
               {"extend", "",
                "add candidates to the plan that the folder holds, as search.candidates says, and keep what was done"},
               {"dry-run", "", "print the resolved sweep file and what the sweep will take, and write nothing"}},
              planned_precision_flags(),
              scheme_flags(),
              backend_flags(),
              threads_flag(),
              json_flag()}),
      {"losscast plan sweep.toml --out plan", "losscast plan sweep.toml --shards 100 --dry-run",
       "losscast plan sweep.toml --out plan --set search.candidates=5000 --extend"},
      run};
}

}  // namespace losscast
