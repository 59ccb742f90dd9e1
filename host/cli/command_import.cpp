// `losscast import`: curves and a manifest from the logs of training runs.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <set>

#include "cli/output.hpp"
#include "cli/output_place.hpp"
#include "cli/shared_flags.hpp"
#include "cli/text_table.hpp"
#include "io/provenance_json.hpp"
#include "losscast/base/error.hpp"
#include "losscast/logs/imported_curves.hpp"
#include "losscast/logs/read_log.hpp"
#include "losscast/schedule/schedule_text.hpp"

namespace losscast {
namespace {

using Json = nlohmann::ordered_json;

std::string text_or_nothing(const Flags& flags, const std::string& name) {
  return flags.has(name) ? flags.text(name) : std::string();
}

LogChoices read_log_choices(const Flags& flags) {
  LogChoices choices{.step = text_or_nothing(flags, "step"),
                     .loss = text_or_nothing(flags, "loss"),
                     .lr = text_or_nothing(flags, "lr"),
                     .run = text_or_nothing(flags, "run")};
  if (flags.has("tokens-per-step")) choices.tokens_per_step = flags.positive_number("tokens-per-step");
  if (flags.has("samples-per-step")) choices.samples_per_step = flags.positive_number("samples-per-step");
  if (choices.tokens_per_step && choices.samples_per_step)
    throw InputError("a column of steps counts either tokens or samples", "--samples-per-step says the other",
                     "leave one of them out")
        .at("--tokens-per-step");
  return choices;
}

ScheduleChoices read_schedule_choices(const Flags& flags) {
  ScheduleChoices choices;
  if (flags.has("schedule")) {
    parse_recipe(flags.text("schedule"), "--schedule");  // says which character is wrong
    choices.schedule = parse_schedule_text(flags.text("schedule"), "--schedule");
  }
  if (flags.has("total-steps")) choices.total_steps = flags.whole_number("total-steps", 1);
  if (flags.has("lr-at-start")) choices.lr_at_start = flags.number_from_zero("lr-at-start");
  return choices;
}

// The files that are named, or lie in the folders that are named; each once.
std::vector<std::filesystem::path> read_files(const Flags& flags) {
  std::vector<std::filesystem::path> files;
  std::set<std::filesystem::path> seen;
  for (const std::string& log : flags.all("LOG"))
    for (const std::filesystem::path& file : log_files(log)) {
      std::error_code ignored;
      if (!seen.insert(std::filesystem::weakly_canonical(file, ignored)).second)
        throw InputError("this log is given twice", "its rows would be taken for those of a rerun", "name it once")
            .at(file.string());
      files.push_back(file);
    }
  return files;
}

std::vector<LogTable> read_tables(const std::vector<std::filesystem::path>& files, const std::string& format) {
  std::vector<LogTable> tables;
  for (const std::filesystem::path& file : files)
    for (LogTable& table : read_log(file, format)) tables.push_back(std::move(table));
  return tables;
}

std::string run_text(const ImportedRun& run) {
  TextTable table;
  for (const ImportedCurve& curve : run.curves) {
    const std::vector<LoggedPoint>& points = curve.losses.series.points;
    table.add_row({"  " + curve.file, fmt::format("{} points", points.size()),
                   fmt::format("steps {} to {}", points.front().step, points.back().step),
                   fmt::format("loss {:.4f} to {:.4f}", points.front().value, points.back().value),
                   fmt::format("from the column {}", curve.losses.series.column)});
  }
  std::string text = fmt::format("{}\n{}  schedule  {}\n            {}\n", run.name, table.text(),
                                 schedule_text(run.schedule), run.schedule_source);
  for (const std::string& note : run.notes) text += fmt::format("  note      {}\n", note);
  return text;
}

Json run_json(const ImportedRun& run) {
  Json curves = Json::array();
  for (const ImportedCurve& curve : run.curves) {
    const std::vector<LoggedPoint>& points = curve.losses.series.points;
    curves.push_back({{"name", curve.name},
                      {"file", curve.file},
                      {"column", curve.losses.series.column},
                      {"points", points.size()},
                      {"first_step", points.front().step},
                      {"last_step", points.back().step}});
  }
  return {{"name", run.name},
          {"curves", curves},
          {"schedule", schedule_text(run.schedule)},
          {"schedule_source", run.schedule_source},
          {"logged_rates", run.rates.points.size()},
          {"notes", run.notes}};
}

Json import_json(const Import& import, const Flags& flags, const std::vector<std::filesystem::path>& inputs) {
  Json runs = Json::array();
  for (const ImportedRun& run : import.runs) runs.push_back(run_json(run));
  return {{"manifest", (std::filesystem::path(flags.text("out")) / "manifest.toml").string()},
          {"runs", runs},
          {"provenance", provenance_json(make_provenance(flags.command_line(), inputs, ""))}};
}

void run(const Flags& flags) {
  if (!flags.has("out"))
    throw InputError("--out is missing", "the curves and the manifest go into a folder", "add it, such as --out runs");
  const ScheduleChoices choices = read_schedule_choices(flags);
  const std::vector<std::filesystem::path> files = read_files(flags);
  const std::vector<LogTable> tables = read_tables(files, text_or_nothing(flags, "format"));
  const Import import = import_runs(logged_runs(tables, read_log_choices(flags)), choices);
  const std::filesystem::path folder = flags.text("out");
  const OutputFolder place(folder, {});
  write_import(import, folder);
  if (flags.has("json")) return print_json(import_json(import, flags, files));
  std::string text;
  for (const ImportedRun& run : import.runs) text += run_text(run);
  print(text + fmt::format("{} names the curves\n", (folder / "manifest.toml").string()));
}

std::string known_formats() {
  std::vector<std::string> names;
  for (const LogFormat& format : log_formats()) names.push_back(format.name);
  return fmt::format("of the logs: {} (default: by their content)", fmt::join(names, ", "));
}

}  // namespace

Command import_command() {
  return {
      "import",
      "makes curves and a manifest of the logs of training runs",
      {{"LOG", "a log, or a folder of event files; docs/import.md says of which programs", Positional::Count::several}},
      joined({{{"out", "DIR", "the folder for the curves and manifest.toml; replaces nothing in it"},
               {"format", "NAME", known_formats()},
               {"run", "NAME", "all logs are of this one run, in this order"},
               {"step", "COLUMN", "of steps (default: by its name)"},
               {"tokens-per-step", "N", "of an update, where the column of steps counts tokens"},
               {"samples-per-step", "N", "of an update, where the column of steps counts samples"},
               {"loss", "COLUMN", "of losses (default: those of training and validation, by their names)"},
               {"lr", "COLUMN", "of learning rates (default: by its name)"},
               {"schedule", "SCHEDULE", "of every run, checked against logged rates (default: from these)"},
               {"total-steps", "N", "that were planned (default: as the log says, or as far as it goes)"},
               {"lr-at-start", "LR", "of update 0, where no family has the rates and their log begins later"}},
              json_flag()}),
      {"losscast import run/metrics.csv --out runs",
       "losscast import train.log --out runs --schedule '{ family = \"cosine\", peak_lr = 6e-4, final_lr = 6e-5, "
       "warmup_steps = 700, total_steps = 19000 }'"},
      run};
}

}  // namespace losscast
