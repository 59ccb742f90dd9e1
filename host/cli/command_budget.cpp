// `losscast budget`: which size of model to train, and for how long.
#include "losscast/sweep/budget.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
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
#include "losscast/format/number_text.hpp"
#include "losscast/io/fit_file.hpp"
#include "losscast/io/results_file.hpp"
#include "losscast/io/sweep_file.hpp"
#include "losscast/io/sweep_spikes.hpp"
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

[[noreturn]] void fail(const fs::path& file, std::string_view problem, std::string_view why, std::string_view remedy) {
  throw InputError(problem, why, remedy).at(file.string());
}

// A sweep whose number of steps the budget gives.
SweepConfig read_open_sweep(const fs::path& file, const std::vector<std::string>& settings) {
  SweepConfig config = read_sweep(file, settings);
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

// A size that is offered: a sweep, with the settings that make it one of this size.
struct Offer {
  std::string name;
  fs::path file;
  std::vector<std::string> settings;
  std::optional<std::size_t> paired;
};

// Of a sweep whose fit is a file of several sizes, all of them, unless it names one.
std::vector<Offer> offers_of(const fs::path& file, const std::vector<std::string>& settings, std::size_t number) {
  const std::string name = file.stem().string();
  const SweepConfig config = read_open_sweep(file, settings);
  const std::vector<double> sizes = config.params ? std::vector<double>() : read_fit_sizes(config.fit);
  if (sizes.empty()) return {{name, file, settings, {}}};
  constexpr double kMillion = 1e6;
  std::vector<Offer> offers;
  for (const double size : sizes) {
    offers.push_back({fmt::format("{}_{}M", name, number_text(size / kMillion)), file, settings, number});
    offers.back().settings.push_back(fmt::format("params={}", number_text(size)));
  }
  return offers;
}

// The sizes of all sweep files, each of another name, of which the folder of its results has its own.
std::vector<Offer> read_offers(const Flags& flags) {
  std::vector<fs::path> files = {flags.text("SWEEP")};
  for (const std::string& more : flags.all("with")) files.emplace_back(more);
  std::vector<Offer> offers;
  std::set<std::string> names;
  for (std::size_t i = 0; i < files.size(); ++i)
    for (Offer& offer : offers_of(files[i], flags.all("set"), i)) {
      if (!names.insert(offer.name).second)
        throw InputError("there is already a sweep of this name", "its results go to a folder of that name",
                         "rename one")
            .at(offer.file.string());
      offers.push_back(std::move(offer));
    }
  return offers;
}

// Reads a size of model: its sweep, with the horizon that the budget gives as if it stood in the file, and its fit.
BudgetPlan read_size(const Offer& offer, const Budget& budget, const SweepOptions& options) {
  const SweepConfig open = read_open_sweep(offer.file, offer.settings);
  Fit fit = read_usable_fit(open.fit, open.params);
  Step steps = 0;
  try {
    steps = steps_within(budget, fit);
  } catch (const InputError& error) {
    throw error.at(offer.file.string());
  }
  report_progress(fmt::format("{}: {} steps", offer.name, steps));
  std::vector<std::string> settings = offer.settings;
  settings.push_back(fmt::format("search.horizons=[{}]", steps));
  SweepConfig config = read_sweep_with_spikes(offer.file, settings, fit);
  return {offer.name, make_plan(offer.file, std::move(config), std::move(fit), options), offer.paired};
}

std::vector<BudgetPlan> read_sizes(const Flags& flags, const Budget& budget, JobsOnScreen& screen) {
  const std::vector<Offer> offers = read_offers(flags);
  SweepOptions options;
  options.execution = read_execution(flags);
  options.observer = &screen;
  // The sizes share the time out evenly, so that a share does not depend on what the others took.
  if (flags.has("max-seconds"))
    options.goal.stop.seconds = flags.positive_number("max-seconds") / static_cast<double>(offers.size());
  std::vector<BudgetPlan> sizes;
  for (const Offer& offer : offers) sizes.push_back(read_size(offer, budget, options));
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
  for (const BudgetPlan& size : sizes) inputs.push_back({size.plan.config, size.plan.fit, size.paired});
  return use_budget(budget, inputs, [&](const SweepConfig&, const Fit&, std::size_t number) {
    const auto& [name, plan, paired] = sizes[number];
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
    const auto& [name, plan, paired] = sizes[use.number];
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
  return {
      "budget",
      "says which size of model to train, and how, with so much compute or so many tokens",
      {{"SWEEP", "a sweep file that races schedules, without total_steps: of one size, or of all that its fit holds"}},
      joined({{{"with", "SWEEP...", "that of another size; may be given several times"},
               {"flops", "C", "the budget in floating-point operations, 6 for each parameter and token"},
               {"tokens", "N", "the budget in tokens, whatever the size"},
               {"tokens-per-step", "B", "of a batch"},
               {"set", "KEY=VALUE...", "overrides every sweep file; may be given several times"},
               {"out", "DIR", "where each sweep's results go, in a folder of its name (default: budget_results)"},
               {"max-seconds", "S",
                "of all races together, which share it evenly: no round of one begins that would end later"}},
              backend_flags(),
              threads_flag(),
              strict_flag(),
              json_flag()}),
      {"losscast budget sweep.toml --flops 1e18 --tokens-per-step 524288",
       "losscast budget 25M.toml --with 100M.toml --flops 1e18 --tokens-per-step 524288"},
      run};
}

}  // namespace losscast
