// `losscast features`: what theory says a schedule does to the loss, and a regression of final losses on it.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <ranges>

#include "cli/output.hpp"
#include "cli/reading_report.hpp"
#include "cli/schedule_input.hpp"
#include "cli/shared_flags.hpp"
#include "cli/text_table.hpp"
#include "io/provenance_json.hpp"
#include "losscast/base/counted.hpp"
#include "losscast/base/error.hpp"
#include "losscast/features/ridge_law.hpp"
#include "losscast/features/schedule_features.hpp"
#include "losscast/format/number_text.hpp"
#include "losscast/io/manifest.hpp"
#include "losscast/schedule/families.hpp"
#include "losscast/schedule/schedule_text.hpp"

namespace losscast {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kInput = "SCHEDULE";

// A schedule that is described, perhaps that of a measured run.
struct Described {
  std::string name;
  Schedule schedule;
  Step updates = 0;
  std::optional<double> params = {};
  std::string family = {};
  double loss = 0;  // final; of a run
  std::vector<NamedFeature> features = {};
};

bool is_manifest(const std::string& input) { return input.ends_with(".toml"); }

// `origin` is what messages call the schedule.
Described described_schedule(const std::string& input, const std::string& origin, const std::optional<double>& params) {
  const Arguments arguments = read_schedule(input, origin);
  try {
    Schedule schedule = make_recipe(arguments).schedule;
    const Step updates = schedule.total_steps();
    return {schedule_text(arguments), std::move(schedule), updates, params};
  } catch (const InputError& error) {
    throw error.at(origin);
  }
}

Described described_curve(const Curve& curve, const std::optional<double>& params) {
  if (curve.points.empty() || curve.points.back().step < 1)
    throw InputError(fmt::format("\"{}\" has no loss after an update", curve.name), "its last one ends the run",
                     "leave the curve out");
  const CurvePoint& last = curve.points.back();
  return {curve.name, curve.recipe.schedule, last.step, curve.params ? curve.params : params, curve.family, last.loss};
}

void add_curves(const std::string& file, const std::optional<double>& params, std::vector<Described>& list) {
  const Manifest manifest = read_manifest(file);
  report_reading(manifest);
  try {
    for (const Curve& curve : manifest.curves) list.push_back(described_curve(curve, params));
  } catch (const InputError& error) {
    throw error.at(file);
  }
}

// Features of schedules side by side are the same ones: all of them know their model's size, or none.
void require_same_features(const std::vector<Described>& list) {
  for (const Described& one : list)
    if (one.params.has_value() != list.front().params.has_value())
      throw InputError(
          fmt::format("of \"{}\" the size is not known, of others it is", one.params ? list.front().name : one.name),
          "features of a size are of all or none", "give --params N, or say params of every curve");
}

// Computes the features of all, in one scale, which it returns.
FeatureScale describe_all(std::vector<Described>& list) {
  std::vector<FeatureScale> scales;
  for (const Described& one : list) {
    try {
      scales.push_back(own_scale(one.schedule, one.updates));
    } catch (const InputError& error) {
      throw error.at(one.name);
    }
  }
  const FeatureScale scale = common_scale(scales);
  for (Described& one : list)
    one.features = named_features(schedule_features(one.schedule, one.updates, scale), one.params);
  return scale;
}

std::string features_text(const std::vector<Described>& list, const FeatureScale& scale) {
  constexpr std::size_t kColumns = 4;  // more schedules than that take a row each
  std::vector<std::vector<std::string>> cells(1, {"feature"});
  for (const Described& one : list) {
    std::size_t row = 0;
    cells[row].push_back(one.name);
    for (const NamedFeature& feature : one.features) {
      if (++row == cells.size()) cells.push_back({feature.name});
      cells[row].push_back(fmt::format("{:.6g}", feature.value));
    }
  }
  TextTable table;
  if (list.size() <= kColumns) {
    for (std::vector<std::string>& row : cells) table.add_row(std::move(row));
  } else {
    for (std::size_t c = 0; c < cells.front().size(); ++c) {
      std::vector<std::string> row;
      for (const std::vector<std::string>& column : cells) row.push_back(column[c]);
      table.add_row(std::move(row));
    }
  }
  return fmt::format("curvatures are multiples of 1/{:.6g}, barriers of {:.6g} (docs/opt-laws.md)\n", scale.lr_sum,
                     scale.peak_lr) +
         table.text();
}

Json features_json(const std::vector<Described>& list, const FeatureScale& scale) {
  Json schedules = Json::array();
  for (const Described& one : list) {
    Json features = Json::object();
    for (const NamedFeature& feature : one.features) features[feature.name] = feature.value;
    schedules.push_back({{"name", one.name}, {"updates", one.updates}, {"features", features}});
  }
  return {{"lr_sum_scale", scale.lr_sum}, {"peak_lr_scale", scale.peak_lr}, {"schedules", schedules}};
}

bool is_measured(const Described& one) { return one.loss > 0; }

std::vector<double> regressors_of(const Described& one) {
  std::vector<double> values;
  for (const NamedFeature& regressor : regressors(one.features)) values.push_back(regressor.value);
  return values;
}

std::vector<FeaturedRun> featured_runs(const std::vector<Described>& list) {
  std::vector<FeaturedRun> runs;
  for (const Described& one : list) {
    if (!is_measured(one)) continue;
    FeaturedRun run = {
        one.name, one.family,        one.params, one.updates, own_scale(one.schedule, one.updates).peak_lr,
        one.loss, regressors_of(one)};
    runs.push_back(std::move(run));
  }
  return runs;
}

// A schedule without a run, by a law of others.
struct Screened {
  std::string name;
  double forecast = 0;       // [nats]
  int outside = 0;           // regressors of the law that lie outside those of its runs
  std::string warning = {};  // how far outside; empty within
};

// How far a schedule's value of a regressor lies outside those of the runs.
struct Outside {
  std::string name;
  double value = 0, low = 0, high = 0;

