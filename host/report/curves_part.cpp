#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "losscast/base/counted.hpp"
#include "losscast/base/error.hpp"
#include "losscast/schedule/families.hpp"
#include "report/drawn_steps.hpp"
#include "report/panel.hpp"
#include "report/report_parts.hpp"
#include "report/time_lines.hpp"

namespace losscast {

namespace {

constexpr std::size_t kMostClose = 30;  // schedules that cannot be told from the first
constexpr double kFromShare = 0.2;      // the loss before this part of a run plays no part in the range of its axis

// Why a candidate is drawn: it is the first, the best of its family, or cannot be told from the first.
enum class Role { first, best, close };

// The class of the page's style.
const char* style_of(Role role) { return role == Role::first ? "first" : role == Role::best ? "best" : "close"; }

// A candidate's line in the pictures.
struct Line {
  const ResultsRow* row;
  Role role;
  Recipe recipe;
  std::span<const Step> steps;             // of its bands; empty if these are not in the file
  std::span<const Statistics> statistics;  // likewise
};

class Lines {
 public:
  explicit Lines(const ReportContent& content) : content_(content) {
    const std::vector<ResultsRow>& rows = content.results.rows;
    std::size_t close = 0;
    for (const ResultsRow& row : rows)
      if (row.rank > 1 && is_undecided(row) && close++ < kMostClose) add(row, Role::close);
    left_out_ = close - std::min(close, kMostClose);
    const std::vector<const ResultsRow*> best = best_of_families(rows);
    for (std::size_t i = best.size(); i-- > 1;) add(*best[i], Role::best);
    add(rows.front(), Role::first);
    for (const Line& line : lines_) steps_.include(static_cast<double>(line.recipe.total_steps()));
    steps_.low = 0;
  }

  bool empty() const { return lines_.empty(); }
  const std::vector<Line>& all() const { return lines_; }  // from back to front
  const Range& steps() const { return steps_; }
  std::size_t left_out() const { return left_out_; }
  const std::string& problem() const { return problem_; }
  // The first candidate's; null if its schedule cannot be drawn.
  const Line* first() const { return !empty() && lines_.back().role == Role::first ? &lines_.back() : nullptr; }

  // The line in its family's colour.
  std::string drawn(const Line& line, const std::string& what) const {
    return fmt::format("<g class=\"{} {}\">{}</g>\n", style_of(line.role), content_.colours.of(family_of(*line.row)),
                       what);
  }

 private:
  // A schedule whose rates stand in a file cannot be drawn where that file is not there any more.
  void add(const ResultsRow& row, Role role) {
    try {
      Line line{&row, role, make_recipe(row.arguments), {}, {}};
      if (const auto& bands = content_.results.bands) {
        const std::size_t times = bands->fractions.size();
        const auto found = static_cast<std::size_t>(std::ranges::find(bands->ranks, row.rank) - bands->ranks.begin());
        if (found < bands->ranks.size()) {
          line.steps = std::span(bands->steps).subspan(found * times, times);
          line.statistics = std::span(bands->statistics).subspan(found * times, times);
        }
      }
      lines_.push_back(std::move(line));
    } catch (const Error& error) {
      problem_ = error.what();
    }
  }

