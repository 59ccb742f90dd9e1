// A pair of axes in a picture, and what is drawn of them.
#pragma once

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

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
  double top, bottom;   // in the picture
  Range along, values;  // along: steps, or whatever else lies along the picture's width
  double left = kLeft, right = kWidth - kRight;
  double x_at(double place) const { return left + (place - along.low) / (along.high - along.low) * (right - left); }
  double x(Step step) const { return x_at(static_cast<double>(step)); }
  double y(double value) const {
    // What is infinite leaves the panel at the top.
    return std::isfinite(value) ? bottom - (value - values.low) / (values.high - values.low) * (bottom - top) : -bottom;
  }
};

// Text as XML has it, also within an attribute. A character that XML has no place for becomes U+FFFD.
std::string escaped(std::string_view text);

// A round number in few characters: 3.2, 2e-4 rather than 0.0002, 1e+06 rather than 1000000.
std::string tick_text(double value);

// A mark along an axis, and what is written beside it.
struct Tick {
  double place;
  std::string text;
};

// About so many round numbers of a range.
std::vector<Tick> number_ticks(const Range& range, int wanted);

// The same of whole numbers of steps, written out.
std::vector<Tick> step_ticks(const Range& range, int wanted = 7);

// The digits times the powers of ten within a range of decimal logarithms, as logarithms.
std::vector<double> log_ticks(const Range& range, std::initializer_list<double> digits = {1, 2, 5});

// A line through the panel at each tick, and its text beside it.
std::string lines_across(const Panel& panel, const std::vector<Tick>& ticks);
std::string lines_up(const Panel& panel, const std::vector<Tick>& ticks);

// Lines through round numbers, with these numbers beside them.
std::string horizontal_grid(const Panel& panel, int lines);
std::string vertical_grid(const Panel& panel);

// What the values are, written along their axis.
std::string axis_label(const Panel& panel, const char* text);

// What of a content lies within the panel. `id` is the name of the panel, which no other one of the document has.
std::string clipped(const Panel& panel, std::string_view id, const std::string& content);

}  // namespace losscast