  // In widths of the runs' range.
  double distance() const { return std::max(low - value, value - high) / (high - low); }
};

// What to distrust of a forecast: how many regressors lie outside, and which one the farthest.
std::string outside_text(const std::string& name, const std::vector<Outside>& outside) {
  if (outside.empty()) return "";
  const Outside& one = *std::ranges::max_element(outside, {}, &Outside::distance);
  return fmt::format(
      "{} lies outside the runs in {}: {} is {:.4g}, and {:.4g} to {:.4g} in the runs, {:.2g} times their "
      "range away",
      name, counted(outside.size(), "feature"), one.name, one.value, one.low, one.high, one.distance());
}

// A law of all runs, how laws of some forecast the others, and what it says of schedules without a run, the best first.
struct FittedLaw {
  std::vector<std::string> names;  // of the regressors
  RidgeLaw law;
  RidgeJudgement judgement;
  std::vector<Screened> screened;
};

std::vector<Screened> screen(const std::vector<Described>& list, const std::vector<FeaturedRun>& runs,
                             const RidgeLaw& law) {
  std::vector<Screened> screened;
  for (const Described& one : list) {
    if (is_measured(one)) continue;
    const std::vector<double> values = regressors_of(one);
    const std::vector<NamedFeature> named = regressors(one.features);
    std::vector<Outside> outside;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const auto of_run = [&](const FeaturedRun& run) { return run.regressors[i]; };
      const auto [low, high] = std::ranges::minmax(runs | std::views::transform(of_run));
      if (law.spreads[i] > 0 && !(low <= values[i] && values[i] <= high))
        outside.push_back({named[i].name, values[i], low, high});
    }
    screened.push_back(
        {one.name, law.forecast(values), static_cast<int>(outside.size()), outside_text(one.name, outside)});
  }
  std::ranges::stable_sort(screened, {}, &Screened::forecast);
  return screened;
}

FittedLaw fit_law(const std::vector<Described>& list, LeftOutBy by, const std::string& origin) {
  const std::vector<FeaturedRun> runs = featured_runs(list);
  try {
    RidgeJudgement judgement = judge_ridge_law(runs, by);
    FittedLaw fitted = {{}, fit_ridge_law(runs), std::move(judgement), {}};
    fitted.screened = screen(list, runs, fitted.law);
    for (const NamedFeature& regressor : regressors(list.front().features)) fitted.names.push_back(regressor.name);
    return fitted;
  } catch (const InputError& error) {
    throw error.at(origin);
  }
}

