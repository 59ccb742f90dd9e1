// `losscast schedule`: a schedule's rates, its picture, and what to write in a training framework to get it.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/output.hpp"
#include "cli/output_place.hpp"
#include "cli/schedule_drawing.hpp"
#include "cli/schedule_input.hpp"
#include "cli/shared_flags.hpp"
#include "format/shown_number.hpp"
#include "io/provenance_json.hpp"
#include "losscast/base/error.hpp"
#include "losscast/format/atomic_file.hpp"
#include "losscast/frameworks/export.hpp"
#include "losscast/report/schedule_svg.hpp"
#include "losscast/schedule/describe.hpp"
#include "losscast/schedule/families.hpp"
#include "losscast/schedule/features.hpp"
#include "losscast/schedule/schedule_text.hpp"
#include "losscast/schedule/warmup.hpp"

namespace losscast {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kInput = "SCHEDULE";

// What --as asks for.
using Exporter = Export (*)(const Recipe&, const std::string& rates_file);

constexpr Exporter kTable = nullptr;

constexpr std::pair<std::string_view, Exporter> kTargets[] = {
    {"pytorch", pytorch_export},
    {"huggingface", [](const Recipe& recipe, const std::string&) { return hugging_face_export(recipe); }},
    {"megatron", [](const Recipe& recipe, const std::string&) { return megatron_export(recipe); }},
    {"optax", optax_export},
    {"deepspeed", [](const Recipe& recipe, const std::string&) { return deepspeed_export(recipe); }},
    {"csv", kTable}};

// Of the peak, by which an export may be off. A warm-up that begins at a low rate of a tenth is about as far off.
constexpr double kFarthest = 0.1;

Exporter read_target(const Flags& flags) { return flags.has("as") ? flags.choice("as", kTargets) : kTable; }

// Whoever pastes the nearest form of a framework that has none like this schedule would train with another one.
void require_near(const Flags& flags, const Export& made, const Recipe& recipe, const std::string& rates_file) {
  if (made.error <= kFarthest) return;
  std::vector<std::string_view> near;
  for (const auto& [name, exporter] : kTargets)
    if (exporter != kTable && exporter(recipe, rates_file).error <= kFarthest) near.push_back(name);
  flags.fail("as", "this framework has no form near the schedule",
             fmt::format("{}, the nearest, is off by {:.3g} of the peak at step {}, and up to {:g} is written",
                         made.form, made.error, made.worst_step, kFarthest),
             fmt::format("choose among {}", fmt::join(near, ", ")));
}

Recipe recipe_of(const Arguments& arguments) {
  try {
    return make_recipe(arguments);
  } catch (const InputError& error) {
    throw error.at(kInput);
  }
}

// Where the rates go that the code in `out` reads: weights.py has weights.rates.csv beside it.
fs::path rates_file_of(const fs::path& out) { return fs::path(out).replace_extension(".rates.csv"); }

struct Schedules {
  Arguments arguments;
  Recipe recipe;
  std::optional<Export> exported;  // none if it is the table
  std::string text;                // the table or the export
};

// The files that are written differ, and can be written.
void require_outputs(const Flags& flags, const Schedules& made) {
  std::vector<fs::path> files;
  for (const char* flag : {"out", "draw"})
    if (flags.has(flag)) files.emplace_back(flags.text(flag));
  if (made.exported && made.exported->reads_rates && flags.has("out"))
    files.push_back(rates_file_of(flags.text("out")));
  for (std::size_t i = 0; i < files.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j)
      if (is_same_place(files[i], files[j]))
        throw InputError("two results go to this file", "the one would overwrite the other", "name two")
            .at(files[i].string());
    require_writable_file(files[i]);
  }
}

Schedules make_schedules(const Flags& flags) {
  Arguments arguments = read_schedule(flags.text(kInput), kInput);
  Recipe recipe = recipe_of(arguments);
  const Exporter exporter = read_target(flags);
  if (exporter == kTable) {
    const Step every = flags.has("every") ? flags.whole_number("every", 1) : 1;
    std::string table = rates_csv(recipe, every);
    return {std::move(arguments), std::move(recipe), {}, std::move(table)};
  }
  if (flags.has("every"))
    flags.fail("every", "there is no table to thin out", "--as asks for something else", "leave it out");
  const std::string rates = flags.has("out") ? rates_file_of(flags.text("out")).filename().string() : "";
  Export made = exporter(recipe, rates);
  require_near(flags, made, recipe, rates);
  if (made.reads_rates && !flags.has("out"))
    throw InputError("--out is missing", "the code reads a file of rates, which is written beside it",
                     "add --out FILE.py");
  std::string text = made.text;
  return {std::move(arguments), std::move(recipe), std::move(made), std::move(text)};
}

