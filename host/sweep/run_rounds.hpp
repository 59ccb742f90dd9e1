// All rounds of a sweep, one after another, by one process.
#pragma once

#include <span>
#include <string_view>

#include "base/stopwatch.hpp"
#include "losscast/sweep/rounds.hpp"

namespace losscast {

inline SweepResult run_rounds(SweepRounds& sweep) {
  while (const std::optional<Round> round = sweep.open()) {
    const Stopwatch watch;
    const RoundPart all = sweep.compute(0, round->items);
    const std::string_view bytes = all.bytes;
    sweep.close(std::span(&bytes, 1), watch.seconds());
  }
  return sweep.finish();
}

}  // namespace losscast
