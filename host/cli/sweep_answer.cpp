#include "cli/sweep_answer.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/finite_result.hpp"
#include "cli/forecast_text.hpp"
#include "cli/lost_paths.hpp"
#include "cli/shared_flags.hpp"
#include "cli/spikes_input.hpp"
#include "cli/sweep_messages.hpp"
#include "cli/trust_text.hpp"
#include "format/json_text.hpp"
#include "io/results_bands.hpp"
#include "io/results_json.hpp"
#include "losscast/fit/doubts.hpp"
#include "losscast/fit/forecast.hpp"
#include "losscast/io/results_file.hpp"
#include "losscast/schedule/schedule_text.hpp"
#include "losscast/sweep/best_at_border.hpp"

namespace losscast {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::vector<std::string> doubts_of(const SweepResult& result) { return lost_paths_doubts(result.ranked.front()); }

Json sweep_json(const SweepConfig& config, const Fit& fit, const SweepResult& result, const Provenance& provenance,
                const fs::path& out) {
  Json object = results_json(config, fit, result, result.counts, provenance);
  Json first = Json::array();
  for (const RankedCandidate& one : shown(result))
    first.push_back(candidate_json(one, first.size() + 1, config.divergence_cost));
  object["first"] = first;
  object["hazard_of_fit"] = hazard_json(fit, config.spikes);
  object.update(trust_json(fit, doubts_of(result)));
  object["out"] = out.string();
  return object;
}

std::vector<std::string> files_of(const SweepResult& result, const fs::path& out) {
  std::vector<std::string> files = {(out / "results.csv").string(), (out / "results.json").string()};
  if (result.bands) files.push_back((out / kBandsFile).string());
  return files;
}

std::string result_text(const SweepConfig& config, const SweepResult& result, const fs::path& out) {
  const RankedCandidate& first = result.ranked.front();
  std::string text =
      known_text(result.known, result.counts.candidates, first) + "\n" + ranking_text(config, result) + "\n";
  if (result.certificate)
    text += certificate_text(result) + "winner";
  else
    text += fmt::format("best of {}", result.counts.candidates);
  const bool has_loss = std::isfinite(first.statistics.mean);
  return text + fmt::format(": {}\n{}\nWritten to {}\n",
                            has_loss ? schedule_text(first.candidate.arguments) : "none, as every path diverges",
                            effort_text(result), fmt::join(files_of(result, out), ", "));
}

// In what the best is known from one side only.
std::vector<std::string> borders_of(const SweepPlan& plan, const SweepResult& result) {
  return best_at_border(plan.config.space, plan.fit, result.ranked.front().candidate);
}

// What speaks against the first of the ranking.
std::vector<std::string> reasons_against(const SweepPlan& plan, const SweepResult& result) {
  const Fit& fit = plan.fit;
  std::vector<std::string> reasons = both(both(doubts(fit), doubts_of(result)), borders_of(plan, result));
  if (result.certificate && !result.certificate->certified)
    reasons.push_back(fmt::format("the race certified nothing (p_selection is {:.4g}, stopped by: {})",
                                  result.certificate->search.selection.p_selection,
                                  race_end_name(result.certificate->search.race.end)));
  return both(std::move(reasons), far_extrapolations(fit, result.ranked.front().candidate.recipe, fit.weight_decay));
}

}  // namespace

SweepOptions read_sweep_options(const Flags& flags) {
  return {.execution = read_execution(flags),
          .scheme = read_scheme(flags),
          .block = read_block(flags),
          .levers = read_levers(flags),
          .goal = read_goal(flags)};
}

std::vector<Flag> settings_flags() {
  return {{"set", "KEY=VALUE...",
           "overrides the sweep file, such as paths=256 or family.wsd.peak_lr=3e-4; may be given several times"},
          {"delta", "NATS", "the smallest difference that matters; beats search.delta"},
          {"confidence", "P", "of the intervals, and of a race's certificate; beats search.confidence"}};
}

std::vector<std::string> read_settings(const Flags& flags) {
  std::vector<std::string> settings = flags.all("set");
  for (const char* name : {"delta", "confidence"})
    if (flags.has(name)) settings.push_back(fmt::format("search.{}={}", name, flags.text(name)));
  return settings;
}

Answer write_sweep(const SweepPlan& plan, SweepResult result, const Execution& execution, const fs::path& out,
                   const Provenance& provenance) {
  require_numbers(result);
  result.counts = write_results(out, plan.config, plan.fit, result, provenance, execution.threads);
  Answer answer;
  answer.plan = provenance.plan;
  answer.json = json_text(sweep_json(plan.config, plan.fit, result, provenance, out));
  answer.text = doubts_headline(both(doubts(plan.fit), doubts_of(result))) + standing_text(plan.fit) +
                hazard_text(plan.fit, plan.config.spikes) + result_text(plan.config, result, out);
  answer.warnings = both(both(sweep_warnings(result), borders_of(plan, result)),
                         math_warnings(plan.options.execution.math, result.performance));
  answer.reasons = reasons_against(plan, result);
  keep_answer(out, answer);
  return answer;
}

bool is_answered(const fs::path& folder, const std::string& plan) {
  return has_whole_results(folder, plan) && kept_answer(folder);
}

void answer_again(const Flags& flags, const fs::path& folder) {
  give_answer_again(flags, kept_answer(folder).value(), "sweep", folder);
}

}  // namespace losscast
