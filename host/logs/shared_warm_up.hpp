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
  std::optional<std::string> warm_up_note = {};  // what the others tell of its warm-up, a phrase
};

// Looks for a warm-up among those of the runs with which every run still has all of its rates, and gives it to all of
// them. If there is none, runs that could have another one's keep theirs, with a note.
void share_warm_up(std::span<NamedReading> runs);

}  // namespace losscast
