#include <algorithm>

#include "bench/stability/pictures.hpp"
#include "report/log_panel.hpp"

namespace losscast::bench {

namespace {

constexpr double kTop = 76, kPanelWidth = 236, kPanelHeight = 240, kApart = 20;

const char* colour_of(const std::string& embedding) {
  return embedding == "vanilla" ? "#c8501e" : embedding == "scaled" ? "#174a7c" : "#3a8f4e";
}

std::string points(const LogPanel& panel, const std::vector<Step>& warmups, const std::vector<double>& peaks) {
  std::string out;
  for (std::size_t i = 0; i < warmups.size(); ++i)
    out += fmt::format("{:.1f},{:.1f} ", panel.x(std::log10(warmups[i])), panel.y(std::log10(peaks[i])));
  return out;
}

// From 0.1 to 0.9, and a line at 0.5.
std::string drawn(const LogPanel& panel, std::vector<Step> warmups, const SpikeBand& band) {
  const char* colour = colour_of(band.embedding);
  const std::string line = points(panel, warmups, band.peaks[1]);
  std::string border = points(panel, warmups, band.peaks[0]);
  std::vector<double> above = band.peaks[2];
  std::ranges::reverse(warmups);
  std::ranges::reverse(above);
  border += points(panel, warmups, above);
  return fmt::format(
      "<polygon fill=\"{0}\" fill-opacity=\"0.25\" points=\"{1}\"/>"
      "<polyline fill=\"none\" stroke=\"{0}\" stroke-width=\"1.8\" points=\"{2}\"/>\n",
      colour, border, line);
}

std::string grid(const LogPanel& panel, bool is_first) {
  const auto power = [](double tick) { return fmt::format("{:g}", std::pow(10, tick)); };
  const auto rate = [&](double tick) { return is_first ? fmt::format("{:.0e}", std::pow(10, tick)) : std::string(); };
  return lines_across(panel, log_ticks(panel.up), rate) + lines_up(panel, log_ticks(panel.along, {1}), power);
}

std::string legend(const std::vector<SpikeBand>& bands) {
  std::string out;
  double x = kLeft;
  for (const SpikeBand& band : bands) {
    if (band.size != bands.front().size) break;
    out += fmt::format(
        "<rect x=\"{0:.0f}\" y=\"32\" width=\"22\" height=\"12\" fill=\"{1}\" fill-opacity=\"0.25\"/>"
        "<line x1=\"{0:.0f}\" x2=\"{2:.0f}\" y1=\"38\" y2=\"38\" stroke=\"{1}\" stroke-width=\"1.8\"/>"
        "<text x=\"{3:.0f}\" y=\"42\">{4}</text>\n",
        x, colour_of(band.embedding), x + 22, x + 28, band.embedding);
    x += 110;
  }
  return out + fmt::format("<text x=\"{:.0f}\" y=\"42\">line: P(spike) = 0.5; band: 0.1 to 0.9</text>\n", x + 10);
}

}  // namespace

std::string spikes_svg(const std::vector<Step>& warmups, const std::vector<SpikeBand>& bands) {
  LogPanel panel{kLeft, kTop, kPanelWidth, kPanelHeight, {}, {}};
  for (const Step warmup : warmups) panel.along.include(std::log10(warmup));
  for (const SpikeBand& band : bands)
    for (const auto& peaks : band.peaks)
      for (const double peak : peaks) panel.up.include(std::log10(peak));
  std::string panels, size;
  for (const SpikeBand& band : bands) {
    if (band.size != size) {
      if (!size.empty()) panel.left += kPanelWidth + kApart;
      panels += grid(panel, size.empty());
      size = band.size;
      panels += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" font-weight=\"bold\">{}</text>\n", panel.left, kTop - 8,
                            escaped(size));
    }
    panels += drawn(panel, warmups, band);
  }
  const double width = kLeft + 3 * kPanelWidth + 2 * kApart + kRight, height = kTop + kPanelHeight + 48;
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" "
      "height=\"{1:.0f}\" font-family=\"sans-serif\" font-size=\"11\">\n"
      "<style>.grid{{stroke:#ddd}}text{{fill:#333}}</style>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
      "<text x=\"{2:.0f}\" y=\"20\" font-size=\"13\">Peak LRs at which a run of 50,000 steps spikes, by its "
      "embeddings</text>\n{3}{4}"
      "<text x=\"{5:.0f}\" y=\"{6:.0f}\" text-anchor=\"middle\">steps of warm-up</text>\n"
      "<text transform=\"translate(18 {7:.0f}) rotate(-90)\" text-anchor=\"middle\">peak LR</text>\n</svg>\n",
      width, height, kLeft, legend(bands), panels, width / 2, height - 10, kTop + kPanelHeight / 2);
}

}  // namespace losscast::bench
