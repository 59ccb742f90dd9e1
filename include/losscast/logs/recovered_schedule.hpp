/// \file
/// From the learning rates that a log shows to the schedule that made them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "losscast/logs/logged_run.hpp"
#include "losscast/schedule/arguments.hpp"
#include "losscast/schedule/schedule.hpp"

namespace losscast {

/// A logged rate that a schedule does not have.
struct RateContradiction {
  LoggedPoint logged;  ///< what the log shows
  double lr;           ///< what the schedule has there
  Step shift;          ///< 0 or 1: the logged rate is taken for that of update step - shift
};

/// Compares logged rates with a schedule, as the rates of updates s and of updates s - 1, since programs log the one or
/// the other: recent versions of Hugging Face's Trainer the latter. Nothing if either way every rate is the schedule's,
/// to the precision of the log; else the first that is not, in the way in which it comes later. Rates from the
/// schedule's end on, which no update uses, are not compared.
std::optional<RateContradiction> rate_contradiction(const Schedule& schedule, std::span<const LoggedPoint> rates);

/// A schedule that has all logged rates.
struct RecoveredSchedule {
  Arguments arguments;                     ///< of the family that needs the fewest
  Step shift = 0;                          ///< the rate logged at step s is that of update s - shift
  std::vector<std::string> assumptions{};  ///< what the log leaves open, phrases
};

/// The schedule with the fewest arguments among constant, two-stage, multi-step, linear, cosine, polynomial,
/// inverse-sqrt, wsd and cosine-restarts that has every logged rate to the precision of the log. Where several numbers
/// would do, that with the fewest digits is taken. Nothing if none has, or if there are too few rates to tell.
///
/// Its length is the planned one. Without it, it is that of the log, or longer where the rates show that the decay ends
/// later. Precondition: rates have ascending steps and are finite and at least 0.
std::optional<RecoveredSchedule> recover_schedule(std::span<const LoggedPoint> rates, const RunLength& length);

/// The logged rates of one of several runs.
struct RunRates {
  std::string run;                     ///< its name, for notes
  std::span<const LoggedPoint> rates;  ///< as for recover_schedule(); they must stay
  RunLength length;                    ///< the run's
};

/// What several runs tell together of one of them.
struct RunRecovery {
  std::optional<RecoveredSchedule> schedule;  ///< nothing if no family has all of its rates
  Step shift = 0;                             ///< that of the schedule; without one, that of the other runs
};

/// The schedules of runs that were logged together. Where they can, all of them have their rates with one shift, and
/// where rates leave a warm-up open it is that of another run: each such choice is among the assumptions. Runs that
/// have no shift in common are each read by itself, which the assumptions say.
std::vector<RunRecovery> recover_schedules(std::span<const RunRates> runs);

}  // namespace losscast
