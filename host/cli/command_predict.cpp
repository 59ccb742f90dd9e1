// `losscast predict`: the loss under one schedule, over time, with bands.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/stopwatch.hpp"
#include "cli/cost_on_screen.hpp"
#include "cli/finite_result.hpp"
#include "cli/fit_input.hpp"
#include "cli/forecast_on_record.hpp"
#include "cli/forecast_text.hpp"
#include "cli/log_input.hpp"
#include "cli/lost_paths.hpp"
#include "cli/output.hpp"
#include "cli/output_place.hpp"
#include "cli/rare_events.hpp"
#include "cli/rewarming_text.hpp"
#include "cli/schedule_input.hpp"
#include "cli/shared_flags.hpp"
#include "cli/spikes_input.hpp"
#include "cli/trust_text.hpp"
#include "format/check_number.hpp"
#include "io/provenance_json.hpp"
#include "io/results_json.hpp"
#include "losscast/base/error.hpp"
#include "losscast/engine/cost.hpp"
#include "losscast/fit/doubts.hpp"
#include "losscast/fit/forecast.hpp"
#include "losscast/fit/rewarming.hpp"
#include "losscast/format/atomic_file.hpp"
#include "losscast/io/bands_file.hpp"
#include "losscast/io/curve_csv.hpp"
#include "losscast/model/check_recipe.hpp"
#include "losscast/report/forecast_svg.hpp"
#include "losscast/schedule/continuation.hpp"
#include "losscast/schedule/describe.hpp"
#include "losscast/schedule/schedule_text.hpp"
#include "losscast/schedule/warmup.hpp"

namespace losscast {
namespace {

using Json = nlohmann::ordered_json;

// About `count` steps from the end of the warm-up to the end of the run, both included, evenly spread.
std::vector<Step> steps_to_record(const Schedule& schedule, std::int64_t count) {
  const Step last = schedule.total_steps();
  const Step first = std::clamp<Step>(warmup_end(schedule), 1, last);
  const Step intervals = std::min<Step>(count - 1, last - first);
  std::vector<Step> steps;
  for (Step i = 0; i < intervals; ++i) steps.push_back(first + (last - first) * i / intervals);
  steps.push_back(last);
  return steps;
}

Uncertainty read_uncertainty(const Flags& flags) {
  Uncertainty uncertainty;
  if (flags.has("no-parameter-uncertainty")) uncertainty.parameters = Uncertainty::Source::off;
  if (flags.has("no-noise")) uncertainty.noise = Uncertainty::Source::off;
  return uncertainty;
}

// What is asked, of which law, and how it is computed.
struct Question {
  LossSde sde;
  EnsembleRequest request;
  Execution execution;
  PrecisionGoal goal;
};

Question read_question(const Flags& flags, const Fit& fit, const Recipe& recipe) {
  constexpr std::int64_t kMostTimes = 1'000'000;
  const LossSde known = with_offset_of(make_sde(fit, read_uncertainty(flags)), recipe);
  Question asked{with_draws_in_turn(known, read_seed(flags)), {}, read_execution(flags), read_goal(flags)};
  asked.goal.first_paths = 1024;  // bands need more than a mean does
  asked.request.recipes = {recipe};
  asked.request.record_steps = steps_to_record(recipe.schedule, flags.whole_number("times", 1, kMostTimes));
  asked.request.paths = read_paths(flags);
  asked.request.seed = read_seed(flags);
  asked.request.scheme = read_scheme(flags);
  asked.request.block = read_block(flags);
  asked.request.levers = read_levers(flags);
  asked.sde.spikes = read_spikes_of(flags, fit);
  if (flags.has("weight-decay")) asked.sde.weight_decay = flags.number_from_zero("weight-decay");
  try {
    check_weight_decay(*asked.sde.model, recipe, asked.sde.weight_decay);
  } catch (const InputError& error) {
    throw error.at("--schedule");
  }
  return asked;
}

double read_tail(const Flags& flags, const Spikes& spikes) {
  if (!flags.has("tail")) return kUsualTail;
  if (!(spikes.jump_rate > 0))
    flags.fail("tail", "there is no tail to report", "it is that of a loss with jumps",
               "add --spikes with a jump_rate, or leave this out");
  const double probability = flags.positive_number("tail");
  if (!is_probability(probability))
    flags.fail("tail", "this is no probability", "it lies between 0 and 1, both excluded", "give one such as 0.999");
  return probability;
}

struct Prediction {
  Recipe recipe;
  EnsembleResult result;
  std::optional<PrecisionReport> precision;
  std::int64_t paths;
  std::optional<RareEvents> rare_events;
  std::vector<Rewarming> phases;  // in which the LR rises again
  std::vector<std::string> extrapolations;
  std::vector<std::string> warnings;  // of this result
  double seconds;                     // from the start of the program

