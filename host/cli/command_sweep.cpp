// `losscast sweep`: many schedules, ranked.
#include "losscast/sweep/sweep.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/cost_on_screen.hpp"
#include "cli/finite_result.hpp"
#include "cli/fit_input.hpp"
#include "cli/forecast_text.hpp"
#include "cli/kept_race.hpp"
#include "cli/output.hpp"
#include "cli/output_place.hpp"
#include "cli/shared_flags.hpp"
#include "cli/stopwatch.hpp"
#include "cli/sweep_messages.hpp"
#include "cli/trust_text.hpp"
#include "io/results_bands.hpp"
#include "io/results_json.hpp"
#include "losscast/base/error.hpp"
#include "losscast/fit/doubts.hpp"
#include "losscast/fit/forecast.hpp"
#include "losscast/io/results_file.hpp"
#include "losscast/io/sweep_file.hpp"
#include "losscast/schedule/schedule_text.hpp"

namespace losscast {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

Json sweep_json(const SweepConfig& config, const Fit& fit, const SweepResult& result, const Provenance& provenance,
                const fs::path& out) {
  Json object = results_json(config, fit, result, result.counts, provenance);
  Json first = Json::array();
  for (const RankedCandidate& one : shown(result)) first.push_back(candidate_json(one, first.size() + 1));
  object["first"] = first;
  object.update(trust_json(fit));
  object["out"] = out.string();
  return object;
}

std::vector<std::string> files_of(const SweepResult& result, const fs::path& out) {
  std::vector<std::string> files = {(out / "results.csv").string(), (out / "results.json").string()};
  if (result.bands) files.push_back((out / kBandsFile).string());
  return files;
}

// --delta and --confidence are short for settings of the file.
std::vector<std::string> read_settings(const Flags& flags) {
  std::vector<std::string> settings = flags.all("set");
  for (const char* name : {"delta", "confidence"})
    if (flags.has(name)) settings.push_back(fmt::format("search.{}={}", name, flags.text(name)));
  return settings;
}

constexpr const char* kProgressFile = "progress.cbor";

std::vector<fs::path> files_in_the_folder() {
  std::vector<fs::path> files(std::begin(kResultsFiles), std::end(kResultsFiles));
  files.emplace_back(kProgressFile);
  return files;
}

// Tells people how a sweep goes, and keeps a race on disk.
class SweepOnScreen final : public CostOnScreen {
 public:
  SweepOnScreen(const SweepConfig& config, const PrecisionGoal& goal) : config_(config), goal_(goal) {}

  // Keeps the progress of a race in a file, and returns what an interrupted race has left there, if there is such.
  std::optional<SearchProgress> keep_in(const fs::path& file, const SweepOptions& options) {
    kept_.emplace(file, config_, options);
    left_behind_ = kept_->left_behind();
    return left_behind_;
  }

  void before_candidates(std::int64_t points) override {
    constexpr std::int64_t kQuick = 100'000;  // made before anybody wonders
    if (points > kQuick) report_progress(fmt::format("finding candidates among {} points of the space", points));
  }
  void before_ranking(std::size_t candidates) override {
    report_progress(fmt::format("sweeping {} candidates with {}{} paths each", candidates, goal_.any() ? "up to " : "",
                                config_.paths));
  }
  void before_race(std::int64_t candidates) override {
    report_progress(left_behind_ ? fmt::format("going on with round {} of a race of {} candidates",
                                               left_behind_->race.before.rounds.size() + 1, candidates)
                                 : fmt::format("racing {} candidates", candidates));
  }
  void before_run(const EnsembleWork& work) override {
    CostOnScreen::before_run(work);
    report_progress(work_text(work));
  }
  void before_bands(std::size_t candidates) override {
    report_progress(fmt::format("simulating {} of them once more, for bands over time", candidates));
  }
  void after_round(const RaceRound& round) override {
    report_progress(
        fmt::format("{} of {} candidates left after {} units", round.survivors, round.candidates, round.units));
  }
  void after_probe(const Probe& probe) override {
    report_progress(fmt::format("after {} steps the best comes to {:.4f}", probe.steps, probe.mean));
  }
  void after_part(const RaceProgress& progress, const BestOfDraws& best) override {
    CostOnScreen::after_part(progress, best);
    if (kept_) kept_->keep(progress, best);
  }
  void after_race() override {
    if (kept_) kept_->stop_listening();
  }

