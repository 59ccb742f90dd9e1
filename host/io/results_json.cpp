#include "io/results_json.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "io/fit_json.hpp"
#include "io/fit_keys.hpp"
#include "io/json_number.hpp"
#include "io/provenance_json.hpp"
#include "io/results_bands.hpp"
#include "io/results_columns.hpp"
#include "losscast/fit/doubts.hpp"
#include "losscast/schedule/schedule_text.hpp"

namespace losscast {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kFormat = 1;

struct ToJson {
  Json operator()(double number) const { return number; }
  Json operator()(const std::string& word) const { return word; }
  Json operator()(const std::vector<double>& numbers) const { return numbers; }
  Json operator()(const std::vector<Arguments>& phases) const {
    Json list = Json::array();
    for (const Arguments& phase : phases) list.push_back((*this)(phase));
    return list;
  }
  Json operator()(const Stairs& stairs) const { return {{"steps", stairs.steps}, {"values", stairs.values}}; }
  Json operator()(const Arguments& arguments) const {
    Json object = Json::object();
    for (const auto& [key, value] : arguments.values) object[key] = std::visit(*this, value);
    return object;
  }
};

// What a reader needs of the fit to tell what the forecasts rest on.
Json fit_summary(const std::filesystem::path& file, const Fit& fit) {
  const Json whole = fit_json(fit, {});
  Json summary = {{"file", file.string()}};
  for (const char* key :
       {"model", "ref_lr", "ref_steps", "weight_decay", "params", "parameters", "noise", "seen", "warnings"})
    summary[key] = whole.at(key);
  summary["doubts"] = doubts(fit);
  if (whole.contains(kFitSpikesKey)) summary[kFitSpikesKey] = whole.at(kFitSpikesKey);
  return summary;
}

Json counts_json(const SweepConfig& config, const SweepCounts& counts) {
  return {{"candidates", counts.candidates},
          {"paths_per_candidate", config.paths},
          {"ok", counts.ok},
          {"diverged", counts.diverged},
          {"non_finite", counts.non_finite},
          {"extrapolating", counts.extrapolating}};
}

}  // namespace

Json statistics_json(const Statistics& statistics) {
  Json object = Json::object();
  for (const StatisticColumn& column : kStatisticColumns)
    object[column.name] = number_or_null(statistics.*column.member);
  Json intervals = Json::object(), enough = Json::object();
  for (std::size_t i = 0; i < statistics.intervals.size(); ++i) {
    const auto [low, high] = statistics.intervals[i];
    intervals[kQuantileNames[i]] = {number_or_null(low), number_or_null(high)};
    if (std::isnan(low)) enough[kQuantileNames[i]] = enough_paths(kQuantileProbabilities[i]);
  }
  object["intervals"] = intervals;
  object["enough_paths"] = enough;
  object["lost_share"] = statistics.diverged_share;
  object["status"] = status_name(statistics.status);
  return object;
}

Json step_error_json(const StepError& error) {
  return {{"mean", number_or_null(error.mean)},
          {"standard_deviation", number_or_null(error.standard_deviation)},
          {"at_end", number_or_null(error.at_end)},
          {"schedules_checked", error.schedules_checked}};
}

Json performance_json(const Performance& performance, double total_seconds) {
  Json object = {{"path_steps", performance.path_steps},
                 {"block_steps", performance.block_steps},
                 {"engine_seconds", performance.engine_seconds},
                 {"total_seconds", total_seconds},
                 {"backend", performance.backend},
                 {"device", performance.device},
                 {"math", performance.math == MathMode::fast ? "fast" : "reproducible"}};
  if (const auto& deviation = performance.math_deviation)
    object["math_deviation"] = {{"path", deviation->path}, {"mean", deviation->mean}};
  return object;
}

Json levers_json(const LeversUsed& levers) {
  return {{"antithetic", levers.antithetic == Lever::on},
          {"twin_block", levers.twin_block ? Json(*levers.twin_block) : Json(nullptr)},
          {"exact_jumps", levers.exact_jumps == Lever::on}};
}

