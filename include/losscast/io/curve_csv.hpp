/// \file
/// A measured loss curve in a CSV file.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "losscast/fit/curve.hpp"

namespace losscast {

/// What to do where steps go back or repeat, as in the log of a run that was resumed from a checkpoint.
enum class Resume {
  error,  ///< they may not
  first,  ///< keep the first logged point of a repeated step
  last,   ///< keep the last logged point of a repeated step
};

/// What a curve's file may hold, and which of its points are read.
struct CurveCsvOptions {
  Step total_steps = 0;                  ///< of the schedule; no point may lie past it
  std::optional<Step> steps_below = {};  ///< leave out the points at this step and after
  Resume resume = Resume::error;         ///< what to do with steps that come again
};

/// Reads the columns `step` (updates done so far) and `loss` (nats per token); others are ignored. The points come back
/// in ascending order of step. A point left out by `steps_below` may have any loss. Throws InputError naming file, line
/// and character: missing or empty file, missing column, a value that is not a finite number, a negative or fractional
/// step, a step past the schedule, a loss that is not positive, steps that go back or repeat, no point left.
std::vector<CurvePoint> read_curve_csv(const std::filesystem::path& file, const CurveCsvOptions& options);

/// The log of a run that is under way.
struct RunLog {
  std::vector<CurvePoint> points;  ///< those with a loss
  std::optional<Step> lost;        ///< the first step whose loss is infinite or a NaN, if there is one
};

/// Reads the log of a run that may be lost: like read_curve_csv(), but rows whose loss is infinite or a NaN are left
/// out of the points instead of refused, and all rows may be such.
RunLog read_run_log(const std::filesystem::path& file, Step total_steps);

}  // namespace losscast
