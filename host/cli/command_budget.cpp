// `losscast budget`: which size of model to train, and for how long.
#include "losscast/sweep/budget.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "cli/budget_answer.hpp"
#include "cli/finite_result.hpp"
#include "cli/fit_input.hpp"
#include "cli/jobs_on_screen.hpp"
#include "cli/output.hpp"
#include "cli/output_place.hpp"
#include "cli/planned_sweep.hpp"
#include "cli/shared_flags.hpp"
#include "losscast/base/error.hpp"
#include "losscast/io/results_file.hpp"
#include "losscast/io/sweep_file.hpp"
#include "losscast/jobs/sweep_here.hpp"

namespace losscast {
namespace {

namespace fs = std::filesystem;

Budget read_budget(const Flags& flags) {
  if (flags.has("flops") == flags.has("tokens"))
    throw InputError("there is not one budget", "it is of compute or of tokens", "give --flops or --tokens");
  Budget budget;
  if (flags.has("flops")) budget.flops = flags.positive_number("flops");
  if (flags.has("tokens")) budget.tokens = flags.positive_number("tokens");
  if (!flags.has("tokens-per-step"))
    throw InputError("--tokens-per-step is missing", "a step's share of the budget", "give it, such as 524288");
  budget.tokens_per_step = flags.positive_number("tokens-per-step");
  return budget;
}

// The sweep files, each of another name, of which the folder of its results has its own.
std::vector<fs::path> read_files(const Flags& flags) {
  std::vector<fs::path> files = {flags.text("SWEEP")};
  for (const std::string& more : flags.all("with")) files.emplace_back(more);
  std::set<fs::path> names;
  for (const fs::path& file : files)
    if (!names.insert(file.stem()).second)
      throw InputError("there is already a sweep of this name", "its results go to a folder of that name", "rename one")
          .at(file.string());
  return files;
}

[[noreturn]] void fail(const fs::path& file, std::string_view problem, std::string_view why, std::string_view remedy) {
  throw InputError(problem, why, remedy).at(file.string());
}

// A sweep whose number of steps the budget gives.
SweepConfig read_open_sweep(const fs::path& file, const Flags& flags) {
  SweepConfig config = read_sweep(file, flags.all("set"));
  if (!config.race)
    fail(file, "the sweep does not race", "a budget is given to the best, of which a race is sure",
         "set search.method = \"race\"");
  if (config.objective.kind != Objective::Kind::mean)
    fail(file, "the objective is not the mean", "by which sizes are compared", "leave it out");
  if (!config.space.horizons.empty())
    fail(file, "the sweep has horizons", "the budget gives the number of steps", "leave them out");
  for (const FamilySpace& family : config.space.families)
    if (family.fixed.values.contains("total_steps") ||
        std::any_of(family.axes.begin(), family.axes.end(),
                    [](const Axis& axis) { return axis.argument == "total_steps"; }))
      fail(file, "a family has total_steps", "the budget gives the number of steps", "leave them out");
  return config;
}

// Reads a size of model: its sweep, with the horizon that the budget gives as if it stood in the file, and its fit.
BudgetPlan read_size(const fs::path& file, const Budget& budget, const Flags& flags, const SweepOptions& options) {
  Fit fit = read_usable_fit(read_open_sweep(file, flags).fit);
  Step steps = 0;
  try {
    steps = steps_within(budget, fit);
  } catch (const InputError& error) {
    throw error.at(file.string());
  }
  const std::string name = file.stem().string();
  report_progress(fmt::format("{}: {} steps", name, steps));
  std::vector<std::string> settings = flags.all("set");
  settings.push_back(fmt::format("search.horizons=[{}]", steps));
  return {name, make_plan(file, read_sweep(file, settings), std::move(fit), options)};
}

std::vector<BudgetPlan> read_sizes(const Flags& flags, const Budget& budget, JobsOnScreen& screen) {
  const std::vector<fs::path> files = read_files(flags);
  SweepOptions options;
  options.execution = read_execution(flags);
  options.observer = &screen;
  // The sizes share the time out evenly, so that a share does not depend on what the others took.
  if (flags.has("max-seconds"))
    options.goal.stop.seconds = flags.positive_number("max-seconds") / static_cast<double>(files.size());
  std::vector<BudgetPlan> sizes;
  for (const fs::path& file : files) sizes.push_back(read_size(file, budget, flags, options));
  return sizes;
}

// What is written into the folder of the results: of all sizes, each in a folder of its name, and the answer.
std::vector<fs::path> files_in_the_folder(std::span<const BudgetPlan> sizes) {
  std::vector<fs::path> files = {kAnswerFile};
  for (const BudgetPlan& size : sizes)
    for (const char* file : kResultsFiles) files.push_back(size.name / fs::path(file));
  return files;
}

// Races the sizes, of which each keeps how far it has come until all races are over, as the answer is made of all.
std::vector<BudgetUse> race_sizes(const Flags& flags, const Budget& budget, std::span<const BudgetPlan> sizes,
                                  const fs::path& out, JobsOnScreen& screen) {
  std::vector<BudgetSize> inputs;
  for (const BudgetPlan& size : sizes) inputs.push_back({size.plan.config, size.plan.fit});
  return use_budget(budget, inputs, [&](const SweepConfig&, const Fit&, std::size_t number) {
    const auto& [name, plan] = sizes[number];
    const std::vector<fs::path> read = {plan.file, plan.config.fit};
    const Provenance provenance = make_provenance(flags.command_line(), read, "");
    return sweep_here(out / name / kProgressFolder, plan, {plan.options.execution, 1, {}}, provenance, screen);
  });
}

// Writes the results of all sizes, and the answer.
Answer write_uses(const Flags& flags, std::span<const BudgetPlan> sizes, std::span<const BudgetUse> uses,
                  const fs::path& out, const std::string& hash) {
  for (const BudgetUse& use : uses) require_numbers(use.result);
  for (const BudgetUse& use : uses) {
    const auto& [name, plan] = sizes[use.number];
    const std::vector<fs::path> read = {plan.file, plan.config.fit};
    Provenance provenance = make_provenance(flags.command_line(), read, use.result.performance.device);
    provenance.plan = plan.hash;
    write_results(out / name, use.config, plan.fit, use.result, provenance, plan.options.execution.threads);
  }
  std::vector<fs::path> all_read;
  for (const BudgetPlan& size : sizes) all_read.push_back(size.plan.file);
  Provenance provenance = make_provenance(flags.command_line(), all_read, uses.front().result.performance.device);
  provenance.plan = hash;
  const Answer answer = budget_answer(sizes, uses, out, provenance);
  keep_answer(out, answer, results_places(sizes));
  return answer;
}

void run(const Flags& flags) {
  const Budget budget = read_budget(flags);
  const fs::path out = flags.has("out") ? fs::path(flags.text("out")) : fs::path("budget_results");
  JobsOnScreen screen;  // before the inputs, so that a signal meanwhile ends the program as resumable, too
  const std::vector<BudgetPlan> sizes = read_sizes(flags, budget, screen);
  const std::string hash = budget_hash(budget, sizes);
  require_no_plan(out);
  for (const BudgetPlan& size : sizes) require_no_plan(out / size.name);
  const auto remove_kept_races = [&] {
    for (const BudgetPlan& size : sizes) remove_progress(out / size.name / kProgressFolder);
  };
  if (is_budget_answered(out, sizes, hash)) {
    remove_kept_races();  // that a call has left which was ended at last
    return give_answer_again(flags, kept_answer(out).value(), "budget", out);
  }
  const OutputFolder folder(out, files_in_the_folder(sizes));
  const std::vector<BudgetUse> uses = race_sizes(flags, budget, sizes, out, screen);
  const Answer answer = write_uses(flags, sizes, uses, out, hash);
  remove_kept_races();
  screen.finish();
  give_answer(flags, answer);
}

}  // namespace

Command budget_command() {
  return {"budget",
          "says which size of model to train, and how, with so much compute or so many tokens",
          {{"SWEEP", "a sweep file that races the schedules of one size, without total_steps"}},
          joined({{{"with", "SWEEP", "that of another size; may be given several times"},
                   {"flops", "C", "the budget in floating-point operations, 6 for each parameter and token"},
                   {"tokens", "N", "the budget in tokens, whatever the size"},
                   {"tokens-per-step", "B", "of a batch"},
                   {"set", "KEY=VALUE", "overrides every sweep file; may be given several times"},
                   {"out", "DIR", "where each sweep's results go, in a folder of its name (default: budget_results)"},
                   {"max-seconds", "S",
                    "of all races together, which share it evenly: no round of one begins that would end later"}},
                  backend_flags(),
                  threads_flag(),
                  strict_flag(),
                  json_flag()}),
          {"losscast budget 25M.toml --with 100M.toml --flops 1e18 --tokens-per-step 524288"},
          run};
}

}  // namespace losscast
