/// \file
/// A picture of a forecast: the loss over steps with its bands.
#pragma once

#include <string>
#include <vector>

#include "losscast/engine/statistics.hpp"
#include "losscast/fit/curve.hpp"

namespace losscast {

/// What the picture shows.
struct ForecastPicture {
  std::string title;                 ///< its first line
  std::string subtitle;              ///< smaller, below the title
  std::vector<Step> steps;           ///< ascending, at least two
  std::vector<Statistics> forecast;  ///< as many
  std::vector<CurvePoint> measured;  ///< drawn on top; may be empty
};

/// A self-contained SVG image: the loss with its bands above, and below everything minus the mean, where the bands are
/// wide enough to see. The axes leave out the steep fall of the first tenth of the run.
std::string forecast_svg(const ForecastPicture& picture);

}  // namespace losscast
