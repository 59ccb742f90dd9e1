#include "fit/run_watch.hpp"

#include <cmath>

namespace losscast {

void RunWatch::raise(RunAlarm::Reason reason, Step step, double height) {
  if (!alarm_.raised()) alarm_ = {reason, step, height};
}

bool RunWatch::accepts(const LoggedWindow& window, const WindowHeight& height) {
  constexpr int kInARow = 2;
  above_expected_ = height.innovation > kFarOff ? above_expected_ + 1 : 0;
  above_forecast_ = height.over_forecast > kFarOver ? above_forecast_ + 1 : 0;
  below_forecast_ = height.over_largest < -kFarOver ? below_forecast_ + 1 : 0;
  above_start_ = window.loss > start_ + kFarOff * noise_ ? above_start_ + 1 : 0;
  if (above_expected_ >= kInARow) raise(RunAlarm::Reason::above_expected, window.step, height.innovation);
  if (above_forecast_ >= kInARow) raise(RunAlarm::Reason::above_forecast, window.step, height.over_forecast);
  if (below_forecast_ >= kInARow) raise(RunAlarm::Reason::below_forecast, window.step, height.over_largest);
  if (above_start_ >= kInARow) raise(RunAlarm::Reason::above_start, window.step, 0);
  if (std::abs(height.innovation) <= kFarOff || far_ >= kInARow) {
    far_ = 0;
    return true;
  }
  ++far_;
  return false;
}

}  // namespace losscast
