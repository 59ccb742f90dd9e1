// What a sweep searches: families, each with fixed arguments and axes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "losscast/schedule/arguments.hpp"
#include "losscast/schedule/families.hpp"
#include "losscast/sweep/bands.hpp"

namespace losscast {

// One searched argument of a family.
struct Axis {
  enum class Kind { choice, linear, log, integer };
  std::string argument;
  Kind kind = Kind::linear;
  std::vector<Value> choices;      // Kind::choice
  double low = 0, high = 0;        // the others, low < high, both included
  std::optional<int> grid_points;  // for method grid
};

struct FamilySpace {
  std::string family;
  Arguments fixed;         // `family` included
  std::vector<Axis> axes;  // in the file's order
  int line = 0;            // in the sweep file, for messages
};

enum class SearchMethod { grid, random, sobol };

struct SweepConfig {
  std::filesystem::path file;
  std::filesystem::path fit;
  std::uint64_t seed = 1;
  int paths = 1024;
  SearchMethod method = SearchMethod::sobol;
  std::int64_t candidates = 1000;  // random and sobol: shared out evenly among the families
  double confidence = 0.95;        // of the paired differences' intervals
  BandsConfig bands;
  std::vector<FamilySpace> families;
  std::string resolved;  // the configuration as it was understood, TOML, `--set` included
};

}  // namespace losscast
