// `losscast budget`: which size of model to train, and for how long.
#include "losscast/sweep/budget.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <deque>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/finite_result.hpp"
#include "cli/fit_input.hpp"
#include "cli/jobs_on_screen.hpp"
#include "cli/output.hpp"
#include "cli/output_place.hpp"
#include "cli/planned_sweep.hpp"
#include "cli/shared_flags.hpp"
#include "cli/sweep_messages.hpp"
#include "cli/text_table.hpp"
#include "cli/trust_text.hpp"
#include "io/provenance_json.hpp"
#include "losscast/base/error.hpp"
#include "losscast/fit/doubts.hpp"
#include "losscast/fit/forecast.hpp"
#include "losscast/io/results_file.hpp"
#include "losscast/io/sweep_file.hpp"
#include "losscast/jobs/sweep_here.hpp"
#include "losscast/schedule/schedule_text.hpp"

namespace losscast {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

struct Size {
  fs::path file;
  std::string name;  // the file's, without .toml: of the folder of its results
};

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

std::vector<Size> read_sizes(const Flags& flags) {
  std::vector<std::string> files = {flags.text("SWEEP")};
  for (const std::string& more : flags.all("with")) files.push_back(more);
  std::vector<Size> sizes;
  for (const std::string& file : files) {
    const std::string name = fs::path(file).stem().string();
    if (std::any_of(sizes.begin(), sizes.end(), [&](const Size& size) { return size.name == name; }))
      throw InputError("there is already a sweep of this name", "its results go to a folder of that name", "rename one")
          .at(file);
    sizes.push_back({file, name});
  }
  return sizes;
}

// The results of all sizes, each in a folder of its name.
std::vector<fs::path> files_in_the_folder(const std::vector<Size>& sizes) {
  std::vector<fs::path> files;
  for (const Size& size : sizes)
    for (const char* file : kResultsFiles) files.push_back(size.name / fs::path(file));
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
BudgetSize read_size(const Size& size, const Budget& budget, const Flags& flags) {
  BudgetSize out{read_open_sweep(size.file, flags), {}};
  out.fit = read_usable_fit(out.config.fit);
  Step steps = 0;
  try {
    steps = steps_within(budget, out.fit);
  } catch (const InputError& error) {
    throw error.at(size.file.string());
  }
  report_progress(fmt::format("{}: {} steps", size.name, steps));
  std::vector<std::string> settings = flags.all("set");
  settings.push_back(fmt::format("search.horizons=[{}]", steps));
  out.config = read_sweep(size.file, settings);
  return out;
}

std::string table_text(const std::vector<Size>& sizes, const std::vector<BudgetUse>& uses) {
  TextTable table;
  table.add_row({"", "steps", "tokens", "loss", "by the fit +-", "the best with", "certified", ""});
  for (const BudgetUse& use : uses) {
    const RankedCandidate& winner = use.result.ranked.front();
    table.add_row(
        {sizes[use.number].name, fmt::format("{}", use.steps), fmt::format("{:.3g}", use.tokens),
         fmt::format("{:.4f}", use.mean), fmt::format("{:.1e}", use.deviation),
         fmt::format("{:.1f}%", 100 * use.p_best), use.result.certificate->certified ? "yes" : "no",
         winner.extrapolations.empty() ? "" : fmt::format("outside: {}", fmt::join(winner.extrapolations, "; "))});
  }
  return table.text();
}

Json uses_json(const std::vector<Size>& sizes, const std::vector<BudgetUse>& uses, const fs::path& out) {
  Json list = Json::array();
  for (const BudgetUse& use : uses) {
    const RankedCandidate& winner = use.result.ranked.front();
    list.push_back({{"sweep", sizes[use.number].file.string()},
                    {"steps", use.steps},
                    {"tokens", use.tokens},
                    {"mean", use.mean},
                    {"deviation", use.deviation},
                    {"p_best", use.p_best},
                    {"p_within", winner.known.p_within},
                    {"certified", use.result.certificate->certified},
                    {"schedule", schedule_text(winner.candidate.arguments)},
                    {"extrapolations", winner.extrapolations},
                    {"out", (out / sizes[use.number].name).string()}});
  }
  return list;
}

// Doubts about the fits of all sizes, each with the size's name, as the sizes are compared by all of them.
std::vector<std::string> all_doubts(const std::vector<Size>& sizes, const std::vector<BudgetSize>& inputs) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < sizes.size(); ++i)
    for (const std::string& doubt : doubts(inputs[i].fit)) all.push_back(fmt::format("{}: {}", sizes[i].name, doubt));
  return all;
}

