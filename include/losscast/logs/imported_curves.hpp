/// \file
/// What an import makes of logs: curves with their schedules, as files.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "losscast/logs/logged_run.hpp"
#include "losscast/logs/schedule_choices.hpp"
#include "losscast/schedule/arguments.hpp"

namespace losscast {

/// A curve of an import.
struct ImportedCurve {
  std::string name;   ///< unique in the import
  std::string file;   ///< relative to the folder
  LossSeries losses;  ///< its points
};

/// A run of an import.
struct ImportedRun {
  std::string name;                            ///< unique in the import
  Arguments schedule;                          ///< paths in it are relative to the folder
  std::string schedule_source;                 ///< where it is from, a phrase
  std::vector<ImportedCurve> curves;           ///< at least one
  LoggedSeries rates;                          ///< as logged
  std::optional<double> tokens_per_step = {};  ///< of an update, if it was said
  std::vector<std::string> notes = {};         ///< what was assumed or left out, phrases
};

/// A file to be written.
struct ImportedFile {
  std::filesystem::path path;  ///< relative to the folder
  std::string content;         ///< all of it
};

/// An import.
struct Import {
  std::vector<ImportedRun> runs;    ///< in the order of the logs
  std::vector<ImportedFile> files;  ///< what to write, the manifest last
};

/// Finds the schedule of each run and makes the files: a CSV of step, lr where it is logged, and loss for each curve,
/// one of rates for each run whose schedule is of the family `file`, and manifest.toml. Throws InputError: a run
/// without rates, if no schedule is given; logged rates that a given schedule does not have; a loss past a schedule's
/// end; rates that no family has and that do not go from the run's first update to its last.
Import import_runs(const std::vector<LoggedRun>& runs, const ScheduleChoices& choices);

/// Writes the files, each whole; those that are there with the same content stay. Throws InputError before anything is
/// written if there is another file of such a name.
void write_import(const Import& import, const std::filesystem::path& folder);

}  // namespace losscast
