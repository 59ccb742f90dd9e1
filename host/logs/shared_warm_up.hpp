// One warm-up for runs that were logged together, where their rates leave it open.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "logs/rate_reading.hpp"

namespace losscast {

struct NamedReading {
  std::string run;
  RateReading reading;
  std::optional<std::string> warm_up_note = {};  // what other runs tell of its warm-up, a phrase; nothing if unused
};

// Gives all runs the warm-up of one of them with which every run still has all of its rates, the first such. If there
// is none, runs that could have another one's keep their own, with a note.
void share_warm_up(std::span<NamedReading> runs);

}  // namespace losscast