std::string stairs_text(std::string_view name, const std::optional<StepValues>& values) {
  if (!values) return "";
  std::string text = fmt::format("{} {}", name, shown_number(values->at(0)));
  if (values->is_constant()) return text + "\n";
  const Step first = values->changes().front(), last = values->changes().back();
  return text + fmt::format(", changing {} times from step {} to {} at step {}\n", values->changes().size(), first,
                            shown_number(values->at(last)), last);
}

std::string description(const Schedules& made) {
  const Schedule& schedule = made.recipe.schedule;
  return fmt::format("{}\n{}\npeak {}, warm-up of {} steps, last {}, sum of all rates {:.6g}\n{}{}",
                     schedule_text(made.arguments), describe(schedule), shown_number(schedule.peak_lr()),
                     warmup_end(schedule), shown_number(schedule.lr(schedule.total_steps() - 1)), lr_sums(schedule).a1,
                     stairs_text("weight decay", made.recipe.weight_decay),
                     stairs_text("tokens of a batch", made.recipe.batch));
}

Json export_json(const Flags& flags, const std::optional<Export>& made) {
  if (!made) return nullptr;
  return {{"target", flags.text("as")}, {"form", made->form},       {"exact", made->is_exact()}, {"error", made->error},
          {"step", made->worst_step},   {"omitted", made->omitted}, {"text", made->text}};
}

Json schedule_json(const Flags& flags, const Schedules& made) {
  const Schedule& schedule = made.recipe.schedule;
  const LrSums sums = lr_sums(schedule);
  std::vector<fs::path> inputs;
  std::error_code ignored;
  const fs::path given = flags.text(kInput);
  if (fs::is_regular_file(given, ignored)) inputs.push_back(given);
  if (fs::is_directory(given, ignored)) inputs.push_back(given / "results.json");
  const auto file = [&](const char* flag) { return flags.has(flag) ? Json(flags.text(flag)) : Json(nullptr); };
  return {{"schedule", schedule_text(made.arguments)},
          {"description", describe(schedule)},
          {"total_steps", schedule.total_steps()},
          {"warmup_steps", warmup_end(schedule)},
          {"peak_lr", schedule.peak_lr()},
          {"last_lr", schedule.lr(schedule.total_steps() - 1)},
          {"sum_lr", sums.a1},
          {"sum_lr_squared", sums.a2},
          {"export", export_json(flags, made.exported)},
          {"out", file("out")},
          {"draw", file("draw")},
          {"provenance", provenance_json(make_provenance(flags.command_line(), inputs, ""))}};
}

void write_files(const Flags& flags, const Schedules& made) {
  if (flags.has("out")) {
    if (made.exported && made.exported->reads_rates)
      write_atomically(rates_file_of(flags.text("out")), rates_csv(made.recipe, 1));
    write_atomically(flags.text("out"), made.text);
  }
  if (flags.has("draw")) write_atomically(flags.text("draw"), schedule_svg(made.recipe, schedule_text(made.arguments)));
}

// Someone looks at a terminal; anything else reads the table.
bool is_looked_at(const Flags& flags) {
  return !flags.has("as") && !flags.has("every") && ::isatty(STDOUT_FILENO) != 0;
}

void report(const Export& made) {
  if (!made.is_exact()) report_warning(closeness_text(made));
  for (const std::string& omitted : made.omitted) report_warning("left out: " + omitted);
}

void run(const Flags& flags) {
  const Schedules made = make_schedules(flags);
  require_outputs(flags, made);
  write_files(flags, made);
  if (made.exported) report(*made.exported);
  if (flags.has("json")) return print_json(schedule_json(flags, made));
  if (flags.has("out")) return report_progress(fmt::format("written to {}", flags.text("out")));
  if (is_looked_at(flags)) return print(description(made) + schedule_drawing(made.recipe.schedule));
  // Whoever asks for the picture alone gets it alone.
  if (!flags.has("draw") || flags.has("as") || flags.has("every")) print(made.text);
}

}  // namespace

Command schedule_command() {
  return {
      "schedule",
      "prints a schedule's rates, or what to write in a training framework to get them",
      {{kInput, "a text such as '{ family = \"wsd\", ... }', a folder of results, or a CSV file of rates"}},
      joined({{{"as", "TARGET",
                "pytorch, huggingface, megatron, optax, deepspeed, or csv; docs/schedules.md (default: a picture on a "
                "terminal, csv elsewhere)"},
               {"every", "N", "of the table: every N-th update, and the last (default: 1)"},
               {"out", "FILE", "where it goes (default: standard output)"},
               {"draw", "FILE", "a picture of the schedule, as SVG"}},
              json_flag()}),
      {"losscast schedule '{ family = \"wsd\", peak_lr = 3e-4, warmup_steps = 2000, decay_fraction = 0.2, "
       "total_steps = 24000 }' --as megatron",
       "losscast schedule sweep_results --as pytorch --out lr_schedule.py",
       "losscast schedule schedule.csv --every 100 --draw schedule.svg"},
      run};
}

}  // namespace losscast
