#include "logs/run_schedule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "logs/odd_rates.hpp"
#include "losscast/base/error.hpp"
#include "losscast/format/csv_writer.hpp"
#include "losscast/logs/recovered_schedule.hpp"
#include "losscast/schedule/families.hpp"
#include "losscast/schedule/schedule_text.hpp"

namespace losscast {

namespace {

using Points = std::vector<LoggedPoint>;

// The last point of a loss, which its schedule must reach.
const LoggedPoint& last_loss(const LoggedRun& run) {
  const LoggedPoint* last = &run.losses.front().series.points.back();
  for (const LossSeries& losses : run.losses)
    if (losses.series.points.back().step > last->step) last = &losses.series.points.back();
  return *last;
}

void require_within(Step total_steps, const LoggedRun& run, const char* source) {
  const LoggedPoint& last = last_loss(run);
  if (last.step > total_steps)
    throw InputError(fmt::format("step {} is past the end of the schedule", last.step),
                     fmt::format("{} has {} steps", source, total_steps), fmt::format("give {} or more", last.step))
        .at(last.place);
}

RunSchedule given_schedule(const ScheduleChoices& choices, const LoggedRun& run) {
  const Arguments& arguments = *choices.schedule;
  const Schedule schedule = make_recipe(arguments).schedule;
  if (choices.total_steps && *choices.total_steps != schedule.total_steps())
    throw InputError(
        fmt::format("it says {} steps, and --schedule has {}", *choices.total_steps, schedule.total_steps()),
        "they contradict each other", "leave it out, or correct --schedule")
        .at("--total-steps");
  require_within(schedule.total_steps(), run, "--schedule");
  const Points& rates = run.rates.points;
  if (const auto wrong = rate_contradiction(schedule, rates))
    throw InputError(fmt::format("the rate logged at step {} is {:.10g}, that of --schedule is {:.10g}",
                                 wrong->logged.step, wrong->logged.value, wrong->lr),
                     "they contradict each other",
                     "correct --schedule, or leave it out: the rates of the log are then taken")
        .at(run.rates.column)
        .at(wrong->logged.place);
  return {arguments, rates.empty() ? "as given" : fmt::format("as given, with all {} logged rates", rates.size())};
}

// The longest gap between neighbours.
Step longest_gap(const Points& points) {
  Step gap = 1;
  for (std::size_t i = 1; i < points.size(); ++i) gap = std::max(gap, points[i].step - points[i - 1].step);
  return gap;
}

[[noreturn]] void fail_incomplete(const LoggedRun& run, const LoggedPoint& place, std::string_view problem,
                                  std::string_view remedy) {
  throw InputError(problem,
                   fmt::format("no family of schedules has the {} rates of the run \"{}\", and to be taken as they are "
                               "they must go from its first update to its last",
                               run.rates.points.size(), run.name),
                   remedy)
      .at(place.place);
}

// The rates of a run that no family has, from update 0 to its last. The rate logged at step s is that of update
// s - shift.
std::vector<std::pair<Step, double>> complete_rates(const LoggedRun& run, const ScheduleChoices& choices, Step shift,
                                                    std::vector<std::string>& notes) {
  const Points& logged = run.rates.points;
  std::vector<std::pair<Step, double>> rates;
  const Step first = logged.front().step - shift, end = logged.back().step - shift;
  if (first > 0) {
    if (!choices.lr_at_start)
      fail_incomplete(run, logged.front(), fmt::format("no rate before step {} is logged", logged.front().step),
                      "give that of update 0 with --lr-at-start, or the whole with --schedule");
    rates.emplace_back(0, *choices.lr_at_start);
    notes.push_back(fmt::format("rates before step {} lie on a straight line from --lr-at-start", logged.front().step));
  }
  for (const LoggedPoint& rate : logged) rates.emplace_back(rate.step - shift, rate.value);
  const Step last = choices.total_steps.value_or(last_loss(run).step) - 1, held = last - end;
  if (held > longest_gap(logged))
    fail_incomplete(run, logged.back(),
                    fmt::format("no rate after step {} is logged, and {} {}", logged.back().step,
                                choices.total_steps ? "--total-steps is" : "losses go on to step", last + 1),
                    choices.total_steps ? "give the whole schedule with --schedule, or leave --total-steps out"
                                        : "give the whole schedule with --schedule");
  if (held > 0) {
    rates.emplace_back(last, logged.back().value);
    notes.push_back(fmt::format("the rate of update {} is held to update {}", end, last));
  }
  return rates;
}

std::string rates_of_others(const ScheduleWithOddRates& found, const LoggedRun& run) {
  const std::size_t all = run.rates.points.size();
  return fmt::format("{} has {} of {} rates", schedule_text(found.arguments), all - found.odd.size(), all);
}

[[noreturn]] void fail_odd(const ScheduleWithOddRates& found, const LoggedRun& run) {
  const OddRate& odd = found.odd.front();
  throw InputError(
      fmt::format("the rate logged at step {} is {:.6g}, not {:.6g}", odd.logged.step, odd.logged.value, odd.lr),
      rates_of_others(found, run), "correct it, or leave it empty; if it is right, give the whole with --schedule")
      .at(run.rates.column)
      .at(odd.logged.place);
}

std::string note_on_odd(const ScheduleWithOddRates& found, const LoggedRun& run) {
  const OddRate& odd = found.odd.front();
  return fmt::format(
      "{}, but not that of step {} ({}), which is {:.6g}, not {:.6g}: correct it, or leave it empty, if "
      "it is wrong",
      rates_of_others(found, run), odd.logged.step, odd.logged.place, odd.logged.value, odd.lr);
}

std::string rates_csv(const std::vector<std::pair<Step, double>>& rates) {
  const std::array<std::string, 2> header = {"step", "lr"};
  CsvWriter csv(header);
  for (const auto& [step, lr] : rates) {
    csv.add(step).add(lr);
    csv.end_row();
  }
  return std::move(csv).text();
}

// The rates of a run as they are. `shift_of_others`: in the logs of the other runs.
RunSchedule file_schedule(const LoggedRun& run, const ScheduleChoices& choices, Step shift_of_others,
                          const RunLength& length) {
  RunSchedule out;
  const auto with_odd = schedule_with_odd_rates(run.rates.points, length);
  const Step shift = run.rates.points.front().step > 0 ? shift_of_others : 0;
  if (shift == 1) out.notes.push_back("each logged rate is taken for that of the update before, as in the other logs");
  try {
    out.rates_csv = rates_csv(complete_rates(run, choices, shift, out.notes));
  } catch (const InputError&) {
    if (with_odd) fail_odd(*with_odd, run);
    throw;
  }
  if (with_odd) out.notes.push_back(note_on_odd(*with_odd, run));
  if (!choices.total_steps && length.planned.value_or(0) > length.logged)
    out.notes.push_back(
        fmt::format("the schedule ends with the log, and not at step {} as was planned", *length.planned));
  out.rates_file = run.name + "_lr.csv";
  out.arguments.values = {{"family", std::string("file")}, {"path", out.rates_file}};
  out.source = fmt::format("the {} logged rates as they are: no family has them all", run.rates.points.size());
  return out;
}

// The run's rates, and how long it is.
RunRates rates_of(const LoggedRun& run, const ScheduleChoices& choices) {
  const Points& rates = run.rates.points;
  if (rates.empty())
    throw InputError(fmt::format("the run \"{}\" has no learning rates", run.name), "its schedule is unknown",
                     "give it with --schedule '{ family = ..., peak_lr = ..., total_steps = ... }', or name the column "
                     "of rates with --lr")
        .at(last_loss(run).place);
  const std::optional<Step> planned = choices.total_steps ? choices.total_steps : run.total_steps;
  if (planned) require_within(*planned, run, choices.total_steps ? "--total-steps" : "the plan in the log");
  return {run.name, rates, {std::max(last_loss(run).step, rates.back().step), planned}};
}

RunSchedule recovered_schedule(const LoggedRun& run, const RecoveredSchedule& found) {
  return {found.arguments,
          fmt::format("has all {} logged rates{}", run.rates.points.size(),
                      found.shift == 1 ? ", which the log shows a step late" : ""),
          found.assumptions};
}

}  // namespace

std::vector<RunSchedule> run_schedules(const std::vector<LoggedRun>& runs, const ScheduleChoices& choices) {
  std::vector<RunSchedule> schedules;
  if (choices.schedule) {
    for (const LoggedRun& run : runs) schedules.push_back(given_schedule(choices, run));
    return schedules;
  }
  std::vector<RunRates> rates;
  for (const LoggedRun& run : runs) rates.push_back(rates_of(run, choices));
  const std::vector<RunRecovery> recoveries = recover_schedules(rates);
  for (std::size_t i = 0; i < runs.size(); ++i)
    schedules.push_back(recoveries[i].schedule ? recovered_schedule(runs[i], *recoveries[i].schedule)
                                               : file_schedule(runs[i], choices, recoveries[i].shift, rates[i].length));
  return schedules;
}

}  // namespace losscast
