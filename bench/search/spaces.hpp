// What the benchmarks of the search search.
#pragma once

#include <cstdint>

#include "losscast/space/space.hpp"

namespace losscast::bench {

inline constexpr double kTotalSteps = 24'000;

// Numbers for a benchmark's own choices, of which the search knows nothing.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : seed_(seed) {}
  double uniform();  // in (0, 1)
  std::int64_t below(std::int64_t count);

 private:
  std::uint64_t seed_, thrown_ = 0;
};

Axis range(const char* argument, Axis::Kind kind, double low, double high, int grid_points);

// WSD runs of 24,000 steps in five parameters: peak_lr, decay_fraction, final_lr_ratio, warmup_steps and shape.
SearchSpace wsd_space(SearchMethod method, std::int64_t candidates);

// What a random part of that space is like.
enum class Part {
  any,     // each range shrunk to a random share of itself, from 3% to all of it
  narrow,  // to a share from 0.3% to 3%: candidates are nearly alike
  twins,   // a grid in which every candidate occurs twice
};
inline constexpr Part kParts[] = {Part::any, Part::narrow, Part::twins};
const char* part_name(Part part);

SearchSpace random_part(Part part, std::int64_t candidates, Dice& dice);

}  // namespace losscast::bench
