#include "bench/stability/pictures.hpp"
#include "losscast/report/round_ticks.hpp"
#include "report/log_panel.hpp"

namespace losscast::bench {

namespace {

constexpr double kTop = 66, kPanelWidth = 520, kPanelHeight = 240;

// The shortest warm-up is the reddest.
std::string colour(std::size_t number, std::size_t count) {
  const double cool = static_cast<double>(number) / static_cast<double>(count - 1);
  return fmt::format("rgb({:.0f},{:.0f},{:.0f})", 200 - 177 * cool, 80 - 6 * cool, 30 + 94 * cool);
}

std::string drawn(const LogPanel& panel, const WarmupLine& line, const std::string& stroke) {
  std::string points, dots;
  for (const auto& [peak, loss] : line.law)
    points += fmt::format("{:.1f},{:.1f} ", panel.x(std::log10(peak)), panel.y(loss));
  for (const auto& [peak, loss] : line.measured)
    dots += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\" fill=\"{}\"/>", panel.x(std::log10(peak)),
                        panel.y(loss), stroke);
  return fmt::format("<polyline fill=\"none\" stroke=\"{}\" stroke-width=\"1.8\" points=\"{}\"/>{}\n", stroke, points,
                     dots);
}

std::string legend(const std::vector<WarmupLine>& lines) {
  std::string out = fmt::format("<text x=\"{:.0f}\" y=\"46\">steps of warm-up</text>\n", kLeft);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const double x = kLeft + 104 + 66 * static_cast<double>(i);
    out += fmt::format(
        "<line x1=\"{0:.0f}\" x2=\"{1:.0f}\" y1=\"42\" y2=\"42\" stroke=\"{2}\" stroke-width=\"3\"/>"
        "<text x=\"{3:.0f}\" y=\"46\">{4}</text>\n",
        x, x + 22, colour(i, lines.size()), x + 27, lines[i].warmup);
  }
  return out + fmt::format("<text x=\"{:.0f}\" y=\"46\">dots: measured</text>\n", kLeft + 440);
}

}  // namespace

std::string warmup_svg(const std::vector<WarmupLine>& lines) {
  LogPanel panel{kLeft, kTop, kPanelWidth, kPanelHeight, {}, {}};
  for (const WarmupLine& line : lines)
    for (const std::vector<LastLoss>* all : {&line.law, &line.measured})
      for (const auto& [peak, loss] : *all) {
        panel.along.include(std::log10(peak));
        panel.up.include(loss);
      }
  panel.up = {panel.up.low - 0.03, panel.up.high + 0.03};
  std::string drawing =
      lines_across(panel, round_ticks(panel.up.low, panel.up.high, 8),
                   [](double tick) { return fmt::format("{:.1f}", tick); }) +
      lines_up(panel, log_ticks(panel.along), [](double tick) { return fmt::format("{:.3g}", std::pow(10, tick)); });
  for (std::size_t i = 0; i < lines.size(); ++i) drawing += drawn(panel, lines[i], colour(i, lines.size()));
  const double width = kLeft + kPanelWidth + kRight, height = kTop + kPanelHeight + 48;
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" "
      "height=\"{1:.0f}\" font-family=\"sans-serif\" font-size=\"11\">\n"
      "<style>.grid{{stroke:#ddd}}text{{fill:#333}}</style>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
      "<text x=\"{2:.0f}\" y=\"20\" font-size=\"13\">Last loss of a small transformer after 4,000 steps at a constant "
      "LR</text>\n{3}{4}"
      "<text x=\"{5:.0f}\" y=\"{6:.0f}\" text-anchor=\"middle\">peak LR</text>\n"
      "<text transform=\"translate(18 {7:.0f}) rotate(-90)\" text-anchor=\"middle\">loss [nats per token]</text>\n"
      "</svg>\n",
      width, height, kLeft, legend(lines), drawing, kLeft + kPanelWidth / 2, height - 10, kTop + kPanelHeight / 2);
}

}  // namespace losscast::bench
