// `losscast scaling fit`, `scaling predict`, `scaling score`: the loss over model sizes and tokens.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/output.hpp"
#include "cli/output_place.hpp"
#include "cli/shared_flags.hpp"
#include "cli/text_table.hpp"
#include "losscast/base/counted.hpp"
#include "losscast/base/error.hpp"
#include "losscast/format/number_text.hpp"
#include "losscast/io/scaling_csv.hpp"
#include "losscast/io/scaling_file.hpp"
#include "losscast/scaling/plausible_numbers.hpp"
#include "losscast/scaling/scaling_score.hpp"

namespace losscast {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kPaperCut = 10e9;  // tokens that the paper leaves out

std::vector<Flag> fit_flags() {
  return {
      {"form", "NAME", "the law: joint, additive (as published) or tied (additive, with three parameters)", "joint"},
      {"drop", "SHARE", "leave out each model's checkpoints before this share of its tokens", "0.1"},
      {"drop-tokens", "N", "leave out checkpoints at this many tokens or fewer", "0"},
      {"borrow", "LAW", "take A, alpha and gamma from another family's law, for a family of one model or more"},
      {"draws", "N", "laws that tell the uncertainty", "200"},
      {"seed", "N", "of these draws", "1"},
      {"loss-unit", "UNIT", "of the losses: nats, bits or perplexity", "nats"}};
}

double read_share(const Flags& flags) {
  const double share = flags.number_from_zero("drop");
  if (share >= 1) flags.fail("drop", "nothing would be left", "it is a share", "give one below 1, such as 0.1");
  return share;
}

LossUnit read_unit(const Flags& flags) {
  static constexpr std::pair<std::string_view, LossUnit> kUnits[] = {
      {"nats", LossUnit::nats}, {"bits", LossUnit::bits}, {"perplexity", LossUnit::perplexity}};
  return flags.choice("loss-unit", kUnits);
}

ScalingOptions read_options(const Flags& flags) {
  static constexpr std::pair<std::string_view, ScalingForm> kForms[] = {
      {"joint", ScalingForm::joint}, {"additive", ScalingForm::additive}, {"tied", ScalingForm::tied}};
  constexpr std::int64_t kFewest = 2, kMost = 100'000;
  ScalingOptions options;
  options.form = flags.choice("form", kForms);
  options.drop = read_share(flags);
  options.drop_tokens = flags.number_from_zero("drop-tokens");
  if (flags.has("borrow")) options.lender = read_scaling_fit(flags.text("borrow"));
  options.draws = static_cast<int>(flags.whole_number("draws", kFewest, kMost));
  options.seed = read_seed(flags);
  options.threads = read_threads(flags);
  return options;
}

std::vector<SizedModel> read_models(const Flags& flags) {
  ScalingTable table = read_scaling_csv(flags.text("FAMILY"), read_unit(flags));
  for (const std::string& note : table.notes) report_note(note);
  return std::move(table.models);
}

Json law_json(const ScalingFit& fit) {
  Json json = {{"form", scaling_form_name(fit.form)},
               {"floor", fit.law.floor},
               {"log_a", fit.law.log_a},
               {"alpha", fit.law.alpha},
               {"log_b", fit.law.log_b},
               {"beta", fit.law.beta},
               {"gamma", fit.law.gamma}};
  if (fit.shaped) {
    json["shape_penalty"] = fit.law.shape_penalty;
    json["best_aspect"] = std::exp(fit.law.best_log_aspect);
  }
  json["model_scatter"] = fit.model_scatter;
  json["error"] = fit.error;
  json["models"] = fit.models;
  json["checkpoints"] = fit.checkpoints;
  return json;
}

Json fit_json(const ScalingFit& fit, const std::vector<std::string>& against) {
  Json json = law_json(fit);
  json["doubts"] = against;
  return json;
}

std::string law_text(const ScalingFit& fit) {
  const ScalingLaw& law = fit.law;
  std::string text =
      fit.form == ScalingForm::joint
          ? fmt::format("L = {:.4f} + [({:.4g} / N^{:.4f})^{:.3f} + ({:.4g} / D^{:.4f})^{:.3f}]^{:.3f}\n", law.floor,
                        std::exp(law.log_a), law.alpha, 1 / law.gamma, std::exp(law.log_b), law.beta, 1 / law.gamma,
                        law.gamma)
          : fmt::format("L = {:.4f} + {:.4g} / N^{:.4f} + {:.4g} / D^{:.4f}\n", law.floor, std::exp(law.log_a),
                        law.alpha, std::exp(law.log_b), law.beta);
  if (fit.shaped)
    text += fmt::format("N counts exp(-{:.4f} (ln(width/depth) - {:.2f})^2) fold: the best width is {:.0f} depths\n",
                        law.shape_penalty, law.best_log_aspect, std::exp(law.best_log_aspect));
  return text + fmt::format(
                    "{} of {}, {:.3g} to {:.3g} parameters; mean error {:.2f}%, models are "
                    "taken to scatter by {:.2f}% about it\n",
                    counted(fit.checkpoints, "checkpoint"), counted(fit.models, "model"), fit.smallest_params,
                    fit.largest_params, 100 * fit.error, 100 * fit.model_scatter);
}

// A fit whose errors name the family's file.
ScalingFit fit_models(const Flags& flags, std::span<const SizedModel> models, const ScalingOptions& options) {
  try {
    return fit_scaling(models, options);
  } catch (const InputError& error) {
    throw error.at(flags.text("FAMILY"));
  }
}

void run_fit(const Flags& flags) {
  const ScalingOptions options = read_options(flags);
  const std::vector<SizedModel> models = read_models(flags);
  if (flags.has("out")) require_writable_file(flags.text("out"));
  const ScalingFit fit = fit_models(flags, models, options);
  const std::vector<std::string> against = doubts(fit);
  for (const std::string& doubt : against) report_warning(doubt + ".");
  std::vector<std::filesystem::path> inputs = {flags.text("FAMILY")};
  if (flags.has("borrow")) inputs.emplace_back(flags.text("borrow"));
  if (flags.has("out")) write_scaling_fit(flags.text("out"), fit, make_provenance(flags.command_line(), inputs, "CPU"));
  if (flags.has("json"))
    print_json(fit_json(fit, against));
  else
    print(law_text(fit));
  require_reliable(flags, against);
}

// What no training run has would make numbers that mean nothing.
double plausible(const Flags& flags, const std::string& name, const PlausibleRange& range) {
  const double value = flags.positive_number(name);
  if (!range.holds(value))
    flags.fail(name, "no training run has that", fmt::format("it counts from {:g} to {:g}", range.low, range.high),
               "give a number such as 7e9");
  return value;
}

std::optional<ModelShape> read_shape(const Flags& flags) {
  if (!flags.has("width") && !flags.has("depth")) return std::nullopt;
  for (const char* one : {"width", "depth"})
    if (!flags.has(one))
      throw InputError(fmt::format("--{} is missing", one), "the shape of a model is both its width and its depth",
                       "give both, or neither");
  return ModelShape{plausible(flags, "width", kPlausibleExtent), plausible(flags, "depth", kPlausibleExtent)};
}

void run_predict(const Flags& flags) {
  const ScalingFit fit = read_scaling_fit(flags.text("LAW"));
  for (const char* one : {"params", "tokens"})
    if (!flags.has(one))
      throw InputError(fmt::format("--{} is missing", one), "the loss depends on it", "give a number such as 7e9");
  const double params = plausible(flags, "params", kPlausibleParams);
  const double tokens = plausible(flags, "tokens", kPlausibleTokens);
  const std::optional<ModelShape> shape = read_shape(flags);
  const ScalingForecast expected = forecast(fit, params, tokens, shape);
  const std::vector<std::string> far = extrapolations(fit, params, tokens, shape), against = doubts(fit);
  std::vector<std::string> reasons = against;
  reasons.insert(reasons.end(), far.begin(), far.end());
  for (const std::string& reason : reasons) report_warning(reason + ".");
  if (flags.has("json"))
    print_json({{"params", params},
                {"tokens", tokens},
                {"mean", expected.mean},
                {"se", expected.deviation},
                {"q05", expected.q05},
                {"q95", expected.q95},
                {"size_ratio", expected.size_ratio},
                {"doubts", against},
                {"extrapolations", far}});
  else
    print(fmt::format("{:.4f} nats, {:.4f} to {:.4f} with 90%; {:.3g} times the largest model fitted\n", expected.mean,
                      expected.q05, expected.q95, expected.size_ratio));
  require_reliable(flags, reasons);
}

// What is compared: the fit that was asked for, and the published procedure without and with its cut.
struct Scores {
  ScalingFit fit;
  std::vector<SizeScore> last, all;         // of the last 30% of each model's tokens, and of what the fit's cut leaves
  std::vector<SizeScore> plain, plain_cut;  // published, without and with the paper's cut; the last 30%
};

std::vector<SizeScore> published_scores(const SizeSplit& split, ScalingOptions options, double cut) {
  options.form = ScalingForm::additive;
  options.drop = 0;
  options.drop_tokens = cut;
  options.draws = 0;
  options.lender.reset();
  constexpr std::size_t kFewest = 3;
  if (above_tokens(split.smaller, cut).size() < kFewest) return {};
  try {
    return score_sizes(fit_scaling(split.smaller, options), split.rest);
  } catch (const InputError&) {  // as the sizes are too few, or its search breaks off
    return {};
  }
}

Scores score_all(const Flags& flags, const SizeSplit& split, const ScalingOptions& options) {
  Scores scores;
  scores.fit = fit_models(flags, split.smaller, options);
  scores.last = score_sizes(scores.fit, split.rest);
  scores.all = score_sizes(scores.fit, split.rest, options.drop);
  scores.plain = published_scores(split, options, 0);
  scores.plain_cut = published_scores(split, options, kPaperCut);
  return scores;
}

Json error_or_null(const std::vector<SizeScore>& scores) {
  return scores.empty() ? Json(nullptr) : Json(average_relative_error(scores));
}

Json score_json(const Scores& scores) {
  Json models = Json::array();
  for (const SizeScore& one : scores.last)
    models.push_back({{"model", one.model.name},
                      {"params", one.model.params},
                      {"size_ratio", one.forecasts.front().size_ratio},
                      {"checkpoints", one.forecasts.size()},
                      {"are", one.are},
                      {"bias", one.bias},
                      {"measured", one.model.checkpoints.back().loss},
                      {"mean", one.forecasts.back().mean},
                      {"q05", one.forecasts.back().q05},
                      {"q95", one.forecasts.back().q95}});
  return {{"are", average_relative_error(scores.last)},
          {"plain_are", error_or_null(scores.plain)},
          {"plain_are_cut", error_or_null(scores.plain_cut)},
          {"are_all", average_relative_error(scores.all)},
          {"share_in_band", share_in_band(scores.last)},
          {"law", law_json(scores.fit)},
          {"models", models}};
}

std::string score_text(const Scores& scores) {
  TextTable table;
  table.add_row(
      {"model", "times the largest", "checkpoints", "error", "bias", "last measured", "forecast", "5% to 95%"});
  for (const SizeScore& one : scores.last) {
    const ScalingForecast& last = one.forecasts.back();
    table.add_row({one.model.name, fmt::format("{:.3g}", last.size_ratio), fmt::format("{}", one.forecasts.size()),
                   fmt::format("{:.2f}%", 100 * one.are), fmt::format("{:+.2f}%", 100 * one.bias),
                   fmt::format("{:.4f}", one.model.checkpoints.back().loss), fmt::format("{:.4f}", last.mean),
                   fmt::format("{:.4f} to {:.4f}", last.q05, last.q95)});
  }
  std::string text = law_text(scores.fit) + "\n" + table.text();
  text += fmt::format(
      "\nmean |error| / loss of the last 30% of the tokens: {:.2f}%; of all checkpoints but the first "
      "ones {:.2f}%; within the bands {:.0f}%\n",
      100 * average_relative_error(scores.last), 100 * average_relative_error(scores.all),
      100 * share_in_band(scores.last));
  if (!scores.plain.empty())
    text += fmt::format("the published procedure: {:.2f}%", 100 * average_relative_error(scores.plain));
  if (!scores.plain_cut.empty())
    text += fmt::format("; without the first {:.0e} tokens {:.2f}%", kPaperCut,
                        100 * average_relative_error(scores.plain_cut));
  return text + "\n";
}

void run_score(const Flags& flags) {
  const ScalingOptions options = read_options(flags);
  const std::vector<SizedModel> models = read_models(flags);
  const double border = flags.has("train-below") ? flags.positive_number("train-below") : largest_size(models);
  const Scores scores = score_all(flags, split_at(models, border), options);
  for (const std::string& doubt : doubts(scores.fit)) report_warning(doubt + ".");
  if (flags.has("json"))
    print_json(score_json(scores));
  else
    print(score_text(scores));
}

Positional family() {
  return {"FAMILY", "a CSV file with the columns params, tokens and loss, a row for each checkpoint of each model"};
}

}  // namespace

