#include "fit/run_watch.hpp"

#include <cmath>

namespace losscast {

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
