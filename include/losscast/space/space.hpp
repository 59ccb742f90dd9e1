// What is searched: families of schedules, each with fixed arguments, axes and constraints between them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "losscast/schedule/arguments.hpp"
#include "losscast/schedule/schedule.hpp"

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
  // Conditions that every point must meet, in arguments that are numbers, such as
  // "warmup_fraction + decay_fraction <= 1".
  std::vector<std::string> constraints = {};
  int line = 0;  // in the sweep file, for messages
};

inline constexpr double kMostGridPoints = 1e7;  // of a family

// How points are laid into the spaces.
enum class SearchMethod { grid, random, sobol };

struct SearchSpace {
  std::filesystem::path file;  // for messages
  SearchMethod method = SearchMethod::sobol;
  std::int64_t candidates = 1000;  // random and sobol: shared out evenly among the families
  std::vector<FamilySpace> families;
  // If there are any, each candidate is trained for each of these numbers of steps, and counts by its average over
  // them; then no family says total_steps itself.
  std::vector<Step> horizons = {};
};

}  // namespace losscast
