/// \file
/// The continuous arguments of a schedule, moved to where the loss is lowest.
#pragma once

#include <functional>
#include <optional>
#include <span>

#include "losscast/schedule/recipe.hpp"
#include "losscast/space/space.hpp"

namespace losscast {

/// When a search without derivatives ends, and where it may go.
struct PolishRules {
  double tolerance = 1e-7;                                  ///< ends where the objective falls by less than this
  double point_tolerance = 1e-4;                            ///< or the point moves by less, as a part of each axis
  double first_step = 0.1;                                  ///< likewise
  int most_evaluations = 400;                               ///< of the objective, at most
  std::function<bool(const Arguments&)> allowed = nullptr;  ///< points where it is not are avoided, if it is set
};

/// The best point that was found.
struct Polished {
  Arguments arguments;  ///< of its schedule
  double value = 0;     ///< of the objective there
  int evaluations = 0;  ///< of the objective
};

/// The best of `start` and of what a search without derivatives finds from there: Sbplx of NLopt (Rowan 1990), in the
/// axes' own scales. Deterministic if `objective` is. Points that make no schedule, or whose objective is not finite,
/// are avoided. `start` has a value for each axis's argument, which is taken into the axis if it lies outside. Throws
/// InputError for an axis that is a choice, and what make_recipe() throws if `start` itself makes no schedule.
Polished polish(const Arguments& start, std::span<const Axis> axes,
                const std::function<double(const Recipe&)>& objective, const PolishRules& rules = {});

}  // namespace losscast
