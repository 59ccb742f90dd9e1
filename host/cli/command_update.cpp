// `losscast update`: the rest of a run that is under way, by its losses so far.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>

#include "base/stopwatch.hpp"
#include "cli/finite_result.hpp"
#include "cli/fit_input.hpp"
#include "cli/log_input.hpp"
#include "cli/output.hpp"
#include "cli/output_place.hpp"
#include "cli/schedule_input.hpp"
#include "cli/shared_flags.hpp"
#include "cli/text_table.hpp"
#include "io/json_number.hpp"
#include "io/provenance_json.hpp"
#include "io/results_json.hpp"
#include "losscast/base/error.hpp"
#include "losscast/fit/run_update.hpp"
#include "losscast/io/bands_file.hpp"
#include "losscast/io/curve_csv.hpp"
#include "losscast/model/check_recipe.hpp"
#include "losscast/model/model.hpp"
#include "losscast/schedule/continuation.hpp"
#include "losscast/schedule/schedule_text.hpp"

namespace losscast {
namespace {

using Json = nlohmann::ordered_json;

// The run's own losses say more of spikes than a rate does, and the laws that they are compared with have none.
constexpr const char* kWithoutHazard =
    "the fit's hazard is left out: an update is of a run that neither spikes nor diverges; `losscast predict` has it";

Recipe read_plan(const Flags& flags, const Fit& fit, double weight_decay) {
  if (!flags.has("schedule"))
    throw InputError("--schedule is missing", "it says how the whole run is planned",
                     "add it, as for `losscast predict`");
  Recipe recipe = read_recipe(flags.text("schedule"), "--schedule");
  const SdeModel& model = find_model(fit.model);
  try {
    check_weight_decay(model, recipe, weight_decay);
    check_recipe(model, fit.reference, recipe);
  } catch (const InputError& error) {
    throw error.at("--schedule");
  }
  return recipe;
}

// The run, and what was said of reading its log.
struct ReadRun {
  RunSoFar run;
  std::vector<std::string> notes;
};

std::optional<Step> new_data_at(const Flags& flags, const Recipe& plan) {
  if (!flags.has("new-data-at")) return {};
  return flags.whole_number("new-data-at", 1, plan.total_steps() - 1);
}

std::vector<Step> planned_phases(const Flags& flags) {
  return phase_starts(read_schedule(flags.text("schedule"), "--schedule"));
}

// The step of the run from which those of the log count.
Step begin_of_log(const Flags& flags) {
  const std::string from = flags.has("count-from") ? flags.text("count-from") : "run";
  if (from == "run") return 0;
  if (from != "phase")
    flags.fail("count-from", fmt::format("\"{}\" is unknown", from), "it says from where the steps of the log count",
               "give run for the beginning of the run, or phase for that of its last phase");
  const std::vector<Step> starts = planned_phases(flags);
  if (starts.empty())
    flags.fail("count-from", "the schedule has no later phase", "steps would count from the beginning of one",
               "give the schedule of the whole run, { family = \"phases\", phases = [...] }, or leave this out");
  return starts.back();
}

ReadRun read_run(const Flags& flags, const Fit& fit) {
  if (!flags.has("run"))
    throw InputError("--run is missing", "it names the losses logged so far", "add --run FILE.csv");
  const double weight_decay = flags.has("weight-decay") ? flags.number_from_zero("weight-decay") : fit.weight_decay;
  const Recipe plan = read_plan(flags, fit, weight_decay);
  const Step begin = begin_of_log(flags);
  CurveCsvOptions options = read_log_options(flags, plan);
  options.total_steps -= begin;
  const Step mean_over = mean_over_of(flags, options);
  RunLog log = read_run_log(flags.text("run"), options);
  for (CurvePoint& point : log.points) point.step += begin;
  if (log.lost) *log.lost += begin;
  return {{plan, weight_decay, std::move(log.points), log.lost, mean_over, new_data_at(flags, plan)},
          std::move(log.notes)};
}

// What may have been left unsaid of a run of phases that raised the alarm.
std::vector<std::string> hints(const Flags& flags, const RunSoFar& run, const RunUpdate& update) {
  constexpr double kSoon = 0.1;  // of a phase, within which other data show
  std::vector<std::string> out;
  const std::vector<Step> starts = planned_phases(flags);
  if (!update.alarm.raised() || starts.empty()) return out;
  const Step total = run.recipe.total_steps();
  if (!flags.has("count-from") && update.last_step <= std::min(starts.back(), total - starts.back()))
    out.push_back(
        fmt::format("all steps of the log lie before the last phase, which begins at step {}: if they count "
                    "from there, add --count-from phase",
                    starts.back()));
  const auto next = std::upper_bound(starts.begin(), starts.end(), update.alarm.step);
  if (next == starts.begin() || run.new_data_at) return out;
  const Step begin = *std::prev(next), end = next == starts.end() ? total : *next;
  if (static_cast<double>(update.alarm.step - begin) <= kSoon * static_cast<double>(end - begin))
    out.push_back(
        fmt::format("the alarm was raised soon after the phase of step {} began: if its data are other ones "
                    "than before, add --new-data-at {}",
                    begin, begin));
  return out;
}

RunUpdate updated(const Fit& fit, const RunSoFar& run, const Flags& flags) {
  constexpr std::int64_t kMostTimes = 100'000;
  RunUpdateOptions options;
  options.times = static_cast<int>(flags.whole_number("times", 2, kMostTimes));
  options.threads = read_threads(flags);
  try {
    return update_run(fit, run, options);
  } catch (const InputError& error) {
    throw error.at(flags.text("run"));
  }
}

// A run that lies below its forecast, by no more than runs may, is no reason for alarm, but goes as no forecast said.
std::string no_alarm_text(const RunUpdate& update, Step total) {
  constexpr double kBelow = -5;  // standard deviations of the forecast, as far as raises the alarm above it
  if (!update.windows.empty() && update.windows.back().over_forecast < kBelow)
    return "no alarm: the run is better than forecast";
  return update.last_step == total ? "no alarm: the run went as forecast" : "no alarm: the run goes as forecast";
}

std::string alarm_text(const RunAlarm& alarm) {
  switch (alarm.reason) {
    case RunAlarm::Reason::above_expected:
      return fmt::format(
          "ALARM at step {}: for the second time in a row the loss is far above what the run before it "
          "let expect ({:.1f} standard deviations)",
          alarm.step, alarm.innovation);
    case RunAlarm::Reason::above_forecast:
      return fmt::format(
          "ALARM at step {}: for the second time in a row the loss is far above the forecast of the fit "
          "({:.1f} standard deviations)",
          alarm.step, alarm.innovation);
    case RunAlarm::Reason::above_start:
      return fmt::format("ALARM at step {}: the loss lies above that of the first logged step", alarm.step);
    case RunAlarm::Reason::below_forecast:
      return fmt::format(
          "ALARM at step {}: for the second time in a row the loss is so far below the forecast of the fit ({:.1f} "
          "standard deviations of the largest discrepancy) that this is hardly such a run: check the unit of the "
          "losses, the schedule, and whose log it is",
          alarm.step, -alarm.innovation);
    case RunAlarm::Reason::not_a_number:
      return fmt::format("ALARM at step {}: the loss is no number", alarm.step);
    case RunAlarm::Reason::none:
      break;
  }
  return "";
}

std::string verdict_on_rest(const RunUpdate& update) {
  if (update.remaining.empty()) return "there is no other LR to compare for the rest of the run";
  const RemainingLr& best = update.remaining.front();
  if (!update.plan_beaten) return "nothing within the fit's knowledge beats the plan";
  return fmt::format("better than the plan: {}, by {:.4f} nats (90%: {:.4f} to {:.4f})", best.name, -best.difference,
                     -best.interval.high, -best.interval.low);
}

void add_row(TextTable& table, const std::string& name, const Statistics& loss) {
  table.add_row({name, fmt::format("{:.5f}", loss.mean), fmt::format("{:.5f} to {:.5f}", loss.q05, loss.q95),
                 fmt::format("{:.5f}", loss.q95 - loss.q05)});
}

std::string remaining_text(const RunUpdate& update) {
  constexpr std::size_t kShown = 5;
  if (update.remaining.empty()) return "";
  TextTable table;
  table.add_row({"the rest", "final loss", "to the plan", "5% to 95%"});
  for (std::size_t i = 0; i < std::min(kShown, update.remaining.size()); ++i) {
    const RemainingLr& one = update.remaining[i];
    table.add_row({one.name, fmt::format("{:.5f}", one.mean), fmt::format("{:+.5f}", one.difference),
                   fmt::format("{:+.5f} to {:+.5f}", one.interval.low, one.interval.high)});
  }
  return "\n" + table.text();
}

std::string with_range(const LossForecast& loss) {
  return fmt::format("{:.4f} ({:.4f} to {:.4f})", loss.mean, loss.q05, loss.q95);
}

// Nothing where the data stay.
std::string new_data_text(const RunUpdate& update) {
  if (!update.new_data) return "";
  const auto& [at, jump, pulled, to_come] = *update.new_data;
  return fmt::format(
      "the data change at step {}: the loss jumps by {} nats, training on the new data has taken {} off it, and takes "
      "{} off it until the end\n",
      at, with_range(jump), with_range(pulled), with_range(to_come));
}

std::string update_text(const RunUpdate& update, Step total) {
  TextTable table;
  table.add_row({fmt::format("loss after {} steps", total), "mean", "5% to 95%", "width"});
  add_row(table, update.new_data ? "by the fit, had the data stayed" : "by the fit", update.final_before);
  add_row(table, "given the run", update.final_after());
  return fmt::format("step {} of {} ({:.0f}%); the run lies {:+.4f} +- {:.4f} nats from the law\n{}{}{}\n{}{}\n",
                     update.last_step, total, 100 * static_cast<double>(update.last_step) / static_cast<double>(total),
                     update.offset, update.offset_deviation, new_data_text(update), table.text(),
                     update.alarm.raised() ? alarm_text(update.alarm) : no_alarm_text(update, total),
                     remaining_text(update), verdict_on_rest(update)) +
         (update.plan_beaten ? update.remaining.front().schedule + "\n" : "");
}

Json loss_json(const Statistics& loss) {
  return {
      {"mean", loss.mean}, {"sd", loss.standard_deviation}, {"q05", loss.q05}, {"q50", loss.q50}, {"q95", loss.q95}};
}

Json range_json(const LossForecast& loss) { return {{"mean", loss.mean}, {"q05", loss.q05}, {"q95", loss.q95}}; }

Json new_data_json(const RunUpdate& update) {
  if (!update.new_data) return nullptr;
  const auto& [at, jump, pulled, to_come] = *update.new_data;
  return {{"at", at}, {"jump", range_json(jump)}, {"pulled", range_json(pulled)}, {"to_come", range_json(to_come)}};
}

Json windows_json(const RunUpdate& update) {
  Json windows = Json::array();
  for (const WindowCheck& one : update.windows)
    windows.push_back({{"step", one.step},
                       {"loss", one.loss},
                       {"z", number_or_null(one.innovation)},
                       {"over_forecast", number_or_null(one.over_forecast)},
                       {"used", one.used}});
  return windows;
}

Json remaining_json(const RunUpdate& update) {
  Json list = Json::array();
  for (const RemainingLr& one : update.remaining)
    list.push_back({{"name", one.name},
                    {"schedule", one.schedule},
                    {"mean", one.mean},
                    {"difference", one.difference},
                    {"low", one.interval.low},
                    {"high", one.interval.high}});
  return list;
}

Json update_json(const RunUpdate& update, Step total) {
  const RunAlarm& alarm = update.alarm;
  return {{"step", update.last_step},
          {"total_steps", total},
          {"final", loss_json(update.final_after())},
          {"final_by_fit", loss_json(update.final_before)},
          {"offset", {{"mean", update.offset}, {"sd", update.offset_deviation}}},
          {"new_data", new_data_json(update)},
          {"alarm",
           {{"raised", alarm.raised()},
            {"reason", alarm_reason_name(alarm.reason)},
            {"step", alarm.raised() ? Json(alarm.step) : Json(nullptr)},
            {"z", alarm.innovation != 0 ? number_or_null(alarm.innovation) : Json(nullptr)}}},
          {"remaining", remaining_json(update)},
          {"plan_beaten", update.plan_beaten},
          {"verdict", verdict_on_rest(update)},
          {"windows", windows_json(update)},
          {"point_noise", update.point_noise},
          {"set_aside", update.set_aside},
          {"effective_draws", update.effective_draws},
          {"warnings", update.warnings}};
}

void require_finite_update(const RunUpdate& update) {
  require_finite(update.final_before.mean, "the expected final loss");
  for (const Statistics& one : update.bands) {
    require_finite(one.mean, "the expected loss of the rest of the run");
    require_finite(one.standard_deviation, "the spread of the rest of the run");
  }
}

void run(const Flags& flags) {
  const Stopwatch watch;
  const Fit fit = read_usable_fit(flags.text("FIT"), flags);
  auto [so_far, notes] = read_run(flags, fit);
  if (flags.has("out")) require_writable_file(flags.text("out"));
  RunUpdate update = updated(fit, so_far, flags);
  for (std::string& hint : hints(flags, so_far, update)) update.warnings.push_back(std::move(hint));
  require_finite_update(update);
  if (flags.has("out")) write_bands(flags.text("out"), update.steps, update.bands);
  if (fit.hazard.spikes.any()) notes.push_back(kWithoutHazard);
  report_notes(notes);
  for (const std::string& warning : update.warnings) report_warning(warning);
  const Step total = so_far.recipe.total_steps();
  if (flags.has("json")) {
    Json object = update_json(update, total);
    object["out"] = flags.has("out") ? Json(flags.text("out")) : Json(nullptr);
    object["notes"] = notes;
    object["seconds"] = watch.seconds();
    const std::vector<std::filesystem::path> inputs = {flags.text("FIT"), flags.text("run")};
    object["provenance"] = provenance_json(make_provenance(flags.command_line(), inputs, "cpu"));
    print_json(object);
  } else {
    print(update_text(update, total));
  }
  if (flags.has("strict") && update.alarm.raised())
    throw Error(ExitCode::failed_diagnostics, "the run does not go as forecast", alarm_text(update.alarm),
                "look at it before it goes on");
}

}  // namespace

Command update_command() {
  return {"update",
          "forecasts the rest of a run that is under way, and says whether it goes as forecast",
          {{"FIT", "the fit, as `losscast fit` wrote it"}},
          joined({{{"run", "FILE", "the losses so far, a CSV file of step,loss or as --read says"},
                   {"schedule", "TEXT", "how the whole run is planned, as for `losscast predict`"},
                   {"count-from", "WHERE",
                    "the log's steps count from the beginning of the run or of its last phase: "
                    "run or phase (default: run)"},
                   {"new-data-at", "STEP", "after so many steps the data change; the log has losses on the new ones"},
                   {"weight-decay", "W", "of the run, where its schedule says none (default: that of the fit)"},
                   {"times", "N", "later steps at which --out has bands", "60"},
                   {"out", "FILE", "writes the bands of the rest as CSV"},
                   {"strict", "", "exit with 4 if the run does not go as forecast; results are there all the same"}},
                  read_flag(),
                  mean_over_flag(),
                  params_flag(),
                  threads_flag(),
                  json_flag()}),
          {"losscast update fit.json --run run.csv --schedule '{ family = \"wsd\", peak_lr = 3e-4, warmup_steps = "
           "500, decay_start = 9000, total_steps = 12000 }' --out rest.csv",
           "losscast update fit.json --run run.csv --schedule \"$PLAN\" --strict --json"},
          run};
}

}  // namespace losscast
