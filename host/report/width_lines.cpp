#include "report/width_lines.hpp"

#include <fmt/format.h>

namespace losscast {

std::string width_colour(std::size_t number, std::size_t count) {
  const double dark = count > 1 ? static_cast<double>(number) / static_cast<double>(count - 1) : 1;
  return fmt::format("rgb({:.0f},{:.0f},{:.0f})", 170 - 160 * dark, 205 - 155 * dark, 235 - 115 * dark);
}

std::string width_legend(const std::vector<std::int64_t>& widths, double left, double y) {
  std::string out = fmt::format("<text x=\"{:.0f}\" y=\"{:.0f}\">width</text>\n", left, y);
  for (std::size_t i = 0; i < widths.size(); ++i) {
    const double x = left + 46 + 70 * static_cast<double>(i);
    out += fmt::format(
        "<line x1=\"{0:.0f}\" x2=\"{1:.0f}\" y1=\"{2:.0f}\" y2=\"{2:.0f}\" stroke=\"{3}\" stroke-width=\"3\"/>"
        "<text x=\"{4:.0f}\" y=\"{5:.0f}\">{6}</text>\n",
        x, x + 22, y - 4, width_colour(i, widths.size()), x + 27, y, widths[i]);
  }
  return out;
}

}  // namespace losscast