  // The results are written: what was kept is of no more use.
  void finish() {
    if (kept_) kept_->remove();
  }

 private:
  const SweepConfig& config_;
  const PrecisionGoal& goal_;
  std::optional<KeptRace> kept_;
  std::optional<SearchProgress> left_behind_;
};

SweepOptions read_options(const Flags& flags) {
  return {.execution = read_execution(flags),
          .scheme = read_scheme(flags),
          .block = read_block(flags),
          .levers = read_levers(flags),
          .goal = read_goal(flags)};
}

std::string result_text(const SweepConfig& config, const SweepResult& result, const fs::path& out) {
  std::string text = known_text(result.known, result.counts.candidates) + "\n" + ranking_text(config, result) + "\n";
  if (result.certificate)
    text += certificate_text(result) + "winner";
  else
    text += fmt::format("best of {}", result.counts.candidates);
  return text + fmt::format(": {}\n{}\nWritten to {}\n", schedule_text(result.ranked.front().candidate.arguments),
                            effort_text(result), fmt::join(files_of(result, out), ", "));
}

// What speaks against the first of the ranking.
std::vector<std::string> reasons_against(const SweepResult& result, const Fit& fit) {
  std::vector<std::string> reasons = doubts(fit);
  if (result.certificate && !result.certificate->certified)
    reasons.push_back(fmt::format("the race certified nothing (p_selection is {:.4g}, stopped by: {})",
                                  result.certificate->search.selection.p_selection,
                                  race_end_name(result.certificate->search.race.end)));
  return both(std::move(reasons), far_extrapolations(fit, result.ranked.front().candidate.recipe, fit.weight_decay));
}

// Candidates that cannot be simulated are said with the file that describes them.
SweepResult finished_sweep(Sweep&& sweep, const SweepOptions& options, const fs::path& file) {
  try {
    return std::move(sweep).run(options);
  } catch (const ArgumentError& error) {
    throw error.at(error.key()).at(file.string());
  }
}

void run(const Flags& flags) {
  const Stopwatch watch;
  const fs::path file = flags.text("SWEEP");
  const fs::path out = flags.has("out") ? fs::path(flags.text("out")) : fs::path(file.stem().string() + "_results");
  SweepOptions options = read_options(flags);
  const SweepConfig config = read_sweep(file, read_settings(flags));
  const Fit fit = read_usable_fit(config.fit);

  SweepOnScreen screen(config, options.goal);
  options.observer = &screen;
  Sweep sweep(config, fit, options.execution.threads, screen);
  const OutputFolder folder(out, files_in_the_folder());
  if (sweep.is_one_race()) options.from = screen.keep_in(out / kProgressFile, options);
  SweepResult result = finished_sweep(std::move(sweep), options, file);
  require_numbers(result);
  result.total_seconds = watch.seconds();  // reading the inputs included
  const std::vector<fs::path> inputs = {file, config.fit};
  const Provenance provenance = make_provenance(flags.command_line(), inputs, result.performance.device);
  result.counts = write_results(out, config, fit, result, provenance, options.execution.threads);
  screen.finish();

  for (const std::string& warning : sweep_warnings(result)) report_warning(warning);
  for (const std::string& warning : math_warnings(options.execution.math, result.performance)) report_warning(warning);
  if (flags.has("json"))
    print_json(sweep_json(config, fit, result, provenance, out));
  else
    print(doubts_headline(doubts(fit)) + standing_text(fit) + result_text(config, result, out));
  require_reliable(flags, reasons_against(result, fit));
}

}  // namespace

Command sweep_command() {
  return {
      "sweep",
      "simulates every candidate schedule of a sweep file and ranks them",
      {{"SWEEP", "the TOML file that says which schedules to try"}},
      joined({{{"set", "KEY=VALUE",
                "overrides the sweep file, such as paths=256 or family.wsd.peak_lr=3e-4; may be "
                "given several times"},
               {"out", "DIR",
                "where results.csv, results.json and bands.npy go (default: STEM_results in the current "
                "folder, STEM being the sweep file's name without .toml)"},
               {"delta", "NATS", "the smallest difference that matters; beats search.delta"},
               {"confidence", "P", "of the intervals, and of a race's certificate; beats search.confidence"}},
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
