// A complete problem that is small enough to be computed in no time: curves of a known law, a fit, a sweep.
#pragma once

#include <string>

#include "losscast/fit/fit.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast::test {

// The fit that the curves follow: model `power`, with a few draws around its parameters.
Fit small_fit();

// The steps at which the curves were "logged" go from the end of the warm-up to this one.
inline constexpr Step kSmallSteps = 1000;

inline const std::string kWsd =
    R"({ family = "wsd", peak_lr = 3e-3, warmup_steps = 100, decay_start = 700, total_steps = 1000 })";

// sweep.toml as a race by this fit for runs whose number of steps is still open.
std::string open_race(const std::string& fit);

// A folder with runs.toml and its CSV files, fit.json, and sweep.toml (48 candidates of two families).
class SmallProblem : public ScratchFolder {
 public:
  SmallProblem();
};

}  // namespace losscast::test