Json precision_json(const std::optional<PrecisionReport>& report) {
  if (!report) return nullptr;
  const auto or_null = [](const auto& value) { return value ? Json(*value) : Json(nullptr); };
  Json object = {{"target_se", or_null(report->goal.target_error)},
                 {"max_path_steps", or_null(report->goal.stop.path_steps)},
                 {"rounds", report->rounds},
                 {"stopped_by", stopped_by_name(report->stopped_by)},
                 {"largest_se", number_or_null(report->largest_error)},
                 {"missed", report->missed.size()},
                 {"honest_se", report->honest_error}};
  object["next_digit"] = report->next_digit
                             ? Json{{"se", report->next_digit->error}, {"path_steps", report->next_digit->path_steps}}
                             : Json(nullptr);
  return object;
}

Json known_json(const KnownRanking& known) {
  return {{"delta", known.delta},
          {"draws", known.draws},
          {"undecided", known.undecided},
          {"others", known.others},
          {"undecided_others", known.undecided_others},
          {"next_run", known.next_run ? Json(schedule_text(*known.next_run)) : Json(nullptr)},
          {"next_run_gain", known.next_run_gain}};
}

Json candidate_json(const RankedCandidate& ranked, std::size_t rank, double divergence_cost) {
  Json object = {{"rank", rank}, {"arguments", ToJson()(ranked.candidate.arguments)}};
  object.update(statistics_json(ranked.statistics));
  object["known"] = {{"difference", number_or_null(ranked.known.mean)},
                     {"deviation", number_or_null(ranked.known.deviation)},
                     {"low", number_or_null(ranked.known.low)},
                     {"high", number_or_null(ranked.known.high)},
                     {"p_within", ranked.known.p_within}};
  object["difference"] = {{"mean", number_or_null(ranked.difference.mean)},
                          {"se", number_or_null(ranked.difference.standard_error)},
                          {"posterior_se", number_or_null(ranked.difference.posterior_error)},
                          {"low", number_or_null(ranked.difference.low)},
                          {"high", number_or_null(ranked.difference.high)}};
  if (divergence_cost > 0) {
    object["p_diverge"] = ranked.divergence.p_diverge;
    object["weighed_mean"] = number_or_null(ranked.statistics.mean + ranked.divergence.added);
  }
  object["paths"] = ranked.paths;
  object["extrapolations"] = ranked.extrapolations;
  return object;
}

