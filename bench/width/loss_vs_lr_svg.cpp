#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "bench/width/loss_vs_lr.hpp"
#include "report/log_panel.hpp"
#include "report/width_lines.hpp"

namespace losscast::bench {

namespace {

constexpr double kTop = 58, kPanelWidth = 320, kPanelHeight = 150, kApart = 46, kRowHeight = kPanelHeight + 52;

std::string grid(const LogPanel& panel) {
  const auto number = [](double tick) { return fmt::format("{:.2g}", std::pow(10, tick)); };
  return lines_across(panel, log_ticks(panel.up), number) + lines_up(panel, log_ticks(panel.along), number);
}

// The line of one width, with a dot at its lowest loss. Losses beyond the panel are left out.
std::string line(const LogPanel& panel, const LossByLr& losses, const std::string& stroke) {
  std::string points;
  for (const auto& [k, loss] : losses) {
    const double log_loss = std::log10(loss);
    if (log_loss <= panel.up.high)
      points += fmt::format("{:.1f},{:.1f} ", panel.x(std::log10(lr_of(k))), panel.y(log_loss));
  }
  const int best = best_of(losses);
  return fmt::format(
      "<polyline fill=\"none\" stroke=\"{0}\" stroke-width=\"1.6\" points=\"{1}\"/>"
      "<circle cx=\"{2:.1f}\" cy=\"{3:.1f}\" r=\"3.2\" fill=\"{0}\"/>\n",
      stroke, points, panel.x(std::log10(lr_of(best))), panel.y(std::log10(losses.at(best))));
}

std::string drawn(const WidthSweep& sweep, const LogPanel& panel) {
  std::string out = grid(panel);
  std::size_t number = 0;
  for (const auto& [width, losses] : sweep.losses)
    out += line(panel, losses, width_colour(number++, sweep.losses.size()));
  const std::string title =
      fmt::format("{}, {}", sweep.method.name, name_in(kParameterisations, sweep.parameterisation));
  return out + fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" font-weight=\"bold\">{}</text>\n", panel.left,
                           panel.top - 7, escaped(title));
}

// Ranges that both pictures of a method share.
LogPanel shared_axes(const WidthSweep& left, const WidthSweep& right) {
  constexpr double kHighest = 0.5;  // the loss of a network whose output is 0
  LogPanel panel{0, 0, kPanelWidth, kPanelHeight, {}, {}};
  for (const WidthSweep* sweep : {&left, &right})
    for (const auto& [width, losses] : sweep->losses)
      for (const auto& [k, loss] : losses) {
        panel.along.include(std::log10(lr_of(k)));
        panel.up.include(std::log10(std::min(loss, kHighest)));
      }
  panel.up.low -= 0.05;
  return panel;
}

std::vector<std::int64_t> widths_of(const WidthSweep& sweep) {
  std::vector<std::int64_t> widths;
  for (const auto& [width, losses] : sweep.losses) widths.push_back(width);
  return widths;
}

}  // namespace

std::string loss_vs_lr_svg(const std::vector<WidthSweep>& sweeps) {
  std::string panels;
  double top = kTop + 14;
  for (std::size_t i = 0; i + 1 < sweeps.size(); i += 2) {
    LogPanel panel = shared_axes(sweeps[i], sweeps[i + 1]);
    panel.top = top;
    panel.left = kLeft;
    panels += drawn(sweeps[i], panel);
    panel.left = kLeft + kPanelWidth + kApart;
    panels += drawn(sweeps[i + 1], panel);
    top += kRowHeight;
  }
  const double width = kLeft + 2 * kPanelWidth + kApart + kRight, height = top + 4;
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" "
      "height=\"{1:.0f}\" font-family=\"sans-serif\" font-size=\"11\">\n"
      "<style>.grid{{stroke:#ddd}}text{{fill:#333}}</style>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
      "<text x=\"{2:.0f}\" y=\"20\" font-size=\"13\">Loss after training against the learning rate of the narrowest "
      "width, as it is carried to the others</text>\n{3}{4}"
      "<text transform=\"translate(18 {5:.0f}) rotate(-90)\" text-anchor=\"middle\">loss: half the mean squared "
      "error</text>\n"
      "<text x=\"{6:.0f}\" y=\"{7:.0f}\" text-anchor=\"middle\">learning rate</text>\n</svg>\n",
      width, height, kLeft, width_legend(widths_of(sweeps.front()), kLeft, 38), panels, (kTop + height) / 2,
      (kLeft + width - kRight) / 2, height - 8);
}

}  // namespace losscast::bench
