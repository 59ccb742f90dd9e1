#include "losscast/fit/run_alarm.hpp"

namespace losscast {

const char* alarm_reason_name(RunAlarm::Reason reason) {
  switch (reason) {
    case RunAlarm::Reason::above_expected:
      return "above-expected";
    case RunAlarm::Reason::above_forecast:
      return "above-forecast";
    case RunAlarm::Reason::above_start:
      return "above-start";
    case RunAlarm::Reason::below_forecast:
      return "below-forecast";
    case RunAlarm::Reason::not_a_number:
      return "not-a-number";
    case RunAlarm::Reason::none:
      break;
  }
  return "none";
}

}  // namespace losscast
