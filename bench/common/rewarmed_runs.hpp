// The runs of the small transformer that were warmed up again after half of their steps: what their second phase did,
// and what a fit forecasts of it.
#pragma once

#include <filesystem>
#include <vector>

#include "losscast/fit/curve.hpp"
#include "losscast/fit/fit.hpp"
#include "losscast/fit/rewarming.hpp"

namespace losscast::bench {

struct SmallTransformer {
  std::vector<Curve> one_phase;  // of manifest.toml
  std::vector<Curve> rewarmed;   // of grid/manifest.toml
};

// Throws InputError or IoError where the folder does not hold them.
SmallTransformer read_small_transformer(const std::filesystem::path& folder);

// The four of 4,000 updates whose schedules make a fit: constant, two stages, and two cosines.
std::vector<Curve> four_runs(const SmallTransformer& all);

// The second phase begins in the middle of these runs.
inline Step second_begin(const Curve& run) { return run.recipe.total_steps() / 2; }

// What was logged. A single loss scatters, so the rise and the way back are read off means over five rows.
struct MeasuredPhase {
  double before;   // at the begin of the second phase [nats]
  Step top;        // middle step of the highest mean
  double highest;  // that mean [nats]
  Step back;       // middle step of the first mean from which on none is above `before`
  double last;     // [nats]
};
MeasuredPhase measured_phase(const Curve& run);

struct ForecastPhase {
  Rewarming rewarming;
  LossForecast last;     // as it would be logged
  double share_in_band;  // of the second phase's logged losses
};
ForecastPhase forecast_phase(const Fit& fit, const Curve& run);

}  // namespace losscast::bench
