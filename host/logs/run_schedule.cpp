#include "logs/run_schedule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "losscast/base/error.hpp"
#include "losscast/format/csv_writer.hpp"
#include "losscast/logs/recovered_schedule.hpp"
#include "losscast/schedule/families.hpp"

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

RunSchedule given_schedule(const Arguments& arguments, const LoggedRun& run) {
  const Schedule schedule = make_recipe(arguments).schedule;
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
                   fmt::format("no family of schedules has the {} rates of the run \"{}\", and between them alone they "
                               "can be taken as they are",
                               run.rates.points.size(), run.name),
                   remedy)
      .at(place.place);
}

// The rates of a run that no family has, from update 0 to its last.
std::vector<std::pair<Step, double>> complete_rates(const LoggedRun& run, const ScheduleChoices& choices,
                                                    std::vector<std::string>& notes) {
  const Points& logged = run.rates.points;
  std::vector<std::pair<Step, double>> rates;
  if (logged.front().step > 0) {
    if (!choices.lr_at_start)
      fail_incomplete(run, logged.front(), fmt::format("no rate before step {} is logged", logged.front().step),
                      "give that of update 0 with --lr-at-start, or the whole with --schedule");
    rates.emplace_back(0, *choices.lr_at_start);
    notes.push_back(fmt::format("rates before step {} lie on a straight line from --lr-at-start", logged.front().step));
  }
  for (const LoggedPoint& rate : logged) rates.emplace_back(rate.step, rate.value);
  const Step last = last_loss(run).step - 1, held = last - logged.back().step;
  if (held > longest_gap(logged))
    fail_incomplete(
        run, logged.back(),
        fmt::format("no rate after step {} is logged, and losses go on to step {}", logged.back().step, last + 1),
        "give the whole schedule with --schedule");
  if (held > 0) {
    rates.emplace_back(last, logged.back().value);
    notes.push_back(fmt::format("the rate of step {} is held to step {}", logged.back().step, last));
  }
  return rates;
}

RunSchedule file_schedule(const LoggedRun& run, const ScheduleChoices& choices, const std::string& rates_file) {
  RunSchedule out;
  const std::array<std::string, 2> header = {"step", "lr"};
  CsvWriter csv(header);
  for (const auto& [step, lr] : complete_rates(run, choices, out.notes)) {
    csv.add(step).add(lr);
    csv.end_row();
  }
  out.arguments.values = {{"family", std::string("file")}, {"path", rates_file}};
  out.source = fmt::format("the {} logged rates as they are: no family has them all", run.rates.points.size());
  out.rates_csv = csv.text();
  return out;
}

}  // namespace

RunSchedule run_schedule(const LoggedRun& run, const ScheduleChoices& choices, const std::string& rates_file) {
  if (choices.schedule) return given_schedule(*choices.schedule, run);
  const Points& rates = run.rates.points;
  if (rates.empty())
    throw InputError(fmt::format("the run \"{}\" has no learning rates", run.name), "its schedule is unknown",
                     "give it with --schedule '{ family = ..., peak_lr = ..., total_steps = ... }', or name the column "
                     "of rates with --lr")
        .at(last_loss(run).place);
  const std::optional<Step> planned = choices.total_steps ? choices.total_steps : run.total_steps;
  if (planned) require_within(*planned, run, choices.total_steps ? "--total-steps" : "the plan in the log");
  const RunLength length{std::max(last_loss(run).step, rates.back().step), planned};
  if (const auto found = recover_schedule(rates, length))
    return {found->arguments,
            fmt::format("has all {} logged rates{}", rates.size(),
                        found->shift == 1 ? ", which the log shows a step late" : ""),
            found->assumptions};
  return file_schedule(run, choices, rates_file);
}

}  // namespace losscast
