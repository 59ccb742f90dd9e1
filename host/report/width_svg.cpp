#include "losscast/report/width_svg.hpp"

#include <fmt/format.h>

#include <cmath>
#include <initializer_list>
#include <limits>

#include "losscast/base/contract.hpp"
#include "losscast/report/round_ticks.hpp"
#include "report/log_panel.hpp"
#include "report/width_lines.hpp"

namespace losscast {

namespace {

constexpr double kTop = 88, kPanelWidth = 250, kPanelHeight = 230, kApart = 18, kBelow = 44;

// The axes that all panels share; the losses' are linear.
LogPanel shared_axes(const WidthPicture& picture) {
  LogPanel panel{kLeft, kTop, kPanelWidth, kPanelHeight, {}, {}};
  for (const WidthAxes& axes : picture.panels)
    for (const double shift : axes.shifts)
      for (const double lr : {picture.lrs.front(), picture.lrs.back()}) panel.along.include(std::log10(lr * shift));
  for (const double loss : picture.losses) panel.up.include(loss);
  const double spread = panel.up.high - panel.up.low;
  panel.up.low -= spread > 0 ? 0.05 * spread : 0.5;
  panel.up.high += spread > 0 ? 0.05 * spread : 0.5;
  return panel;
}

// Powers of ten, and what lies between where there is room for its numbers.
std::vector<double> lr_ticks(const Range& range) {
  constexpr double kRoomy = 2;  // powers of ten
  return range.high - range.low > kRoomy ? log_ticks(range, {1}) : log_ticks(range, {1, 2, 5});
}

// Wider networks' lines are thinner and lie on top, so that lines in one place are seen to be several.
std::string line(const LogPanel& panel, const WidthPicture& picture, const WidthAxes& axes, std::size_t number) {
  const std::size_t count = picture.widths.size();
  const double above = static_cast<double>(count - 1 - number);
  std::string points, dot;
  double lowest = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < picture.lrs.size(); ++i) {
    if (!std::isfinite(picture.losses[i])) continue;
    const double x = panel.x(std::log10(picture.lrs[i] * axes.shifts[number])), y = panel.y(picture.losses[i]);
    points += fmt::format("{:.1f},{:.1f} ", x, y);
    if (!(picture.losses[i] < lowest)) continue;
    lowest = picture.losses[i];
    dot = fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{:.1f}\" fill=\"{}\"/>\n", x, y, 3.2 + above,
                      width_colour(number, count));
  }
  return fmt::format("<polyline fill=\"none\" stroke=\"{}\" stroke-width=\"{:.1f}\" points=\"{}\"/>\n{}",
                     width_colour(number, count), 1.6 + 1.8 * above, points, dot);
}

std::string drawn(const LogPanel& panel, const WidthPicture& picture, const WidthAxes& axes, bool is_first) {
  const auto lr_text = [](double tick) { return fmt::format("{:.2g}", std::pow(10, tick)); };
  const auto loss_text = [&](double loss) { return is_first ? fmt::format("{:g}", loss) : std::string(); };
  std::string out = lines_across(panel, round_ticks(panel.up.low, panel.up.high, 5), loss_text) +
                    lines_up(panel, lr_ticks(panel.along), lr_text);
  for (std::size_t i = 0; i < picture.widths.size(); ++i) out += line(panel, picture, axes, i);
  return out + fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" font-weight=\"bold\">{}</text>\n", panel.left,
                           panel.top - 7, escaped(axes.name));
}

}  // namespace

std::string width_svg(const WidthPicture& picture) {
  LOSSCAST_EXPECTS(picture.lrs.size() >= 2 && picture.losses.size() == picture.lrs.size());
  LOSSCAST_EXPECTS(!picture.widths.empty() && !picture.panels.empty());
  LogPanel panel = shared_axes(picture);
  std::string panels;
  for (const WidthAxes& axes : picture.panels) {
    LOSSCAST_EXPECTS(axes.shifts.size() == picture.widths.size());
    panels += drawn(panel, picture, axes, panel.left == kLeft);
    panel.left += kPanelWidth + kApart;
  }
  const double right = panel.left - kApart, bottom = kTop + kPanelHeight;
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" "
      "height=\"{1:.0f}\" font-family=\"sans-serif\" font-size=\"11\">\n"
      "<style>.grid{{stroke:#ddd}}text{{fill:#333}}</style>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
      "<text x=\"{2:.0f}\" y=\"20\" font-size=\"13\">{3}</text>\n<text x=\"{2:.0f}\" y=\"38\">{4}</text>\n{5}{6}"
      "<text transform=\"translate(18 {7:.0f}) rotate(-90)\" text-anchor=\"middle\">loss [nats per token]</text>\n"
      "<text x=\"{8:.0f}\" y=\"{9:.0f}\" text-anchor=\"middle\">peak LR</text>\n</svg>\n",
      right + kRight, bottom + kBelow, kLeft, escaped(picture.title), escaped(picture.subtitle),
      width_legend(picture.widths, kLeft, 58), panels, (kTop + bottom) / 2, (kLeft + right) / 2, bottom + kBelow - 8);
}

}  // namespace losscast
