#include "io/validation_json.hpp"

#include <nlohmann/json.hpp>

#include "io/json_number.hpp"

namespace losscast {

namespace {

using Json = nlohmann::ordered_json;

template <class Value>
Json value_or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json run_json(const HeldOutRun& run) {
  return {{"curve", run.curve},
          {"known_until", run.known_until},
          {"step", run.step},
          {"measured", run.measured},
          {"forecast", run.forecast},
          {"error", run.error()},
          {"q05", run.q05},
          {"q95", run.q95},
          {"in_band", run.in_band()},
          {"points", run.points},
          {"mean_abs_error", run.mean_abs_error}};
}

Json fold_json(const JudgedFold& judged, std::span<const Curve> curves) {
  Json training = Json::array(), runs = Json::array();
  for (const std::size_t c : judged.fold.training) training.push_back(curves[c].name);
  for (const HeldOutRun& run : judged.runs) runs.push_back(run_json(run));
  return {{"group", judged.fold.group}, {"training", training}, {"left_out", runs}};
}

Json choice_json(const Choice& choice) {
  return {{"among", choice.among},
          {"recipes", choice.recipes},
          {"pick", choice.pick},
          {"best", choice.best},
          {"regret", choice.regret},
          {"blind_regret", choice.blind_regret},
          {"best_in_forecast_top", value_or_null(choice.best_in_forecast_top)},
          {"pick_in_measured_top", value_or_null(choice.pick_in_measured_top)}};
}

Json grouping_json(const GroupingResult& result, const GroupingTrust& trust, std::span<const Curve> curves) {
  const HeldOutScore& score = result.score;
  Json choices = Json::array(), folds = Json::array();
  for (const Choice& choice : score.choices) choices.push_back(choice_json(choice));
  for (const JudgedFold& fold : result.folds) folds.push_back(fold_json(fold, curves));
  return {{"left_out", grouping_name(result.grouping)},
          {"runs", score.runs},
          {"end_error", score.end_error},
          {"end_bias", score.end_bias},
          {"worst_end_error", score.worst_end_error},
          {"curve_error", score.curve_error},
          {"rank_correlation", value_or_null(score.rank_correlation)},
          {"regret", value_or_null(score.regret)},
          {"blind_regret", value_or_null(score.blind_regret)},
          {"best_in_forecast_top", value_or_null(score.best_in_forecast_top)},
          {"pick_in_measured_top", value_or_null(score.pick_in_measured_top)},
          {"coverage", score.coverage()},
          {"mean_width", score.mean_width},
          {"band_scale", number_or_null(score.band_scale)},
          {"bands_hold", trust.bands_hold},
          {"picks_well", trust.picks_well},
          {"choices", choices},
          {"folds", folds}};
}

}  // namespace

Json validation_json(const Validation& validation, const Trust& trust, std::span<const Curve> curves) {
  Json groupings = Json::array(), skipped = Json::array();
  for (std::size_t i = 0; i < validation.groupings.size(); ++i)
    groupings.push_back(grouping_json(validation.groupings[i], trust.groupings[i], curves));
  for (const SkippedFold& one : validation.skipped)
    skipped.push_back({{"left_out", grouping_name(one.grouping)},
                       {"group", one.group.empty() ? Json(nullptr) : Json(one.group)},
                       {"reason", one.reason}});
  return {{"trusted", trust.trusted},
          {"verdict", trust.sentence},
          {"groupings", groupings},
          {"skipped", skipped},
          {"fits", validation.fits}};
}

}  // namespace losscast
