/// \file
/// What is searched: families of schedules, each with fixed arguments, axes and constraints between them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "losscast/schedule/arguments.hpp"
#include "losscast/schedule/schedule.hpp"

namespace losscast {

/// One searched argument of a family.
struct Axis {
  /// How points lie on an axis.
  enum class Kind {
    choice,   ///< listed values
    linear,   ///< numbers, evenly
    log,      ///< positive numbers, evenly in their logarithm
    integer,  ///< whole numbers, evenly
  };
  std::string argument;            ///< its name
  Kind kind = Kind::linear;        ///< how points lie on it
  std::vector<Value> choices;      ///< Kind::choice
  double low = 0;                  ///< the others: least value, low < high
  double high = 0;                 ///< likewise largest; both are included
  std::optional<int> grid_points;  ///< for method grid
};

/// The space of one family.
struct FamilySpace {
  std::string family;      ///< its name
  Arguments fixed;         ///< `family` included
  std::vector<Axis> axes;  ///< in the file's order
  /// Conditions that every point must meet, such as "warmup_fraction + decay_fraction <= 1". Only arguments that are
  /// numbers may appear in them.
  std::vector<std::string> constraints = {};
  int line = 0;  ///< in the sweep file, for messages
};

inline constexpr double kMostGridPoints = 1e7;  ///< of a family

/// How points are laid into the spaces.
enum class SearchMethod {
  grid,    ///< every combination of the axes' grid points
  random,  ///< independent points
  sobol,   ///< points of Sobol's sequence, randomised by the seed
};

/// The spaces of all families together.
struct SearchSpace {
  std::filesystem::path file;                 ///< for messages
  SearchMethod method = SearchMethod::sobol;  ///< how points are laid
  std::int64_t candidates = 1000;             ///< random and sobol: shared out evenly among the families
  std::vector<FamilySpace> families;          ///< in the file's order
  /// If there are any, each candidate is trained for each of these numbers of steps, and counts by its average over
  /// them; then no family says total_steps itself.
  std::vector<Step> horizons = {};
};

}  // namespace losscast