  const ReportContent& content_;
  std::vector<Line> lines_;
  Range steps_;
  std::size_t left_out_ = 0;
  std::string problem_;
};

void widen(Range& range, double share, double least) {
  if (!(range.low <= range.high)) range = {0, 1};
  const double margin = std::max(least, share * (range.high - range.low));
  range = {range.low - margin, range.high + margin};
}

// What the values are, above their panel, where it is read without turning one's head.
std::string heading(const Panel& panel, const char* text) {
  return fmt::format("<text x=\"{:.0f}\" y=\"{:.0f}\">{}</text>\n", panel.left, panel.top - 8, text);
}

std::string rates_panel(const Lines& lines, double top, double bottom) {
  Panel panel{top, bottom, lines.steps(), {0, 0}};
  for (const Line& line : lines.all()) panel.values.include(line.recipe.peak_lr());
  panel.values.high = panel.values.high > 0 ? 1.06 * panel.values.high : 1;
  std::string drawn;
  for (const Line& line : lines.all()) {
    std::string points;
    for (const Step step : drawn_steps(line.recipe, 200))
      points += fmt::format("{:.1f},{:.1f} ", panel.x(step), panel.y(line.recipe.schedule.lr(step)));
    drawn += lines.drawn(line, fmt::format("<polyline class=\"line\" points=\"{}\"/>", points));
  }
  return horizontal_grid(panel, 4) + vertical_grid(panel) + heading(panel, "learning rate") + drawn;
}

// A dot at the final loss.
std::string end_of(const Line& line, const Panel& panel) {
  if (!std::isfinite(line.row->statistics.mean)) return "";
  return fmt::format("<circle class=\"end\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4.5\"/>",
                     panel.x(line.recipe.total_steps()), panel.y(line.row->statistics.mean));
}

Panel loss_panel(const Lines& lines, double top, double bottom) {
  Panel panel{top, bottom, lines.steps(), {}};
  for (const Line& line : lines.all()) {
    if (line.role != Role::close) panel.values.include(line.row->statistics.mean);
    for (std::size_t i = 0; i < line.steps.size(); ++i) {
      if (static_cast<double>(line.steps[i]) < kFromShare * lines.steps().high) continue;
      panel.values.include(line.statistics[i].mean);
      if (line.role == Role::first)
        for (const double end : {line.statistics[i].q05, line.statistics[i].q95}) panel.values.include(end);
    }
  }
  widen(panel.values, 0.05, 1e-4);
  return panel;
}

std::string losses_panel(const Lines& lines, double top, double bottom) {
  const Panel panel = loss_panel(lines, top, bottom);
  std::string inside, ends;
  for (const Line& line : lines.all()) {
    const TimeLines shown(line.steps, line.statistics, panel);
    if (!line.steps.empty())
      inside += lines.drawn(line, line.role == Role::first ? shown.bands_and_mean() : shown.mean());
    if (line.role != Role::close) ends += lines.drawn(line, end_of(line, panel));
  }
  return horizontal_grid(panel, 5) + vertical_grid(panel) + heading(panel, "loss [nats per token]") +
         clipped(panel, "losses", inside) + ends;
}

bool is_beside_first(const Lines& lines, const Line& line) {
  return !line.steps.empty() && std::ranges::equal(line.steps, lines.first()->steps);
}

// Everything minus the mean of the first, whose runs scatter too little to see beside the loss; and the means of those
// that were recorded at the same steps.
std::string differences_panel(const Lines& lines, double top, double bottom) {
  const Line& first = *lines.first();
  const auto minus_first = [&](std::size_t i, double value) { return 1e3 * (value - first.statistics[i].mean); };
  Panel panel{top, bottom, lines.steps(), {0, 0}};
  for (std::size_t i = 0; i < first.steps.size(); ++i) {
    if (static_cast<double>(first.steps[i]) < kFromShare * lines.steps().high) continue;
    for (const double end : {first.statistics[i].q05, first.statistics[i].q95})
      panel.values.include(minus_first(i, end));
    for (const Line& line : lines.all())
      if (is_beside_first(lines, line)) panel.values.include(minus_first(i, line.statistics[i].mean));
  }
  widen(panel.values, 0.06, 0.01);
  std::string inside;
  for (const Line& line : lines.all())
    if (is_beside_first(lines, line)) {
      const TimeLines shown(line.steps, line.statistics, panel, minus_first);
      inside += lines.drawn(line, &line == &first ? shown.bands_and_mean() : shown.mean());
    }
  return horizontal_grid(panel, 5) + vertical_grid(panel) +
         heading(panel, "the same less the mean of the first [1e-3 nats]") + clipped(panel, "differences", inside);
}

bool has_differences(const Lines& lines) { return lines.first() && !lines.first()->steps.empty(); }

std::string picture(const Lines& lines) {
  constexpr double kAbove = 24, kRates = 150, kLosses = 250, kDifferences = 190, kGap = 68, kBelow = 52;
  double bottom = kAbove + kRates;
  std::string panels = rates_panel(lines, kAbove, bottom);
  panels += losses_panel(lines, bottom + kGap, bottom + kGap + kLosses);
  bottom += kGap + kLosses;
  if (has_differences(lines)) {
    panels += differences_panel(lines, bottom + kGap, bottom + kGap + kDifferences);
    bottom += kGap + kDifferences;
  }
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" role=\"img\" "
      "aria-label=\"learning rate and loss over steps\">\n{2}"
      "<text x=\"{3:.0f}\" y=\"{4:.0f}\" text-anchor=\"middle\">optimiser steps</text>\n</svg>\n",
      kWidth, bottom + kBelow, panels, (kLeft + kWidth - kRight) / 2, bottom + kBelow - 6);
}

std::string legend(const ReportContent& content, const Lines& lines) {
  std::string entries;
  bool has_close = false;
  for (auto line = lines.all().rbegin(); line != lines.all().rend(); ++line) {
    const bool is_close = line->role == Role::close;
    if (is_close && std::exchange(has_close, true)) continue;
    const std::string text = is_close ? "cannot be told from the first" : candidate_name(content.results, *line->row);
    entries += fmt::format("<li class=\"{} {}\"><i></i>{}</li>\n", style_of(line->role),
                           content.colours.of(family_of(*line->row)), escaped(text));
  }
  return fmt::format("<ul class=\"legend\">\n{}</ul>\n", entries);
}

std::string caption(const ReportContent& content, const Lines& lines) {
  std::string text =
      "At the top, the learning rate of the first candidate, of the best of each other family, and of those that the "
      "fit cannot tell from the first. Below it the loss: bands hold 50% and 90% of the first one's runs, dots are "
      "final losses.";
  if (has_differences(lines))
    text +=
        " At the bottom, both less the first one's mean: how far single runs of it scatter, and how far others' "
        "means are apart from it.";
  const auto& bands = content.results.bands;
  const auto recorded = static_cast<std::int64_t>(bands ? bands->ranks.size() : 0);
  text += fmt::format(" The loss over time was recorded of {}", counted(recorded, "candidate"));
  text += recorded < static_cast<std::int64_t>(content.results.candidates)
              ? "; bands.candidates = \"all\" in the sweep file records all."
              : ".";
  if (lines.left_out() > 0) text += fmt::format(" {} more cannot be told from the first.", lines.left_out());
  if (!lines.problem().empty()) text += fmt::format(" Not drawn: {}", lines.problem());
  return fmt::format("<figcaption>{}</figcaption>\n", escaped(text));
}

}  // namespace

std::string curves_part(const ReportContent& content) {
  const Lines lines(content);
  std::string part = "<section class=\"curves\">\n<h2>Schedule and loss over the run</h2>\n";
  part += "<figure>\n";
  if (!lines.empty()) part += legend(content, lines) + picture(lines);
  return part + caption(content, lines) + "</figure>\n</section>\n";
}

}  // namespace losscast
