/// \file
/// The alarm of a run in progress.
#pragma once

#include "losscast/schedule/schedule.hpp"

namespace losscast {

/// Whether a run goes as it was forecast. Losses that are too high raise it; a run that is better than forecast does
/// only where it lies below all that the law of run offsets allows, so that it can hardly be what the fit is of.
struct RunAlarm {
  /// What raised it.
  enum class Reason {
    none,            ///< nothing: the run goes as forecast
    above_expected,  ///< two windows in a row far above what the run before them let expect
    above_forecast,  ///< two windows in a row far above the forecast of the fit alone
    above_start,     ///< two windows in a row above the first logged loss
    below_forecast,  ///< two windows in a row below the forecast by more than the largest discrepancy explains
    not_a_number,    ///< a logged loss that is no number, or beyond 2^20 nats, which no loss is
  };
  Reason reason = Reason::none;  ///< of the first alarm
  Step step = 0;                 ///< at which it was raised; 0 without one
  double innovation = 0;  ///< how far above at that step, in standard deviations, below 0 for below; 0 where that
                          ///< is not the reason
  /// Whether it was raised.
  bool raised() const { return reason != Reason::none; }
};
/// Returns the reason as files name it: "above-expected" and so on, "none" without an alarm.
const char* alarm_reason_name(RunAlarm::Reason reason);

}  // namespace losscast
