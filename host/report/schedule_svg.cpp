#include "losscast/report/schedule_svg.hpp"

#include <fmt/format.h>

#include <functional>
#include <set>

#include "losscast/schedule/describe.hpp"
#include "report/drawn_steps.hpp"
#include "report/panel.hpp"

namespace losscast {

namespace {

constexpr double kFirstTop = 56, kFirstHeight = 260, kHeight = 90, kGap = 34, kBelow = 46;
constexpr std::size_t kCharacters = 104;  // of the smaller lines that the picture is wide enough for

// One quantity in a panel of its own.
struct Quantity {
  const char* label;
  std::function<double(Step)> at;
};

std::string draw(const Quantity& quantity, const std::set<Step>& steps, double top, double height) {
  Panel panel{top, top + height, {0, static_cast<double>(*steps.rbegin() + 1)}, {0, 0}};
  for (const Step step : steps) panel.values.include(quantity.at(step));
  if (!(panel.values.high > 0)) panel.values.high = 1;
  panel.values.high *= 1.05;
  std::string points;
  for (const Step step : steps) points += fmt::format("{:.2f},{:.2f} ", panel.x(step), panel.y(quantity.at(step)));
  constexpr double kPixelsForALine = 45;
  return horizontal_grid(panel, static_cast<int>(height / kPixelsForALine)) + vertical_grid(panel) +
         axis_label(panel, quantity.label) + fmt::format("<polyline class=\"line\" points=\"{}\"/>\n", points);
}

std::string shortened(const std::string& text) {
  return text.size() <= kCharacters ? text : text.substr(0, kCharacters - 3) + "...";
}

}  // namespace

std::string schedule_svg(const Recipe& recipe, const std::string& title) {
  std::vector<Quantity> quantities = {{"learning rate", [&](Step s) { return recipe.schedule.lr(s); }}};
  if (recipe.weight_decay && !recipe.weight_decay->is_constant())
    quantities.push_back({"weight decay", [&](Step s) { return recipe.weight_decay->at(s); }});
  if (recipe.batch && !recipe.batch->is_constant())
    quantities.push_back({"tokens", [&](Step s) { return recipe.batch->at(s); }});
  const std::set<Step> steps = drawn_steps(recipe);
  std::string panels;
  double top = kFirstTop, height = kFirstHeight, bottom = 0;
  for (const Quantity& quantity : quantities) {
    panels += draw(quantity, steps, top, height);
    bottom = top + height;
    top = bottom + kGap;
    height = kHeight;
  }
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" "
      "height=\"{1:.0f}\" font-family=\"sans-serif\" font-size=\"12\">\n"
      "<style>.grid{{stroke:#ddd}}.line{{fill:none;stroke:#174a7c;stroke-width:1.5}}text{{fill:#333}}</style>\n"
      "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
      "<text x=\"{2:.0f}\" y=\"22\" font-size=\"11\">{3}</text>\n<text x=\"{2:.0f}\" y=\"42\" "
      "font-size=\"11\">{4}</text>\n{5}"
      "<text x=\"{6:.0f}\" y=\"{7:.0f}\" text-anchor=\"middle\">optimiser steps</text>\n</svg>\n",
      kWidth, bottom + kBelow, kLeft, escaped(shortened(title)), escaped(shortened(describe(recipe.schedule))), panels,
      (kLeft + kWidth - kRight) / 2, bottom + kBelow - 10);
}

}  // namespace losscast
