// `losscast sweep`: many schedules, ranked.
#include <fmt/format.h>

#include <filesystem>

#include "base/stopwatch.hpp"
#include "cli/jobs_on_screen.hpp"
#include "cli/output_place.hpp"
#include "cli/planned_sweep.hpp"
#include "cli/shared_flags.hpp"
#include "cli/sweep_answer.hpp"
#include "losscast/io/results_file.hpp"
#include "losscast/jobs/sweep_here.hpp"
#include "losscast/sweep/begin_rounds.hpp"

namespace losscast {
namespace {

namespace fs = std::filesystem;

void run(const Flags& flags) {
  const Stopwatch watch;
  const fs::path file = flags.text("SWEEP");
  const fs::path out = flags.has("out") ? fs::path(flags.text("out")) : fs::path(file.stem().string() + "_results");
  const SweepOptions options = read_sweep_options(flags);
  const int jobs = read_jobs(flags);
  JobsOnScreen screen;  // first, so that a signal at the beginning ends the program as resumable, too
  SweepPlan plan = read_planned(flags, options);
  plan.options.observer = &screen;
  if (flags.has("dry-run")) {
    const auto begun = blaming(file, [&] { return begin_rounds(plan.config, plan.fit, plan.options); });
    return print_dry_run(flags, plan, *begun, jobs);
  }
  const fs::path progress = out / kProgressFolder;
  require_no_plan(out);
  if (is_answered(out, plan.hash)) {
    remove_progress(progress);  // that a call has left which was ended at last
    return answer_again(flags, out);
  }
  std::vector<fs::path> files(std::begin(kResultsFiles), std::end(kResultsFiles));
  files.emplace_back(kAnswerFile);
  const OutputFolder folder(out, files);
  const std::vector<fs::path> inputs = {file, plan.config.fit};
  Provenance provenance = make_provenance(flags.command_line(), inputs, "");
  SweepResult result = blaming(file, [&] {
    return sweep_here(progress, plan, {options.execution, jobs, {}}, provenance, screen);
  });
  result.total_seconds = watch.seconds();  // reading the inputs included
  provenance.device = result.performance.device;
  provenance.plan = plan.hash;
  const Answer answer = write_sweep(plan, std::move(result), options.execution, out, provenance);
  remove_progress(progress);
  screen.finish();
  give_answer(flags, answer);
}

}  // namespace

Command sweep_command() {
  return {
      "sweep",
      "simulates every candidate schedule of a sweep file and ranks them",
      {{"SWEEP", "the TOML file that says which schedules to try"}},
      joined({settings_flags(),
              {{"out", "DIR",
                "where results.csv, results.json and bands.npy go (default: STEM_results in the current "
                "folder, STEM being the sweep file's name without .toml)"},
               {"dry-run", "", "print the resolved sweep file and what the sweep will take, and compute nothing"}},
              jobs_flag(),
              precision_flags(),
              scheme_flags(),
              backend_flags(),
              threads_flag(),
              strict_flag(),
              json_flag()}),
      {"losscast sweep sweep.toml", "losscast sweep sweep.toml --set paths=256 --set search.candidates=100 --out quick",
       "losscast sweep sweep.toml --target-se 1e-4 --max-seconds 60",
       "losscast sweep sweep.toml --set 'search.method=\"race\"' --set search.candidates=1_000_000 --delta 1e-3"},
      run};
}

}  // namespace losscast
