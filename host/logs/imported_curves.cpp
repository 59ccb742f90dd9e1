#include "losscast/logs/imported_curves.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "format/kept_file.hpp"
#include "format/toml_text.hpp"
#include "logs/run_schedule.hpp"
#include "losscast/base/error.hpp"
#include "losscast/format/atomic_file.hpp"
#include "losscast/format/csv_writer.hpp"
#include "losscast/format/number_text.hpp"
#include "losscast/schedule/schedule_text.hpp"

namespace losscast {

namespace {

namespace fs = std::filesystem;

std::string curve_name(const LoggedRun& run, LossKind kind) {
  if (run.losses.size() == 1) return run.name;
  return run.name + (kind == LossKind::validation ? "_validation" : "_train");
}

// The logged rates by step, where the losses have any.
std::map<Step, double> rates_at(const LoggedSeries& losses, const LoggedSeries& rates) {
  std::set<Step> steps;
  for (const LoggedPoint& point : losses.points) steps.insert(point.step);
  std::map<Step, double> by_step;
  for (const LoggedPoint& rate : rates.points)
    if (steps.contains(rate.step)) by_step.emplace(rate.step, rate.value);
  return by_step;
}

std::string curve_csv(const LoggedSeries& losses, const LoggedSeries& rates) {
  const std::map<Step, double> lrs = rates_at(losses, rates);
  std::vector<std::string> header = {"step", "loss"};
  if (!lrs.empty()) header.insert(header.begin() + 1, "lr");
  CsvWriter csv(header);
  for (const LoggedPoint& point : losses.points) {
    csv.add(point.step);
    const auto lr = lrs.find(point.step);
    if (lr != lrs.end())
      csv.add(lr->second);
    else if (!lrs.empty())
      csv.add_empty();
    csv.add(point.value);
    csv.end_row();
  }
  return std::move(csv).text();
}

const char* unit_word(LoggedUnit unit) { return unit == LoggedUnit::bits ? "bits" : "perplexity"; }

// What the manifest says of a curve beside its files.
std::string keys_of(const ImportedRun& run, const LossSeries& losses) {
  std::string text;
  if (run.tokens_per_step) text += fmt::format("tokens_per_step = {}\n", number_text(*run.tokens_per_step));
  if (losses.unit != LoggedUnit::nats) text += fmt::format("loss_unit = \"{}\"\n", unit_word(losses.unit));
  if (losses.mean_over.value_or(1) > 1) text += fmt::format("point = {{ mean_over = {} }}\n", *losses.mean_over);
  return text;
}

std::string manifest_text(const std::vector<ImportedRun>& runs) {
  std::string text = "format = 1\n";
  for (const ImportedRun& run : runs)
    for (const ImportedCurve& curve : run.curves)
      text += fmt::format("\n[[curve]]\nname = {}\nfile = {}\nschedule = {}\n{}", toml_string(curve.name),
                          toml_string(curve.file), schedule_text(run.schedule), keys_of(run, curve.losses));
  return text;
}

void add_notes(const LoggedRun& run, ImportedRun& imported) {
  for (const std::string& warning : run.warnings) imported.notes.push_back(warning);
  if (const std::string left_out = run.omissions.text(); !left_out.empty())
    imported.notes.push_back("left out: " + left_out);
  if (run.losses.size() > 1)
    imported.notes.push_back(
        "its training and validation losses are two curves: fit those of one kind at a time, as "
        "with --train");
  for (const LossSeries& losses : run.losses) {
    const std::string& column = losses.series.column;
    if (losses.mean_over.value_or(1) > 1)
      imported.notes.push_back(
          fmt::format("each loss of {} is the mean over the {} steps before it", column, *losses.mean_over));
    if (losses.unit != LoggedUnit::nats)
      imported.notes.push_back(
          fmt::format("the losses of {0} are in {1}, as its name says: the manifest has loss_unit "
                      "= \"{1}\", and a fit converts them to nats",
                      column, unit_word(losses.unit)));
  }
}

ImportedRun import_run(const LoggedRun& run, RunSchedule schedule, Import& import) {
  ImportedRun imported{.name = run.name,
                       .schedule = std::move(schedule.arguments),
                       .schedule_source = std::move(schedule.source),
                       .curves = {},
                       .rates = run.rates,
                       .tokens_per_step = run.tokens_per_step,
                       .notes = std::move(schedule.notes)};
  add_notes(run, imported);
  for (const LossSeries& losses : run.losses) {
    const std::string name = curve_name(run, losses.kind);
    imported.curves.push_back({name, name + ".csv", losses});
    import.files.push_back({name + ".csv", curve_csv(losses.series, run.rates)});
  }
  if (!schedule.rates_csv.empty()) import.files.push_back({schedule.rates_file, std::move(schedule.rates_csv)});
  return imported;
}

void require_different_files(const std::vector<ImportedFile>& files) {
  std::set<fs::path> paths;
  for (const ImportedFile& file : files)
    if (!paths.insert(file.path).second)
      throw InputError(fmt::format("two files would be called {}", file.path.string()),
                       "names of runs and of their curves are those of files", "import the runs into separate folders");
}

// Whether the file is there with that content. Throws if it is there with another.
bool is_there(const fs::path& path, const std::string& content) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) return false;
  if (fs::is_regular_file(path, ignored) && read_kept_file(path) == content) return true;
  throw InputError("there is another file of that name", "an import replaces nothing",
                   "name another folder with --out, or remove the file")
      .at(path.string());
}

}  // namespace

Import import_runs(const std::vector<LoggedRun>& runs, const ScheduleChoices& choices) {
  Import import;
  std::vector<RunSchedule> schedules = run_schedules(runs, choices);
  for (std::size_t i = 0; i < runs.size(); ++i)
    import.runs.push_back(import_run(runs[i], std::move(schedules[i]), import));
  import.files.push_back({"manifest.toml", manifest_text(import.runs)});
  require_different_files(import.files);
  return import;
}

void write_import(const Import& import, const fs::path& folder) {
  std::vector<const ImportedFile*> missing;
  for (const ImportedFile& file : import.files)
    if (!is_there(folder / file.path, file.content)) missing.push_back(&file);
  for (const ImportedFile* file : missing) write_atomically(folder / file->path, file->content);
}

}  // namespace losscast
