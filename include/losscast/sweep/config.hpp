/// \file
/// What a sweep file says.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "losscast/model/spikes.hpp"
#include "losscast/race/objective.hpp"
#include "losscast/space/limits.hpp"
#include "losscast/space/space.hpp"
#include "losscast/sweep/bands.hpp"

namespace losscast {

/// The smallest difference that matters in a ranking, if nobody says another: two runs of one recipe differ by as much.
/// [nats]
inline constexpr double kUsualDelta = 1e-3;

/// The method `race`: candidates that are surely worse are left behind, and only the finalists are simulated.
struct RaceConfig {
  /// If given, the race looks for the fewest steps, between the space's two horizons, after which the mean of the best
  /// candidate is this loss. [nats]
  std::optional<double> target_loss = std::nullopt;
};

/// A sweep: with what, of what, and how.
struct SweepConfig {
  std::filesystem::path fit;     ///< file of the fit
  std::optional<double> params;  ///< which of the file's fits, by its model's size, where it holds several
  std::uint64_t seed = 1;        ///< of candidates and paths
  int paths = 1024;              ///< of each candidate that is simulated
  double confidence = 0.95;      ///< of the paired differences' intervals, and of a race's certificate
  std::optional<double> delta;  ///< smallest difference that matters [nats]; by default kUsualDelta, for a race a run's
                                ///< noise
  Objective objective;          ///< other than the mean: of a race
  Spikes spikes;                ///< of every run
  bool has_spikes = false;      ///< the file says the spikes, be it that there are none, so that the fit's do not count
  double divergence_cost = 0;   ///< of a run that diverges, beside its loss (see DivergenceCost) [nats]
  Limits limits;                ///< of a race: what no candidate may exceed
  SearchSpace space;            ///< which schedules
  std::optional<RaceConfig> race;  ///< without: every candidate is simulated
  BandsConfig bands;               ///< what is recorded over time
  std::string resolved;            ///< the configuration as it was understood, TOML, `--set` included
};

}  // namespace losscast
