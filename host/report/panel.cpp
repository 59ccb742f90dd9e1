#include "report/panel.hpp"

#include <fmt/format.h>

#include "losscast/format/number_text.hpp"
#include "losscast/report/round_ticks.hpp"

namespace losscast {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (c >= 0 && c < ' ' && c != '\t' && c != '\n') {
      out += "\uFFFD";
    } else {
      out += c;
    }
  }
  return out;
}

std::string tick_text(double value) {
  const std::string rounded = fmt::format("{:g}", value);
  const std::string shortest = number_text(parse_number(rounded).value_or(value));
  return shortest.size() < rounded.size() ? shortest : rounded;
}

std::vector<Tick> number_ticks(const Range& range, int wanted) {
  std::vector<Tick> ticks;
  for (const double value : round_ticks(range.low, range.high, wanted)) ticks.push_back({value, tick_text(value)});
  return ticks;
}

std::vector<Tick> step_ticks(const Range& range, int wanted) {
  std::vector<Tick> ticks;
  for (const double tick : round_ticks(range.low, range.high, wanted)) {
    const auto step = static_cast<Step>(std::llround(tick));
    ticks.push_back({static_cast<double>(step), fmt::format("{}", step)});
  }
  return ticks;
}

std::vector<double> log_ticks(const Range& range, std::initializer_list<double> digits) {
  std::vector<double> ticks;
  for (double power = std::floor(range.low); power <= range.high; ++power)
    for (const double digit : digits) {
      const double tick = power + std::log10(digit);
      if (tick >= range.low && tick <= range.high) ticks.push_back(tick);
    }
  return ticks;
}

std::string lines_across(const Panel& panel, const std::vector<Tick>& ticks) {
  std::string out;
  for (const Tick& tick : ticks)
    out += fmt::format(
        "<line class=\"grid\" x1=\"{0:.1f}\" x2=\"{1:.1f}\" y1=\"{2:.1f}\" y2=\"{2:.1f}\"/>"
        "<text x=\"{3:.1f}\" y=\"{2:.1f}\" dy=\"0.35em\" text-anchor=\"end\">{4}</text>\n",
        panel.left, panel.right, panel.y(tick.place), panel.left - 8, escaped(tick.text));
  return out;
}

std::string lines_up(const Panel& panel, const std::vector<Tick>& ticks) {
  std::string out;
  for (const Tick& tick : ticks)
    out += fmt::format(
        "<line class=\"grid\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1:.1f}\" y2=\"{2:.1f}\"/>"
        "<text x=\"{0:.1f}\" y=\"{3:.1f}\" dy=\"0.8em\" text-anchor=\"middle\">{4}</text>\n",
        panel.x_at(tick.place), panel.top, panel.bottom, panel.bottom + 6, escaped(tick.text));
  return out;
}

std::string horizontal_grid(const Panel& panel, int lines) {
  return lines_across(panel, number_ticks(panel.values, lines));
}

std::string vertical_grid(const Panel& panel) { return lines_up(panel, step_ticks(panel.along)); }

std::string axis_label(const Panel& panel, const char* text) {
  return fmt::format("<text transform=\"translate(18 {:.0f}) rotate(-90)\" text-anchor=\"middle\">{}</text>\n",
                     (panel.top + panel.bottom) / 2, text);
}

std::string clipped(const Panel& panel, std::string_view id, const std::string& content) {
  return fmt::format(
      "<clipPath id=\"{0}\"><rect x=\"{1:.0f}\" y=\"{2:.0f}\" width=\"{3:.0f}\" height=\"{4:.0f}\"/></clipPath>\n"
      "<g clip-path=\"url(#{0})\">\n{5}</g>\n",
      id, panel.left, panel.top, panel.right - panel.left, panel.bottom - panel.top, content);
}

}  // namespace losscast
