// A pair of logarithmic axes in a picture.
#pragma once

#include <fmt/format.h>

#include <cmath>
#include <initializer_list>
#include <string>
#include <vector>

#include "report/panel.hpp"

namespace losscast {

// Its range along is of decimal logarithms, and so is, where the other axis is logarithmic too, the one up.
struct LogPanel {
  double left, top, width, height;  // in the picture
  Range along, up;
  double x(double log_value) const { return left + (log_value - along.low) / (along.high - along.low) * width; }
  double y(double log_value) const { return top + (up.high - log_value) / (up.high - up.low) * height; }
};

// A line and its number, as `number` writes it, at each tick; 4 and 15 are what text of 11 pixels needs.
template <class Number>
std::string lines_across(const LogPanel& panel, const std::vector<double>& ticks, const Number& number) {
  std::string out;
  for (const double tick : ticks)
    out += fmt::format(
        "<line class=\"grid\" x1=\"{0:.1f}\" x2=\"{1:.1f}\" y1=\"{2:.1f}\" y2=\"{2:.1f}\"/>"
        "<text x=\"{3:.1f}\" y=\"{4:.1f}\" text-anchor=\"end\">{5}</text>\n",
        panel.left, panel.left + panel.width, panel.y(tick), panel.left - 5, panel.y(tick) + 4, number(tick));
  return out;
}

template <class Number>
std::string lines_up(const LogPanel& panel, const std::vector<double>& ticks, const Number& number) {
  std::string out;
  for (const double tick : ticks)
    out += fmt::format(
        "<line class=\"grid\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1:.1f}\" y2=\"{2:.1f}\"/>"
        "<text x=\"{0:.1f}\" y=\"{3:.1f}\" text-anchor=\"middle\">{4}</text>\n",
        panel.x(tick), panel.top, panel.top + panel.height, panel.top + panel.height + 15, number(tick));
  return out;
}

}  // namespace losscast
