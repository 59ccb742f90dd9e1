// `losscast plan`: freezes a sweep in a folder, to be done in shards.
#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/jobs_on_screen.hpp"
#include "cli/output.hpp"
#include "cli/planned_sweep.hpp"
#include "cli/shared_flags.hpp"
#include "cli/sweep_answer.hpp"
#include "losscast/sweep/begin_rounds.hpp"

namespace losscast {
namespace {

namespace fs = std::filesystem;

constexpr int kMostShards = 100'000;

// Throws InputError if the folder holds a plan with other settings.
void require_same(const fs::path& folder, const SweepPlan& plan) {
  const std::vector<DifferingKey> keys = differing_keys(folder, plan);
  if (keys.empty()) return;
  const bool has_more = keys.size() == 1 && keys.front().key == "search.candidates" &&
                        std::stoll(keys.front().before) < std::stoll(keys.front().now);
  throw InputError("the folder holds another plan", differences_text(keys),
                   has_more ? "add --extend, or name another --out" : "name another --out, or remove this one")
      .at(folder.string());
}

void print_plan(const Flags& flags, const fs::path& folder, const SweepPlan& plan, const PlanCost& cost, int shards) {
  if (flags.has("json"))
    return print_json({{"plan", plan.hash},
                       {"out", folder.string()},
                       {"shards", shards},
                       {"candidates", cost.items},
                       {"seconds", cost.seconds},
                       {"bytes", cost.bytes},
                       {"files", cost.files}});
  if (cost.items == 0)
    return print(
        fmt::format("Planned in {}, undivided. Go on with `losscast merge {}`\n", folder.string(), folder.string()));
  print(fmt::format(
      "{}\nPlanned in {}. Go on with `losscast submit {}`, or with `losscast shard {} --index I` for I = 0 "
      "to {} and then `losscast merge {}`\n",
      cost_text(cost, shards), folder.string(), folder.string(), folder.string(), shards - 1, folder.string()));
}

std::optional<int> read_shards(const Flags& flags) {
  if (!flags.has("shards")) return {};
  return static_cast<int>(flags.whole_number("shards", 1, kMostShards));
}

// Adds candidates to the plan that the folder holds.
void extend(const Flags& flags, const fs::path& folder, const SweepPlan& plan) {
  const std::vector<fs::path> inputs = {plan.file, plan.config.fit};
  const int more = blaming(plan.file, [&] {
    return extend_plan(plan, read_shards(flags), folder, make_provenance(flags.command_line(), inputs, ""));
  });
  const int all = planned_shards(folder);
  if (flags.has("json"))
    return print_json({{"plan", plan.hash}, {"out", folder.string()}, {"shards", all}, {"added_shards", more}});
  print(more == 0
            ? fmt::format("nothing to do: {} holds this plan, in {} shards\n", folder.string(), all)
            : fmt::format("Added {} shard{}, from {} on, to the plan in {}; what the others have come to is kept\n",
                          more, more == 1 ? "" : "s", all - more, folder.string()));
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
    return report_progress(
        fmt::format("nothing to do: {} holds this plan, in {} shards", folder.string(), planned_shards(folder)));
  }
  JobsOnScreen screen;
  screen.finish();
  plan.options.observer = &screen;
  const auto begun = blaming(file, [&] { return begin_rounds(plan.config, plan.fit, plan.options); });
  const std::optional<Round> round = begun->open();
  const int shards = read_shards(flags).value_or(round ? usual_shards(*round) : 1);
  if (flags.has("dry-run")) return print_dry_run(flags, plan, *begun, shards);
  const std::vector<fs::path> inputs = {file, plan.config.fit};
  freeze_plan(plan, *begun, shards, folder, make_provenance(flags.command_line(), inputs, ""));
  print_plan(flags, folder, plan, cost_of(*begun, shards), shards);
}

}  // namespace

Command plan_command() {
  return {
      "plan",
      "freezes a sweep in a folder, to be computed in shards by many processes",
      {{"SWEEP", "the TOML file that says which schedules to try"}},
      joined({settings_flags(),
              {{"out", "DIR", "the folder (default: STEM_plan, STEM being the sweep file's name without .toml)"},
               {"shards", "N", "into how many shards (default: as many as take ten minutes each on this machine)"},
               {"extend", "",
                "add candidates to the plan that the folder holds, as search.candidates says, and keep what was done"},
               {"dry-run", "", "print the resolved sweep file and what the sweep will take, and write nothing"}},
              precision_flags(),
              scheme_flags(),
              backend_flags(),
              threads_flag(),
              json_flag()}),
      {"losscast plan sweep.toml --out plan", "losscast plan sweep.toml --shards 100 --dry-run",
       "losscast plan sweep.toml --out plan --set search.candidates=5000 --extend"},
      run};
}

}  // namespace losscast
