/// \file
/// A measured loss curve in a CSV file.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "losscast/fit/curve.hpp"
#include "losscast/io/curve_csv_options.hpp"

namespace losscast {

/// What was read of a curve's file.
struct LoggedCurve {
  std::vector<CurvePoint> points;  ///< as in Curve
  std::vector<std::string> notes;  ///< what was dropped or converted, a sentence each that begins with the file's name
};

/// Reads the columns of steps and losses; others are ignored. The points come back in ascending order of step, in
/// updates and nats per token. A point left out by `steps_below`, or abandoned where the run was resumed, may have any
/// loss. Steps in another unit are rounded to the nearest update, with a note if one is off by more than a thousandth
/// of an update. Throws InputError naming file, line and character: missing or empty file, missing column, a value that
/// is not a finite number, a negative or fractional step, a step past the schedule, a loss that is not positive (a
/// perplexity that is not above 1), steps that go back or repeat, no point left; losses that cannot be nats; smoothing
/// that cannot be undone, since rows are irregular or their digits too few.
LoggedCurve read_curve_csv(const std::filesystem::path& file, const CurveCsvOptions& options);

/// The log of a run that is under way.
struct RunLog {
  std::vector<CurvePoint> points;  ///< those with a loss
  std::optional<Step> lost;        ///< the first step whose loss is infinite or a NaN, if there is one
  std::vector<std::string> notes;  ///< as in LoggedCurve
};

/// Reads the log of a run that may be lost: like read_curve_csv(), but rows whose loss is infinite or a NaN are left
/// out of the points instead of refused, all rows may be such, and losses may be as high as no nats are.
RunLog read_run_log(const std::filesystem::path& file, const CurveCsvOptions& options);

}  // namespace losscast
