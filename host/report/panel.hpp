// A pair of axes in a picture, and what is drawn of them.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "losscast/schedule/segment.hpp"

namespace losscast {

inline constexpr double kWidth = 760, kLeft = 70, kRight = 34;

struct Range {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  void include(double value) {
    if (!std::isfinite(value)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
};

// One pair of axes in the picture, and how data become its coordinates.
struct Panel {
  double top, bottom;  // in the picture
  Range steps, values;
  double x(Step step) const {
    return kLeft + (static_cast<double>(step) - steps.low) / (steps.high - steps.low) * (kWidth - kLeft - kRight);
  }
  double y(double value) const {
    // What is infinite leaves the panel at the top.
    return std::isfinite(value) ? bottom - (value - values.low) / (values.high - values.low) * (bottom - top) : -bottom;
  }
};

// Text as XML has it.
std::string escaped(const std::string& text);

// Lines through round numbers, with these numbers beside them.
std::string horizontal_grid(const Panel& panel, int lines);
std::string vertical_grid(const Panel& panel);

// What the values are, written along their axis.
std::string axis_label(const Panel& panel, const char* text);

}  // namespace losscast