// In what the winner of the best size lies far outside its training curves, and that its race certified nothing.
std::vector<std::string> reasons_against(const BudgetUse& best, const Fit& fit) {
  std::vector<std::string> reasons =
      far_extrapolations(fit, best.result.ranked.front().candidate.recipe, fit.weight_decay);
  if (!best.result.certificate->certified) reasons.emplace_back("its race certified nothing");
  return reasons;
}

// The races of the sizes, kept until all of them are over, as the answer is made of all.
class KeptRaces {
 public:
  KeptRaces(const Flags& flags, const std::vector<Size>& sizes, fs::path out)
      : flags_(flags), sizes_(sizes), out_(std::move(out)) {
    options_.execution = read_execution(flags);
    options_.observer = &screen_;
    // The sizes share the time out evenly, so that a share does not depend on what the others took.
    if (flags.has("max-seconds"))
      options_.goal.stop.seconds = flags.positive_number("max-seconds") / static_cast<double>(sizes.size());
  }

  SweepResult run(const SweepConfig& config, const Fit& fit, std::size_t number) {
    const Size& size = sizes_[number];
    plans_.push_back(make_plan(size.file, config, fit, options_));
    const std::vector<fs::path> inputs = {size.file, config.fit};
    const Provenance provenance = make_provenance(flags_.command_line(), inputs, "");
    return sweep_here(progress_of(number), plans_.back(), {options_.execution, 1, {}}, provenance, screen_);
  }

  const Execution& execution() const { return options_.execution; }
  void finish() { screen_.finish(); }
  void remove() const {
    for (std::size_t number = 0; number < sizes_.size(); ++number) remove_progress(progress_of(number));
  }

 private:
  fs::path progress_of(std::size_t number) const { return out_ / sizes_[number].name / kProgressFolder; }

  const Flags& flags_;
  const std::vector<Size>& sizes_;
  const fs::path out_;
  JobsOnScreen screen_;
  SweepOptions options_;
  std::deque<SweepPlan> plans_;
};

void run(const Flags& flags) {
  const Budget budget = read_budget(flags);
  const std::vector<Size> sizes = read_sizes(flags);
  const fs::path out = flags.has("out") ? fs::path(flags.text("out")) : fs::path("budget_results");
  KeptRaces races(flags, sizes, out);
  std::vector<BudgetSize> inputs;
  for (const Size& size : sizes) inputs.push_back(read_size(size, budget, flags));
  const OutputFolder folder(out, files_in_the_folder(sizes));
  const std::vector<BudgetUse> uses = use_budget(
      budget, inputs,
      [&](const SweepConfig& config, const Fit& fit, std::size_t number) { return races.run(config, fit, number); });
  races.finish();
  for (const BudgetUse& use : uses) {
    require_numbers(use.result);
    const std::vector<fs::path> read = {sizes[use.number].file, use.config.fit};
    write_results(out / sizes[use.number].name, use.config, inputs[use.number].fit, use.result,
                  make_provenance(flags.command_line(), read, use.result.performance.device),
                  races.execution().threads);
  }
  races.remove();
  for (const BudgetUse& use : uses)
    for (const std::string& warning : sweep_warnings(use.result))
      report_warning(fmt::format("{}: {}", sizes[use.number].name, warning));
  const std::vector<std::string> doubts = all_doubts(sizes, inputs);
  if (flags.has("json")) {
    std::vector<fs::path> read;
    for (const Size& size : sizes) read.push_back(size.file);
    const Provenance provenance = make_provenance(flags.command_line(), read, uses.front().result.performance.device);
    Json object = trust_json(doubts);
    object.update({{"uses", uses_json(sizes, uses, out)}, {"provenance", provenance_json(provenance)}});
    print_json(object);
  } else {
    print(fmt::format("{}{}best: {}: {}\nWritten to {}\n", doubts_headline(doubts), table_text(sizes, uses),
                      sizes[uses.front().number].name,
                      schedule_text(uses.front().result.ranked.front().candidate.arguments), out.string()));
  }
  require_reliable(flags, both(doubts, reasons_against(uses.front(), inputs[uses.front().number].fit)));
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
