#include "report/panel.hpp"

#include <fmt/format.h>

#include "losscast/format/number_text.hpp"
#include "losscast/report/round_ticks.hpp"

namespace losscast {

namespace {

// A round number in few characters: 3.2, 2e-4 rather than 0.0002, 1e+06 rather than 1000000.
std::string tick_text(double value) {
  const std::string rounded = fmt::format("{:g}", value);
  const std::string shortest = number_text(parse_number(rounded).value_or(value));
  return shortest.size() < rounded.size() ? shortest : rounded;
}

}  // namespace

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else {
      out += c;
    }
  }
  return out;
}

std::string horizontal_grid(const Panel& panel, int lines) {
  std::string out;
  for (const double value : round_ticks(panel.values.low, panel.values.high, lines))
    out += fmt::format(
        "<line class=\"grid\" x1=\"{0:.1f}\" x2=\"{1:.1f}\" y1=\"{2:.1f}\" y2=\"{2:.1f}\"/>"
        "<text x=\"{3:.1f}\" y=\"{4:.1f}\" text-anchor=\"end\">{5}</text>\n",
        kLeft, kWidth - kRight, panel.y(value), kLeft - 8, panel.y(value) + 4, tick_text(value));
  return out;
}

std::string vertical_grid(const Panel& panel) {
  std::string out;
  for (const double tick : round_ticks(panel.steps.low, panel.steps.high, 7)) {
    const auto step = static_cast<Step>(std::llround(tick));
    out += fmt::format(
        "<line class=\"grid\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1:.1f}\" y2=\"{2:.1f}\"/>"
        "<text x=\"{0:.1f}\" y=\"{3:.1f}\" text-anchor=\"middle\">{4}</text>\n",
        panel.x(step), panel.top, panel.bottom, panel.bottom + 16, step);
  }
  return out;
}

std::string axis_label(const Panel& panel, const char* text) {
  return fmt::format("<text transform=\"translate(18 {:.0f}) rotate(-90)\" text-anchor=\"middle\">{}</text>\n",
                     (panel.top + panel.bottom) / 2, text);
}

}  // namespace losscast
