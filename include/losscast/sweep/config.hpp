// What a sweep file says.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "losscast/search/space.hpp"
#include "losscast/sweep/bands.hpp"

namespace losscast {

struct SweepConfig {
  std::filesystem::path fit;
  std::uint64_t seed = 1;
  int paths = 1024;
  double confidence = 0.95;  // of the paired differences' intervals
  SearchSpace space;
  BandsConfig bands;
  std::string resolved;  // the configuration as it was understood, TOML, `--set` included
};

}  // namespace losscast
