// Watching a run window by window.
#pragma once

#include "fit/run_windows.hpp"
#include "losscast/fit/run_alarm.hpp"

namespace losscast {

// A window lies far off if its innovation is beyond kFarOff. One that does so alone, such as a spike or a junk row, is
// set aside. Of two in a row the second confirms the first: above the band they raise the alarm, and the next window
// is taken as it is, so that the forecast follows the run to its new level.
class RunWatch {
 public:
  // Of a run whose first logged loss is `start`, with points of that noise [nats].
  RunWatch(double start, double noise) : start_(start), noise_(noise) {}

  // Returns whether the forecast may rest on this window, too.
  bool accepts(const LoggedWindow& window, double innovation);
  const RunAlarm& alarm() const { return alarm_; }

  static constexpr double kFarOff = 4;

 private:
  void raise(RunAlarm::Reason reason, Step step, double innovation);

  double start_, noise_;
  int far_ = 0, above_band_ = 0, above_start_ = 0;  // windows in a row, up to the last one
  RunAlarm alarm_;
};

}  // namespace losscast
