#include "fit/run_alarm.hpp"

#include <cmath>

namespace losscast {

const char* alarm_reason_name(RunAlarm::Reason reason) {
  switch (reason) {
    case RunAlarm::Reason::above_band:
      return "above-band";
    case RunAlarm::Reason::above_start:
      return "above-start";
    case RunAlarm::Reason::not_a_number:
      return "not-a-number";
    case RunAlarm::Reason::none:
      break;
  }
  return "none";
}

void RunWatch::raise(RunAlarm::Reason reason, Step step, double innovation) {
  if (!alarm_.raised()) alarm_ = {reason, step, innovation};
}

bool RunWatch::accepts(const LoggedWindow& window, double innovation) {
  constexpr int kInARow = 2;
  above_band_ = innovation > kFarOff ? above_band_ + 1 : 0;
  above_start_ = window.loss > start_ + kFarOff * noise_ ? above_start_ + 1 : 0;
  if (above_band_ >= kInARow) raise(RunAlarm::Reason::above_band, window.step, innovation);
  if (above_start_ >= kInARow) raise(RunAlarm::Reason::above_start, window.step, 0);
  if (!(std::abs(innovation) > kFarOff) || far_ >= kInARow) {
    far_ = 0;
    return true;
  }
  ++far_;
  return false;
}

}  // namespace losscast
