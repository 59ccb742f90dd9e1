// What a sweep file says.
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

// The method `race`: candidates that are surely worse are left behind, and only the finalists are simulated.
struct RaceConfig {
  std::optional<double> delta;  // the smallest difference that matters [nats]; by default the noise of a run

  // If given, the race looks for the fewest steps, between the space's two horizons, after which the mean of the best
  // candidate is this loss. [nats]
  std::optional<double> target_loss = std::nullopt;
};

struct SweepConfig {
  std::filesystem::path fit;
  std::uint64_t seed = 1;
  int paths = 1024;
  double confidence = 0.95;  // of the paired differences' intervals, and of a race's certificate
  Objective objective;       // only a race may have another than the mean
  Spikes spikes;             // of every run; off unless the file has them
  Limits limits;             // what no candidate of a race may exceed
  SearchSpace space;
  std::optional<RaceConfig> race;  // nothing: every candidate is simulated
  BandsConfig bands;
  std::string resolved;  // the configuration as it was understood, TOML, `--set` included
};

}  // namespace losscast