namespace {

Json stages_json(const SearchResult& search) {
  Json stages = Json::array();
  for (const RaceRound& round : search.race.rounds)
    stages.push_back({{"candidates", round.candidates},
                      {"units", round.units},
                      {"survivors", round.survivors},
                      {"path_steps", round.path_steps}});
  return stages;
}

Json texts_json(const std::vector<Arguments>& schedules) {
  Json texts = Json::array();
  for (const Arguments& arguments : schedules) texts.push_back(schedule_text(arguments));
  return texts;
}

Json posterior_json(const SweepCertificate& certificate) {
  if (!certificate.search.posterior) return nullptr;
  const PosteriorDoubt& doubt = *certificate.search.posterior;
  return {{"draws", doubt.draws},
          {"rivals", doubt.rivals},
          {"indistinguishable", doubt.indistinguishable.size()},
          {"lost", doubt.lost},
          {"unseen", doubt.unseen},
          {"next_run", certificate.next_run ? Json(schedule_text(*certificate.next_run)) : Json(nullptr)},
          {"next_run_gain", doubt.next_run_gain}};
}

Json steps_to_loss_json(const std::optional<StepsToLoss>& found) {
  if (!found) return nullptr;
  const auto or_null = [](const std::optional<Step>& steps) { return steps ? Json(*steps) : Json(nullptr); };
  Json probes = Json::array();
  for (const Probe& probe : found->probes)
    probes.push_back({{"steps", probe.steps}, {"mean", probe.mean}, {"stopped_by", race_end_name(probe.end)}});
  return {{"loss", found->loss},
          {"steps", found->steps},
          {"above", or_null(found->above)},
          {"stopped_by", race_end_name(found->is_stopped ? RaceEnd::seconds : RaceEnd::decided)},
          {"low", or_null(found->low)},
          {"high", or_null(found->high)},
          {"probes", probes}};
}

Json horizon_json(const HorizonMean& one, double divergence_cost) {
  Json object = {{"steps", one.steps}, {"mean", one.mean}};
  if (divergence_cost > 0) object.update({{"p_diverge", one.p_diverge}, {"weighed_mean", one.weighed_mean}});
  return object;
}

Json certificate_json(const SweepCertificate& certificate, const Arguments& winner) {
  const SearchResult& search = certificate.search;
  Json polished = nullptr;
  if (search.polished)
    polished = {{"schedule", schedule_text(search.polished->arguments)}, {"gain", search.polished->gain}};
  Json horizons = Json::array();
  for (const HorizonMean& one : search.horizons) horizons.push_back(horizon_json(one, search.divergence_cost));
  Json limits = Json::object();
  for (const LimitedRisk& risk : certificate.risks)
    limits[std::string(risk.name)] = {{"limit", risk.limit}, {"winner", risk.probability}};
  std::vector<std::size_t> open;  // ranks
  for (std::size_t i = 0; i < search.selection.standing.size(); ++i)
    if (search.selection.standing[i].standard_error > 0) open.push_back(i + 2);
  Json object = {{"certified", certificate.certified},
                 {"winner", schedule_text(winner)},
                 {"objective", objective_name(search.objective)},
                 {"delta", search.delta},
                 {"delta_source", search.delta_source},
                 {"confidence", search.confidence},
                 {"p_selection", search.selection.p_selection},
                 {"exact", search.selection.exact},
                 {"p_posterior", search.posterior ? Json(search.posterior->p_posterior) : Json(nullptr)},
                 {"posterior", posterior_json(certificate)},
                 {"indistinguishable", {{"selection", open}, {"posterior", texts_json(certificate.alternatives)}}},
                 {"objection", search.objection.empty() ? Json(nullptr) : Json(search.objection)},
                 {"limits", limits},
                 {"polished", polished},
                 {"horizons", horizons},
                 {"steps_to_loss", steps_to_loss_json(certificate.steps_to_loss)},
                 {"stopped_by", race_end_name(search.race.end)},
                 {"candidates", search.race.rounds.front().candidates - search.race.excluded},
                 {"excluded", search.race.excluded},
                 {"blocks_per_segment", search.blocks_per_segment},
                 {"block_error", search.unit_error},
                 {"stages", stages_json(search)}};
  if (search.divergence_cost > 0) object["divergence_cost"] = search.divergence_cost;
  return object;
}

}  // namespace

Json results_json(const SweepConfig& config, const Fit& fit, const SweepResult& result, const SweepCounts& counts,
                  const Provenance& provenance) {
  const RankedCandidate& winner = result.ranked.front();
  Json best = candidate_json(winner, 1, config.divergence_cost);
  best["schedule"] = schedule_text(winner.candidate.arguments);
  return {{"format", kFormat},
          {"best", best},
          {"certificate",
           result.certificate ? certificate_json(*result.certificate, winner.candidate.arguments) : Json(nullptr)},
          {"known", known_json(result.known)},
          {"confidence", config.confidence},
          {"counts", counts_json(config, counts)},
          {"bands", result.bands ? bands_json(*result.bands) : Json(nullptr)},
          {"block", result.step_error.block},
          {"step_error", step_error_json(result.step_error)},
          {"levers", levers_json(result.levers)},
          {"precision", precision_json(result.precision)},
          {"fit", fit_summary(config.fit, fit)},
          {"config", config.resolved},
          {"performance", performance_json(result.performance, result.total_seconds)},
          {"provenance", provenance_json(provenance)}};
}

}  // namespace losscast
