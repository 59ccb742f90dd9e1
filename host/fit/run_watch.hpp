// Watching a run window by window.
#pragma once

#include "fit/run_windows.hpp"
#include "losscast/fit/run_alarm.hpp"

namespace losscast {

// How far a window lies above, in standard deviations.
struct WindowHeight {
  double innovation;     // over what the run before it let expect
  double over_forecast;  // over the forecast of the fit alone
  double over_largest;   // the same, were the run's discrepancy as large as it may be
};

// A window lies far off if its innovation is beyond kFarOff. One that does so alone, such as a spike or a junk row, is
// set aside. Of two in a row the second confirms the first: above what was expected they raise the alarm, and the next
// window is taken as it is, so that the forecast follows the run to its new level. What grows too slowly for that is
// seen by its distance from the forecast, kFarOver of it twice in a row. Better runs are welcome, unless they lie so
// far below that even the largest discrepancy would leave kFarOver of it.
class RunWatch {
 public:
  // Of a run whose first logged loss is `start`, with points of that noise [nats].
  RunWatch(double start, double noise) : start_(start), noise_(noise) {}

  // Returns whether the forecast may rest on this window, too.
  bool accepts(const LoggedWindow& window, const WindowHeight& height);
  const RunAlarm& alarm() const { return alarm_; }

  static constexpr double kFarOff = 4, kFarOver = 5;

 private:
  void raise(RunAlarm::Reason reason, Step step, double height);

  double start_, noise_;
  // How many windows in a row have been so, counted up to the last one.
  int far_ = 0, above_expected_ = 0, above_forecast_ = 0, above_start_ = 0, below_forecast_ = 0;
  RunAlarm alarm_;
};

}  // namespace losscast
