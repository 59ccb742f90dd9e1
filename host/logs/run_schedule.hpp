// The schedule of a run: the one given, one that is recovered, or the rates as they were logged.
#pragma once

#include <string>
#include <vector>

#include "losscast/logs/logged_run.hpp"
#include "losscast/logs/schedule_choices.hpp"

namespace losscast {

struct RunSchedule {
  Arguments arguments;
  std::string source;                   // a phrase
  std::vector<std::string> notes = {};  // phrases
  std::string rates_csv = {};           // the file of a schedule of the family `file`
};

// `rates_file` is what such a file would be called.
RunSchedule run_schedule(const LoggedRun& run, const ScheduleChoices& choices, const std::string& rates_file);

}  // namespace losscast
