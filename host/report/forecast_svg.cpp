#include "losscast/report/forecast_svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/panel.hpp"
#include "report/time_lines.hpp"

namespace losscast {
namespace {

// The forecast's mean between the recorded steps.
double mean_at(const ForecastPicture& picture, Step step) {
  const auto after = std::lower_bound(picture.steps.begin(), picture.steps.end(), step);
  const auto i = static_cast<std::size_t>(after - picture.steps.begin());
  if (i == 0 || picture.steps[i] == step) return picture.forecast[i].mean;
  const double share =
      static_cast<double>(step - picture.steps[i - 1]) / static_cast<double>(picture.steps[i] - picture.steps[i - 1]);
  return picture.forecast[i - 1].mean + share * (picture.forecast[i].mean - picture.forecast[i - 1].mean);
}

template <class Shown>
std::string dots(const ForecastPicture& picture, const Panel& panel, const Shown& shown) {
  std::string out;
  for (const CurvePoint& point : picture.measured)
    if (point.step >= picture.steps.front() && point.step <= picture.steps.back())
      out += fmt::format("<circle class=\"measured\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"1.8\"/>\n", panel.x(point.step),
                         panel.y(shown(point)));
  return out;
}

// What is drawn.
std::string legend(const ForecastPicture& picture, const Panel& panel) {
  struct Entry {
    const char* style;
    const char* text;
  };
  const TimeLines lines(picture.steps, picture.forecast, panel);
  std::vector<Entry> entries;
  if (lines.has_wide_band()) entries.push_back({"wide", "5-95% of paths"});
  if (lines.has_narrow_band()) entries.push_back({"narrow", "25-75% of paths"});
  entries.push_back({"key", "mean"});
  if (!picture.measured.empty()) entries.push_back({"measured", "measured"});
  std::string out;
  double y = panel.top + 18;
  for (const Entry& entry : entries) {
    out += fmt::format(
        "<rect class=\"{}\" x=\"{:.0f}\" y=\"{:.0f}\" width=\"22\" height=\"10\"/>"
        "<text x=\"{:.0f}\" y=\"{:.0f}\">{}</text>\n",
        entry.style, kWidth - kRight - 140, y - 9, kWidth - kRight - 110, y, entry.text);
    y += 18;
  }
  return out;
}

// Where too few paths tell nothing of the outer ones, the inner ones make the axis.
constexpr double Statistics::*kShown[] = {&Statistics::q05, &Statistics::q25, &Statistics::mean, &Statistics::q75,
                                          &Statistics::q95};

// The loss itself. Its axis leaves out the steep fall of the first tenth of the run.
Panel loss_panel(const ForecastPicture& picture, const Range& steps) {
  Panel panel{56, 330, steps, {}};
  const double from = steps.low + 0.1 * (steps.high - steps.low);
  for (std::size_t i = 0; i < picture.steps.size(); ++i)
    if (static_cast<double>(picture.steps[i]) >= from)
      for (const double Statistics::*statistic : kShown) panel.values.include(picture.forecast[i].*statistic);
  for (const CurvePoint& point : picture.measured)
    if (static_cast<double>(point.step) >= from) panel.values.include(point.loss);
  return panel;
}

// Everything minus the mean, in thousandths of a nat: the bands are too thin to see beside the loss itself.
Panel deviation_panel(const ForecastPicture& picture, const Range& steps) {
  Panel panel{354, 494, steps, {-0.1, 0.1}};
  const double from = steps.low + 0.1 * (steps.high - steps.low);
  for (std::size_t i = 0; i < picture.steps.size(); ++i)
    if (static_cast<double>(picture.steps[i]) >= from)
      for (const double Statistics::*statistic : kShown)
        panel.values.include(1.4e3 * (picture.forecast[i].*statistic - picture.forecast[i].mean));
  return panel;
}

std::string nothing_to_draw(const Panel& panel) {
  return fmt::format(
      "<text x=\"{:.0f}\" y=\"{:.0f}\" text-anchor=\"middle\">No path has a loss: all are lost.</text>\n",
      (panel.left + panel.right) / 2, (panel.top + panel.bottom) / 2);
}

}  // namespace

std::string forecast_svg(const ForecastPicture& picture) {
  const Range steps{static_cast<double>(picture.steps.front()), static_cast<double>(picture.steps.back())};
  Panel loss = loss_panel(picture, steps);
  const bool is_empty = !(loss.values.low <= loss.values.high);
  if (is_empty) loss.values = {0, 1};
  const double margin = std::max(1e-4, 0.05 * (loss.values.high - loss.values.low));
  loss.values = {loss.values.low - margin, loss.values.high + margin};
  const Panel deviation = deviation_panel(picture, steps);
  const auto from_mean = [&](std::size_t i, double value) { return 1e3 * (value - picture.forecast[i].mean); };

  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} 540\" width=\"{0:.0f}\" height=\"540\" "
      "font-family=\"sans-serif\" font-size=\"12\">\n"
      "<style>.grid{{stroke:#ddd}}.wide{{fill:#c6daf0}}.narrow{{fill:#8fb5e0}}.key{{fill:#174a7c}}"
      ".mean{{fill:none;stroke:#174a7c;stroke-width:1.5}}.measured{{fill:#c8501e}}text{{fill:#333}}</style>\n"
      "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
      "<text x=\"{1:.0f}\" y=\"22\" font-size=\"15\">{2}</text>\n<text x=\"{1:.0f}\" y=\"42\" "
      "font-size=\"11\">{3}</text>\n",
      kWidth, kLeft, escaped(picture.title), escaped(picture.subtitle));
  out += horizontal_grid(loss, 6) + vertical_grid(loss) + axis_label(loss, "loss [nats per token]");
  out += clipped(loss, "loss",
                 TimeLines(picture.steps, picture.forecast, loss).bands_and_mean() +
                     dots(picture, loss, [](const CurvePoint& point) { return point.loss; }));
  out += is_empty ? nothing_to_draw(loss) : legend(picture, loss);
  out += horizontal_grid(deviation, 4) + vertical_grid(deviation) + axis_label(deviation, "minus mean [1e-3 nats]");
  out += clipped(deviation, "deviation",
                 TimeLines(picture.steps, picture.forecast, deviation, from_mean).bands_and_mean() +
                     dots(picture, deviation,
                          [&](const CurvePoint& point) { return 1e3 * (point.loss - mean_at(picture, point.step)); }));
  out += fmt::format("<text x=\"{:.0f}\" y=\"530\" text-anchor=\"middle\">optimiser steps</text>\n</svg>\n",
                     (kLeft + kWidth - kRight) / 2);
  return out;
}

}  // namespace losscast
