// The schedules of runs: those given, those that are recovered, or the rates as they were logged.
#pragma once

#include <string>
#include <vector>

#include "losscast/logs/logged_run.hpp"
#include "losscast/logs/schedule_choices.hpp"
#include "losscast/schedule/arguments.hpp"

namespace losscast {

struct RunSchedule {
  Arguments arguments;
  std::string source;                   // a phrase
  std::vector<std::string> notes = {};  // phrases
  std::string rates_file = {};          // the name of a file of rates, for a schedule of the family `file`
  std::string rates_csv = {};           // what goes into it
};

// One for each run, in their order.
std::vector<RunSchedule> run_schedules(const std::vector<LoggedRun>& runs, const ScheduleChoices& choices);

}  // namespace losscast
