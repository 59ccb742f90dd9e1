#include "io/fit_json.hpp"

#include <nlohmann/json.hpp>

#include "io/fit_keys.hpp"
#include "io/provenance_json.hpp"
#include "io/spikes_keys.hpp"
#include "losscast/fit/doubts.hpp"

namespace losscast {

namespace {

using Json = nlohmann::ordered_json;

Json number_or_null(const std::optional<double>& number) { return number ? Json(*number) : Json(nullptr); }

Json parameters_json(const std::vector<ParameterEstimate>& parameters) {
  Json list = Json::array();
  for (const ParameterEstimate& p : parameters)
    list.push_back({{"name", p.name},
                    {"value", p.value},
                    {"standard_error", p.standard_error},
                    {"rhat", p.rhat},
                    {"bulk_ess", p.bulk_ess},
                    {"tail_ess", p.tail_ess},
                    {"at_bound", p.at_bound}});
  return list;
}

Json noise_json(const Noise& noise) {
  Json object = Json::object();
  for (const auto& [key, member] : kNoiseKeys) {
    const NoiseParameter& parameter = noise.*member;
    object[key] = {{"value", parameter.value}, {"fitted", parameter.fitted}, {"source", parameter.source}};
  }
  return object;
}

Json ranges_json(const RangesSeen& seen) {
  return {{"peak_lr_min", seen.peak_lr_min},
          {"peak_lr_max", seen.peak_lr_max},
          {"total_steps_min", seen.total_steps_min},
          {"total_steps_max", seen.total_steps_max},
          {"weight_decay_min", seen.weight_decay_min},
          {"weight_decay_max", seen.weight_decay_max},
          {"tokens_per_step_min", seen.batch_min},
          {"tokens_per_step_max", seen.batch_max},
          {"params_min", number_or_null(seen.params_min)},
          {"params_max", number_or_null(seen.params_max)}};
}

int disowned_rows(const Fit& fit, const std::string& curve) {
  int rows = 0;
  for (const DisownedRows& one : fit.disowned) rows += one.curve == curve ? one.rows : 0;
  return rows;
}

Json diagnostics_json(const Fit& fit) {
  Json list = Json::array();
  for (const CurveDiagnostics& d : fit.diagnostics)
    list.push_back({{"curve", d.curve},
                    {"points", d.points},
                    {"first_step", d.first_step},
                    {"mean_residual", d.mean_residual},
                    {"rms_residual", d.rms_residual},
                    {"lag1_autocorrelation", d.lag1_autocorrelation},
                    {"worst_relative_residual", d.worst_relative_residual},
                    {"rows", d.rows},
                    {"fast_noise", d.fast_noise},
                    {"disowned_rows", disowned_rows(fit, d.curve)},
                    {"disowned_share", disowned_share(fit, d)}});
  return list;
}

Json disowned_json(const std::vector<DisownedRows>& disowned) {
  Json list = Json::array();
  for (const DisownedRows& rows : disowned)
    list.push_back({{"curve", rows.curve},
                    {"kind", disowned_kind_name(rows.kind)},
                    {"first_step", rows.first_step},
                    {"last_step", rows.last_step},
                    {"rows", rows.rows},
                    {"distance", rows.distance}});
  return list;
}

Json copies_json(const std::vector<CopiedCurve>& copies) {
  Json list = Json::array();
  for (const CopiedCurve& one : copies) list.push_back({{"curve", one.curve}, {"copy_of", one.copy_of}});
  return list;
}

}  // namespace

Json hazard_json(const FittedHazard& hazard) {
  Json object = Json::object();
  for (const auto& [key, member] : kSpikesKeys)
    if (is_said(hazard.spikes, member)) object[key] = hazard.spikes.*member;
  if (hazard.spikes.jump_rate > 0) object[kJumpsFromKey] = hazard_source_name(hazard.jumps_from);
  if (hazard.spikes.barrier_limit > 0) object[kBarrierFromKey] = hazard_source_name(hazard.barrier_from);
  return object;
}

Json fit_json(const Fit& fit, const Provenance& provenance) {
  Json object = {{"format", Fit::kFormat},
                 {"model", fit.model},
                 {"ref_lr", fit.reference.lr},
                 {"ref_steps", fit.reference.steps},
                 {"ref_weight_decay", fit.reference.weight_decay},
                 {"ref_tokens_per_step", fit.reference.batch},
                 {"limit_power", fit.reference.limit_power},
                 {"limit_steps", fit.reference.limit_steps},
                 {"weight_decay", fit.weight_decay},
                 {"params", number_or_null(fit.params)},
                 {"moved_from", number_or_null(fit.moved_from)},
                 {"parameters", parameters_json(fit.parameters)},
                 {"covariance", fit.covariance},
                 {"seed", fit.seed},
                 {"noise", noise_json(fit.noise)}};
  if (fit.hazard.spikes.any()) object[kFitSpikesKey] = hazard_json(fit.hazard);
  object.update({{"seen", ranges_json(fit.seen)},
                 {"diagnostics", diagnostics_json(fit)},
                 {"disowned", disowned_json(fit.disowned)},
                 {"copies", copies_json(fit.copies)},
                 {"warnings", fit.warnings},
                 {"cost", fit.cost},
                 {"starts", fit.starts},
                 {"starts_converged_to_best", fit.starts_converged_to_best},
                 {"provenance", provenance_json(provenance)},
                 {"draws", fit.draws}});
  return object;
}

}  // namespace losscast