Command scaling_fit_command() {
  return {"scaling fit",
          "fits the loss of a family of models over their sizes and tokens",
          {family()},
          joined({{{"out", "FILE", "write the law here, for `scaling predict`"}},
                  fit_flags(),
                  threads_flag(),
                  strict_flag(),
                  json_flag()}),
          {"losscast scaling fit family.csv --out law.json",
           "losscast scaling fit one_model.csv --borrow law.json --out new.json"},
          run_fit};
}

Command scaling_predict_command() {
  return {"scaling predict",
          "forecasts the loss of a model of another size",
          {{"LAW", "the law, as `losscast scaling fit` wrote it"}},
          joined({{{"params", "N", "parameters of the model"},
                   {"tokens", "N", "tokens that it is trained on"},
                   {"width", "N", "of its residual stream"},
                   {"depth", "N", "its layers"}},
                  strict_flag(),
                  json_flag()}),
          {"losscast scaling predict law.json --params 7e9 --tokens 2e11"},
          run_predict};
}

Command scaling_score_command() {
  return {"scaling score",
          "fits the smaller models of a family and forecasts the larger ones",
          {family()},
          joined({{{"train-below", "PARAMS", "fit the models smaller than this (default: all but the largest)"}},
                  fit_flags(),
                  threads_flag(),
                  json_flag()}),
          {"losscast scaling score family.csv", "losscast scaling score family.csv --train-below 1e9 --json"},
          run_score};
}

}  // namespace losscast
