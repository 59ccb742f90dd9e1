// `losscast scaling runs`: divergence, best LR and final loss from a table of finished runs.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/output.hpp"
#include "cli/output_place.hpp"
#include "cli/runs_text.hpp"
#include "cli/shared_flags.hpp"
#include "io/runs_json.hpp"
#include "losscast/base/error.hpp"
#include "losscast/io/runs_csv.hpp"
#include "losscast/io/runs_file.hpp"
#include "losscast/scaling/runs_score.hpp"

namespace losscast {
namespace {

using Json = nlohmann::ordered_json;

Json score_json(const DivergenceScore& score) {
  return {{"log_loss", score.log_loss},
          {"brier", score.brier},
          {"calibration_error", score.calibration_error},
          {"f1", score.f1},
          {"bins", score.bins},
          {"bins_within_2", score.bins_within_2},
          {"bins_within_4", score.bins_within_4}};
}

Json score_json(const std::optional<DivergenceScore>& score) { return score ? score_json(*score) : Json(nullptr); }

Json score_json(const PeakScore& score) {
  return {{"within_step", score.within_step},
          {"low_regret", score.low_regret},
          {"regret_q90", score.regret_q90},
          {"mean_regret", score.mean_regret}};
}

Json score_json(const LossScore& score) {
  return {{"smoothed", score.smoothed}, {"final", score.final}, {"shifted", score.shifted}};
}

Json sizes_json(const RunsScore& score) {
  Json sizes = Json::array();
  for (const FoldScore& fold : score.folds)
    sizes.push_back({{"params", fold.params},
                     {"runs", fold.runs},
                     {"diverged", fold.diverged},
                     {"sweeps", fold.sweeps},
                     {"divergence", score_json(fold.divergence)},
                     {"peak", score_json(fold.peak)},
                     {"loss", score_json(fold.loss)}});
  return sizes;
}

Json score_json(const std::optional<RunsScore>& score) {
  if (!score) return nullptr;
  return {{"divergence",
           {{"law", score_json(score->divergence)},
            {"plain_line", score_json(score->plain_line)},
            {"threshold_f1", score->threshold_f1},
            {"lowest_lost", score->lowest_lost ? Json(*score->lowest_lost) : Json(nullptr)},
            {"lost_below_half", score->lost_below_half}}},
          {"peak",
           {{"sweeps", score->sweeps},
            {"law", score_json(score->peak)},
            {"published", score_json(score->published_peak)},
            {"own_parabola", score_json(score->own_parabola)}}},
          {"loss", score_json(score->loss)},
          {"largest",
           {{"runs", score->largest_runs},
            {"law", score_json(score->largest)},
            {"power_law", score_json(score->largest_power_law)},
            {"neighbour", score_json(score->largest_neighbour)},
            {"if_known", score_json(score->largest_if_known)}}},
          {"sizes", sizes_json(*score)}};
}

std::vector<FinishedRun> read_runs(const Flags& flags) {
  RunsTable table = read_runs_csv(flags.text("RUNS"));
  for (const std::string& note : table.notes) report_note(note);
  return std::move(table.runs);
}

void report_missing_classifier(const RunsFit& fit) {
  if (!fit.divergence) report_note("there is no classifier of divergence: " + reason_without_classifier(fit) + ".");
}

// What was fitted to the table, and how well it foretells sizes left out.
struct Laws {
  RunsFit fit;
  std::optional<RunsScore> score;
};

// Nothing, and a note why, where the runs of some sizes give no laws.
std::optional<RunsScore> scores_of(const std::vector<FinishedRun>& runs, const DivergenceOptions& options) {
  try {
    return score_runs(runs, options);
  } catch (const InputError& error) {
    report_note(fmt::format("no scores of sizes left out: without one of them, {}", error.what()));
    return std::nullopt;
  }
}

Laws fit_and_score(const Flags& flags) {
  const std::vector<FinishedRun> runs = read_runs(flags);
  if (flags.has("out")) require_writable_file(flags.text("out"));
  const DivergenceOptions options{.seed = read_seed(flags)};
  try {
    Laws laws = {fit_runs(runs, options), scores_of(runs, options)};
    if (laws.score) laws.fit.held_out_error = laws.score->loss.smoothed;
    return laws;
  } catch (const InputError& error) {
    throw error.at(flags.text("RUNS"));
  }
}

void run_runs(const Flags& flags) {
  const auto [fit, score] = fit_and_score(flags);
  report_missing_classifier(fit);
  const std::vector<std::string> against = doubts(fit);
  for (const std::string& doubt : against) report_warning(doubt + ".");
  if (flags.has("out"))
    write_runs_fit(flags.text("out"), fit, make_provenance(flags.command_line(), {{flags.text("RUNS")}}, "CPU"));
  if (flags.has("json")) {
    Json json = runs_fit_json(fit);
    json["doubts"] = against;
    json["score"] = score_json(score);
    print_json(json);
  } else {
    print(runs_text(fit) + "\n" + score_text(score));
  }
  require_reliable(flags, against);
}

}  // namespace

Command scaling_runs_command() {
  return {"scaling runs",
          "learns from finished runs which LRs diverge, which is best, and the final loss",
          {{"RUNS", "a CSV file with the columns params, tokens, peak_lr, steps and final_loss, a row for each run"}},
          joined({{{"out", "FILE", "write the laws here, for `scaling peak`"},
                   {"seed", "N", "of the draws over which the probability of divergence is averaged", "1"}},
                  strict_flag(),
                  json_flag()}),
          {"losscast scaling runs runs.csv --out runs.json"},
          run_runs};
}

}  // namespace losscast
