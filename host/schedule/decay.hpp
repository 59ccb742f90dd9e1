// The way down: when a decay starts and ends, where to, and in which shape.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "schedule/run.hpp"

namespace losscast {

struct Decay {
  Step start;  // s0, the first update of the decay; T if there is none
  Step end;    // where final_lr is reached; it is held from there on
  double final_lr;
  Shape shape;
  double exponent = 1;  // Shape::power
  double warp = 1;      // of the progress
};

// decay_start or decay_fraction; `by_default` in words.
std::vector<FamilyArgument> decay_start_arguments(const std::string& by_default);

// final_lr or final_lr_ratio; `by_default` is the text of the default, empty if one of them must be given.
std::vector<FamilyArgument> final_lr_arguments(const std::string& by_default);

// progress_exponent.
std::vector<FamilyArgument> progress_argument();

// decay_end.
std::vector<FamilyArgument> decay_end_argument();

// s0, or nothing if none is given. Throws ArgumentError if it lies within the warm-up or after the run.
std::optional<Step> read_decay_start(const ArgumentReader& arguments, const Run& run);

// s0 of a family that needs one. Throws ArgumentError also if none is given.
Step read_required_decay_start(const ArgumentReader& arguments, const Run& run);

// The low rate, or nothing if none is given. Throws ArgumentError if it is above the peak.
std::optional<double> read_final_lr(const ArgumentReader& arguments, double peak_lr);

// The low rate of a family that needs one. Throws ArgumentError also if none is given.
double read_required_final_lr(const ArgumentReader& arguments, double peak_lr);

// decay_end, T by default. Throws ArgumentError unless it comes after `start`.
Step read_decay_end(const ArgumentReader& arguments, Step start, Step total_steps);

// Throws ArgumentError for final_lr = 0, for families that cannot reach it; `why` says why not.
void require_positive_final_lr(const ArgumentReader& arguments, double final_lr, const std::string& why);

// The decay of families that take every argument above: from `start` to decay_end, down to final_lr (0 unless given).
Decay read_decay(const ArgumentReader& arguments, const Run& run, Step start, Shape shape, double exponent = 1);

// Warm-up, peak until the decay, the decay, final_lr until the end of the run.
Schedule decaying_schedule(const ArgumentReader& arguments, const Run& run, const Decay& decay);

}  // namespace losscast