  const Statistics& last() const { return result.statistics.front().back(); }
  // The probability whose quantile the tail's own estimate gives, if there is one.
  std::optional<double> told_by_tail() const {
    return rare_events && rare_events->tail ? std::optional(rare_events->tail_probability) : std::nullopt;
  }
  std::vector<std::string> doubts() const { return lost_paths_doubts(last(), paths); }
};

// Of all of a forecast: where there are jumps, as many paths are simulated once more, without them.
double seconds_of(const Question& asked, const EnsembleWork& work) {
  const double seconds = seconds_ahead(asked.sde, asked.request, asked.execution, work);
  return asked.sde.spikes.jump_rate > 0 ? 2 * seconds : seconds;
}

Prediction predict(const Question& asked) {
  const auto& [sde, request, execution, goal] = asked;
  const Recipe& recipe = request.recipes.front();
  report_cost(seconds_to_begin(sde, request, execution),
              fmt::format("the exact law of {} steps, before the paths", recipe.total_steps()));
  const auto before_run = [&](const EnsembleWork& work) { report_cost(seconds_of(asked, work), work_text(work)); };
  if (!goal.any())
    return {recipe, losscast::run(sde, request, execution, before_run), {}, request.paths, {}, {}, {}, {}, 0};
  PreciseResult precise = run_to_precision(sde, request, execution, goal, before_run);
  return {recipe, std::move(precise.result), precise.report, precise.paths.front(), {}, {}, {}, {}, 0};
}

// What the later phases do to the loss in which the LR rises again; by exact means, without simulation.
std::vector<Rewarming> phases_of(const Flags& flags, const Question& asked) {
  const std::vector<Step> starts = phase_starts(read_schedule(flags.text("schedule"), "--schedule"));
  return rewarmings(asked.sde, asked.request.recipes.front(), starts, asked.execution.threads);
}

// Estimates the rare events from as many paths as were simulated, in blocks of the same length.
RareEvents rare_events_of(const Prediction& prediction, const Question& asked, double tail) {
  PathRequest request = asked.request;
  request.paths = prediction.paths;
  request.block = prediction.result.step_error.block;
  return rare_events(asked.sde, request, asked.execution, tail);
}

std::string prediction_text(const Prediction& prediction) {
  std::string text = fmt::format(
      "loss after {} steps: {}\n{}{}\n", prediction.recipe.total_steps(), forecast_text(prediction.last()),
      rewarming_text(prediction.phases),
      performance_text(prediction.result.performance, prediction.result.step_error.block, prediction.seconds));
  for (const std::string& line : {levers_text(prediction.result.levers, prediction.last().reduction),
                                  prediction.precision ? precision_text(*prediction.precision) : "",
                                  unknown_quantiles_text(prediction.last(), prediction.told_by_tail())})
    if (!line.empty()) text += line + "\n";
  if (prediction.rare_events) text += rare_events_text(*prediction.rare_events);
  return text;
}

Json prediction_json(const Prediction& prediction, const Fit& fit, const Spikes& spikes, const Flags& flags) {
  const EnsembleResult& result = prediction.result;
  Json last = {{"step", prediction.recipe.total_steps()}};
  last.update(statistics_json(prediction.last()));
  std::vector<std::string> warnings = prediction.warnings;
  warnings.insert(warnings.end(), fit.warnings.begin(), fit.warnings.end());
  const std::vector<std::filesystem::path> inputs = {flags.text("FIT")};
  Json object = trust_json(fit, prediction.doubts());
  object.update(
      {{"final", last},
       {"block", result.step_error.block},
       {"step_error", step_error_json(result.step_error)},
       {"levers", levers_json(result.levers)},
       {"precision", precision_json(prediction.precision)},
       {"rare_events", rare_events_json(prediction.rare_events)},
       {"hazard_of_fit", hazard_json(fit, spikes)},
       {"phases", rewarming_json(prediction.phases)},
       {"extrapolations", prediction.extrapolations},
       {"warnings", warnings},
       {"out", flags.has("out") ? Json(flags.text("out")) : Json(nullptr)},
       {"plot", flags.has("plot") ? Json(flags.text("plot")) : Json(nullptr)},
       {"register", flags.has("register") ? Json(flags.text("register")) : Json(nullptr)},
       {"performance", performance_json(result.performance, prediction.seconds)},
       {"provenance", provenance_json(make_provenance(flags.command_line(), inputs, result.performance.device))}});
  return object;
}

// All of the picture but the forecast itself; nothing if there is to be none.
ForecastPicture read_picture(const Flags& flags, const Fit& fit, const Recipe& recipe, const std::vector<Step>& steps) {
  if (flags.has("read") && !flags.has("measured"))
    flags.fail("read", "there is no log to read", "--measured names one", "add --measured FILE, or leave this out");
  if (!flags.has("plot")) {
    if (flags.has("measured"))
      flags.fail("measured", "there is no picture to draw this into", "--plot makes one",
                 "add --plot FILE, or leave this out");
    return {};
  }
  if (steps.size() < 2)
    flags.fail("plot", "there is one step only", "a picture needs two", "raise --times, or leave the picture out");
  ForecastPicture picture{"Forecast by model " + fit.model, describe(recipe.schedule), steps, {}, {}};
  if (flags.has("measured")) {
    LoggedCurve log = read_curve_csv(flags.text("measured"), read_log_options(flags, recipe));
    report_notes(log.notes);
    picture.measured = std::move(log.points);
  }
  return picture;
}

// The files to write are several files, and can be written.
void require_outputs(const Flags& flags) {
  constexpr const char* kFiles[] = {"out", "plot", "register"};
  for (const char* one : kFiles) {
    for (const char* other : kFiles) {
      if (other == one) break;
      if (flags.has(one) && flags.has(other) && is_same_place(flags.text(one), flags.text(other)))
        throw InputError(fmt::format("--{} and --{} name the same file", other, one),
                         "the one would overwrite the other", "name two");
    }
  }
  for (const char* file : {"out", "plot"})
    if (flags.has(file)) require_writable_file(flags.text(file));
}

// How the run lies outside what the fit has seen.
std::vector<std::string> all_extrapolations(const Fit& fit, const Recipe& recipe, double weight_decay) {
  std::vector<std::string> phrases = extrapolations(fit, recipe.schedule);
  if (const std::optional<std::string> size = size_extrapolation(fit)) phrases.push_back(*size);
  const StepValues decay = weight_decay_of(recipe, weight_decay);
  if (!decay.is_constant() || decay.at(0) != fit.weight_decay)
    phrases.push_back(fmt::format(
        "weight_decay {:.4g}{} instead of {:.4g}", decay.at(0),
        decay.is_constant() ? "" : fmt::format(" to {:.4g}", decay.at(recipe.total_steps() - 1)), fit.weight_decay));
  return phrases;
}

void run(const Flags& flags) {
  const Stopwatch watch;
  if (!flags.has("schedule"))
    throw InputError("--schedule is missing", "it says what to forecast",
                     "add it, such as --schedule '{ family = \"wsd\", peak_lr = 3e-4, warmup_steps = 2000, "
                     "decay_fraction = 0.2, total_steps = 24000 }'");
  const Recipe recipe = read_recipe(flags.text("schedule"), "--schedule");
  const Fit fit = read_usable_fit(flags.text("FIT"), flags);
  const Question asked = read_question(flags, fit, recipe);
  const std::vector<Step>& steps = asked.request.record_steps;
  const double tail = read_tail(flags, asked.sde.spikes);
  ForecastPicture picture = read_picture(flags, fit, recipe, steps);
  require_outputs(flags);
  std::optional<Registration> record = read_record(flags, fit, recipe, asked.sde);

  report_progress(fmt::format("simulating {}{} paths of {}", asked.goal.any() ? "up to " : "", asked.request.paths,
                              describe(recipe.schedule)));
  Prediction prediction = predict(asked);
  require_numbers(prediction.result.step_error);
  for (const Statistics& one : prediction.result.statistics.front()) require_numbers(one, "the loss");
  if (asked.sde.spikes.any()) prediction.rare_events = rare_events_of(prediction, asked, tail);
  prediction.phases = phases_of(flags, asked);
  prediction.extrapolations = all_extrapolations(fit, recipe, asked.sde.weight_decay);
  prediction.warnings =
      both(step_warnings(prediction.result.step_error), lost_paths_warnings(prediction.last(), prediction.paths));
  if (prediction.precision)
    for (const std::string& warning : precision_warnings(*prediction.precision, 1))
      prediction.warnings.push_back(warning);
  for (const std::string& warning : math_warnings(asked.execution.math, prediction.result.performance))
    prediction.warnings.push_back(warning);
  if (record)
    write_record(flags, std::move(*record), steps, prediction.result.statistics.front(), prediction.extrapolations);
  if (flags.has("out")) write_bands(flags.text("out"), steps, prediction.result.statistics.front());
  if (flags.has("plot")) {
    picture.forecast = prediction.result.statistics.front();
    write_atomically(flags.text("plot"), forecast_svg(picture));
  }
  prediction.seconds = watch.seconds();

  const std::vector<std::string> reasons = both(doubts(fit), prediction.doubts());
  report_extrapolations(prediction.extrapolations);
  for (const std::string& warning : prediction.warnings) report_warning(warning);
  if (flags.has("json"))
    print_json(prediction_json(prediction, fit, asked.sde.spikes, flags));
  else
    print(doubts_headline(reasons) + prediction_text(prediction) + standing_text(fit) +
          hazard_text(fit, asked.sde.spikes));
  require_reliable(flags, both(reasons, far_extrapolations(fit, recipe, asked.sde.weight_decay)));
}

}  // namespace

Command predict_command() {
  return {
      "predict",
      "forecasts the loss under one schedule, with uncertainty bands",
      {{"FIT", "the fit, as `losscast fit` wrote it"}},
      joined({{{"schedule", "'{ family = ... }'",
                "the schedule, a TOML table (`losscast list families` shows them), a folder of results or a CSV file "
                "of rates"},
               {"out", "FILE", "the bands over time, as CSV (default: none is written)"},
               {"plot", "FILE", "a picture of the forecast, as SVG"},
               {"measured", "CURVE.csv", "measured losses to draw into the picture, of step,loss or as --read says"},
               read_flag().front(),
               {"register", "FILE", "puts the forecast on record, as JSON, for `losscast verify`; replaces no file"},
               {"times", "N", "how many steps to report, from the end of the warm-up to the end", "200"},
               {"weight-decay", "X", "of a run whose schedule says none (default: that of the training curves)"},
               spikes_flag().front(),
               {"tail", "P", "with jumps: the quantile, and the mean beyond it, of the final loss (default: 0.999)"},
               {"no-parameter-uncertainty", "", "every path takes the fitted parameters"},
               {"no-noise", "", "no start-up shift, run offset, river or gradient noise"}},
              path_flags(),
              precision_flags(),
              scheme_flags(),
              backend_flags(),
              params_flag(),
              threads_flag(),
              strict_flag(),
              json_flag()}),
      {"losscast predict fit.json --schedule '{ family = \"wsd\", peak_lr = 3e-4, warmup_steps = 2000, "
       "decay_fraction = 0.2, total_steps = 24000 }' --out bands.csv --plot forecast.svg",
       "losscast predict fit.json --schedule '{ family = \"cosine\", peak_lr = 3e-4, final_lr_ratio = 0.1, "
       "total_steps = 24000 }' --register forecast.json"},
      run};
}

}  // namespace losscast