std::vector<std::string> warnings_of(const FittedLaw& fitted) {
  std::vector<std::string> warnings;
  for (const Screened& one : fitted.screened)
    if (!one.warning.empty()) warnings.push_back(one.warning);
  return warnings;
}

Json law_json(const FittedLaw& fitted) {
  Json weights = Json::array();
  for (std::size_t i = 0; i < fitted.names.size(); ++i)
    weights.push_back({{"name", fitted.names[i]},
                       {"centre", fitted.law.centres[i]},
                       {"spread", fitted.law.spreads[i]},
                       {"weight", fitted.law.weights[i]}});
  return {{"floor", fitted.law.floor},
          {"intercept", fitted.law.intercept},
          {"penalty", fitted.law.penalty},
          {"left_out_error", fitted.law.left_out_error},
          {"regressors", weights}};
}

Json fit_json(const FittedLaw& fitted, const std::vector<Described>& list) {
  const RidgeJudgement& judged = fitted.judgement;
  const auto hits = [&](double TopTwoHits::*reading) {
    return judged.top_two ? Json((*judged.top_two).*reading) : Json(nullptr);
  };
  std::vector<Described> measured;
  std::ranges::copy_if(list, std::back_inserter(measured), is_measured);
  Json runs = Json::array(), screened = Json::array(), warnings = Json::array();
  for (const std::string& warning : warnings_of(fitted)) warnings.push_back(warning);
  for (const Screened& one : fitted.screened)
    screened.push_back({{"name", one.name}, {"forecast", one.forecast}, {"outside", one.outside}});
  for (std::size_t i = 0; i < judged.runs.size(); ++i)
    runs.push_back({{"name", judged.runs[i].name},
                    {"left_out", judged.runs[i].group},
                    {"updates", measured[i].updates},
                    {"measured", judged.runs[i].measured},
                    {"forecast", judged.runs[i].forecast}});
  return {{"law", law_json(fitted)},
          {"left_out", left_out_name(judged.by)},
          {"folds", judged.laws.size()},
          {"mean_error", judged.mean_error},
          {"bias", judged.bias},
          {"choices", judged.choices},
          {"best_in_forecast_top", hits(&TopTwoHits::best_in_forecast_top)},
          {"pick_in_measured_top", hits(&TopTwoHits::pick_in_measured_top)},
          {"family_choices", judged.cells},
          {"right_families", judged.right_families},
          {"runs", runs},
          {"screened", screened},
          {"warnings", warnings}};
}

std::string fit_text(const FittedLaw& fitted) {
  TextTable table;
  table.add_row({"regressor", "mean", "spread", "weight"});
  for (std::size_t i = 0; i < fitted.names.size(); ++i)
    if (fitted.law.spreads[i] > 0)
      table.add_row({fitted.names[i], fmt::format("{:.5g}", fitted.law.centres[i]),
                     fmt::format("{:.4g}", fitted.law.spreads[i]), fmt::format("{:+.4f}", fitted.law.weights[i])});
  const RidgeJudgement& judged = fitted.judgement;
  std::string text = fmt::format(
      "log(L - {:.4f}) = {:.4f} + sum of weight x (regressor - mean) / spread; penalty {:.3g}\n{}\nchosen by errors of "
      "{:.2e} nats (root mean square)\neach {} by the others, {} of them: {:.2e} nats (mean), bias {:+.1e}\n",
      fitted.law.floor, fitted.law.intercept, fitted.law.penalty, table.text(), fitted.law.left_out_error,
      left_out_name(judged.by), judged.laws.size(), judged.mean_error, judged.bias);
  if (judged.top_two)
    text += fmt::format(
        "among {} of them: the best is in the forecast's first two {:.0f}%, the pick in the true first two {:.0f}%\n",
        kChoiceSize, 100 * judged.top_two->best_in_forecast_top, 100 * judged.top_two->pick_in_measured_top);
  if (judged.cells > 0)
    text += fmt::format("right family at one horizon and peak: {} of {}\n", judged.right_families, judged.cells);
  if (fitted.screened.empty()) return text;
  TextTable screened;
  screened.add_row({"schedule", "forecast", "features outside the runs"});
  for (const Screened& one : fitted.screened)
    screened.add_row({one.name, fmt::format("{:.4f}", one.forecast), fmt::format("{}", one.outside)});
  return text + screened.text();
}

