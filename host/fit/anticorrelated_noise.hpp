// The noise of a log that was not smoothed, after a smoothing was undone all the same.
#pragma once

#include <optional>
#include <span>

namespace losscast {

// Each row's distance from a parabola through the 21 rows around it is its fast noise. Returns the lag-1
// autocorrelation of these distances if it is below -0.14 - 4 / sqrt(rows), which white noise is once in 30,000 curves
// (the parabola leaves -0.14 to it). Undoing an average of weight w of rows that are no average leaves -w / (1 + w^2),
// -0.49 for 0.8; slow noise and misfit only raise it. Nothing for fewer than 60 rows.
std::optional<double> anticorrelation(std::span<const double> residuals);

}  // namespace losscast
