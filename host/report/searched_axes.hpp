// The axes of a search, as pictures and sentences need them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "losscast/io/sweep_results.hpp"
#include "report/panel.hpp"

namespace losscast {

// One searched argument over all families.
struct SearchedAxis {
  std::string argument;
  bool is_log = false;
  Range range;                     // of numbers, those that families have fixed included; empty if it has words
  std::vector<std::string> words;  // what stands along an axis with values that are no numbers
};

// Of each argument that any family was searched over, sorted by name.
std::vector<SearchedAxis> searched_axes(const SweepResults& results);

// The axis over which the first candidate's family was searched, and the value there; nothing without a number there.
struct WinnersPlace {
  const Axis* axis;
  double value;
};
std::optional<WinnersPlace> winners_place(const SweepResults& results, const std::string& argument);

// Of each argument that the first candidate has at an end of its axis, a phrase that says so: "decay_fraction, 0.9, is
// the largest searched (0.05 to 0.9): a larger one may be better".
std::vector<std::string> ends_reached(const SweepResults& results);

}  // namespace losscast