LeftOutBy read_left_out(const Flags& flags) {
  static constexpr std::pair<std::string_view, LeftOutBy> kNames[] = {
      {"family", LeftOutBy::family}, {"size", LeftOutBy::size}, {"horizon", LeftOutBy::horizon}};
  return flags.has("leave-out") ? flags.choice("leave-out", kNames) : LeftOutBy::family;
}

// A law is of measured runs; what is left out is left out of it.
void check_flags(const Flags& flags) {
  if (!flags.has("fit") && flags.has("leave-out"))
    flags.fail("leave-out", "there is no law to leave runs out of", "only --fit makes one", "add --fit");
  if (!flags.has("fit")) return;
  if (std::ranges::none_of(flags.all(kInput), is_manifest))
    throw InputError("there is no manifest", "a law is fitted to measured losses",
                     "add a manifest (*.toml), or leave out --fit")
        .at(fmt::format("{} {}", kInput, flags.all(kInput).front()));
}

std::vector<std::filesystem::path> input_files(const Flags& flags) {
  std::vector<std::filesystem::path> files;
  std::error_code ignored;
  for (const std::string& input : flags.all(kInput))
    if (std::filesystem::is_regular_file(input, ignored)) files.emplace_back(input);
  return files;
}

void answer(const Flags& flags, const std::string& text, Json object) {
  if (!flags.has("json")) return print(text);
  object["provenance"] = provenance_json(make_provenance(flags.command_line(), input_files(flags), "CPU"));
  print_json(object);
}

void run(const Flags& flags) {
  check_flags(flags);
  const LeftOutBy by = read_left_out(flags);
  const std::optional<double> params =
      flags.has("params") ? std::optional(flags.positive_number("params")) : std::nullopt;
  std::vector<Described> list;
  const std::vector<std::string>& inputs = flags.all(kInput);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (is_manifest(inputs[i]))
      add_curves(inputs[i], params, list);
    else
      list.push_back(
          described_schedule(inputs[i], inputs.size() == 1 ? kInput : fmt::format("{} {}", kInput, i + 1), params));
  }
  require_same_features(list);
  const FeatureScale scale = describe_all(list);
  if (!flags.has("fit")) return answer(flags, features_text(list, scale), features_json(list, scale));
  const FittedLaw fitted =
      fit_law(list, by, fmt::format("{}", fmt::join(inputs | std::views::filter(is_manifest), ", ")));
  for (const std::string& warning : warnings_of(fitted)) report_warning(warning);
  answer(flags, fit_text(fitted), fit_json(fitted, list));
}

}  // namespace

Command features_command() {
  return {
      "features",
      "says what theory makes of a schedule's rates, and fits final losses to it",
      {{kInput,
        "texts such as '{ family = \"wsd\", ... }', folders of results, CSV files of rates, or manifests (*.toml)",
        Positional::Count::several}},
      joined({{{"params", "N", "parameters of the model, where the manifest does not say them"},
               {"fit", "",
                "fit the final losses of a manifest's runs, forecast some from the others, and rank schedules given "
                "beside it"},
               {"leave-out", "WHAT", "what is forecast from the others: family, size or horizon (default: family)"}},
              json_flag()}),
      {"losscast features '{ family = \"cosine\", peak_lr = 3e-4, total_steps = 24000 }'",
       "losscast features runs.toml --fit --leave-out horizon --json",
       "losscast features runs.toml '{ family = \"wsd\", peak_lr = 3e-4, decay_fraction = 0.2, total_steps = 24000 }' "
       "--fit"},
      run};
}

}  // namespace losscast
