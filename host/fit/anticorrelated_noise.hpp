// Noise that a moving average leaves which was undone though the log is none.
#pragma once

#include <optional>
#include <span>

namespace losscast {

// The lag-1 autocorrelation of what rows are off from a parabola through the 21 rows around each, if it is so low that
// white noise has it once in 30000 curves: below -0.14 - 4 / sqrt(rows), since the parabola leaves about -0.14 to white
// noise. Undoing an average of weight w of rows that are none leaves -w / (1 + w^2), -0.49 for 0.8; slow noise and
// misfit only raise it. Nothing is found in fewer than 60 rows.
std::optional<double> anticorrelation(std::span<const double> residuals);

}  // namespace losscast
