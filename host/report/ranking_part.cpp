#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include "losscast/base/counted.hpp"
#include "losscast/format/number_text.hpp"
#include "report/panel.hpp"
#include "report/report_parts.hpp"

namespace losscast {

namespace {

constexpr std::size_t kShown = 20;  // candidates, and below them the best of each family that has none among them

// The first rows, and the best of each family.
std::vector<const ResultsRow*> shown_rows(const SweepResults& results) {
  std::vector<const ResultsRow*> rows;
  for (const ResultsRow& row : results.rows)
    if (rows.size() < kShown) rows.push_back(&row);
  for (const ResultsRow* best : best_of_families(results.rows))
    if (best->rank > rows.back()->rank) rows.push_back(best);
  return rows;
}

// The small pictures of intervals in the table's rows, all to one scale.
class Intervals {
 public:
  // The scale holds the intervals of the first rows; what is beyond it leaves the picture.
  Intervals(std::span<const ResultsRow* const> rows, double delta) : delta_(delta) {
    range_.include(-delta);
    range_.include(delta);
    for (const ResultsRow* row : rows.first(std::min(rows.size(), kShown)))
      for (const double end : {row->known.low, row->known.high}) range_.include(end);
    const double margin = 0.03 * (range_.high - range_.low);
    range_ = {range_.low - margin, range_.high + margin};
  }

  std::string picture(const ResultsRow& row) const {
    const KnownDifference& known = row.known;
    std::string marks = background();
    if (std::isfinite(known.low) && std::isfinite(known.high) && known.low <= range_.high)
      marks += fmt::format(
          "<line x1=\"{0:.1f}\" x2=\"{1:.1f}\" y1=\"9\" y2=\"9\"/><circle cx=\"{2:.1f}\" cy=\"9\" r=\"3\"/>",
          x(known.low), x(known.high), x(known.mean));
    return svg(marks);
  }

  // The scale, in the table's head: 0, and the difference that matters.
  std::string scale() const {
    constexpr double kRoom = 45;  // for a number
    const bool fits = x(delta_) < kPictureWidth - kRoom;
    return svg(background() + fmt::format("<text x=\"{:.1f}\" y=\"13\" text-anchor=\"end\">0</text>"
                                          "<text x=\"{:.1f}\" y=\"13\" text-anchor=\"{}\">{:.2g}</text>",
                                          x(0) - 4, x(delta_) + (fits ? 3 : -3), fits ? "start" : "end", delta_));
  }

 private:
  double x(double difference) const {
    const double share = (difference - range_.low) / (range_.high - range_.low);
    return kPictureWidth * std::clamp(share, -1.0, 2.0);
  }
  std::string background() const {
    return fmt::format(
        "<rect class=\"delta\" x=\"{0:.1f}\" width=\"{1:.1f}\" y=\"0\" height=\"18\"/>"
        "<line class=\"zero\" x1=\"{2:.1f}\" x2=\"{2:.1f}\" y1=\"0\" y2=\"18\"/>",
        x(-delta_), x(delta_) - x(-delta_), x(0));
  }
  static std::string svg(const std::string& content) {
    return fmt::format("<svg class=\"interval\" viewBox=\"0 0 {:.0f} 18\" aria-hidden=\"true\">{}</svg>", kPictureWidth,
                       content);
  }

  static constexpr double kPictureWidth = 150;
  double delta_;
  Range range_;
};

std::string number_cell(double value, const char* format) {
  return fmt::format("<td class=\"n\">{}</td>", std::isfinite(value) ? fmt::format(fmt::runtime(format), value) : "–");
}

// Four digits throughout, so that the points of a column stand below each other.
std::string argument_cell(const Arguments& arguments, const std::string& name) {
  const auto found = arguments.values.find(name);
  if (found == arguments.values.end()) return "";
  const auto* number = std::get_if<double>(&found->second);
  return number && !is_exact_integer(*number) ? fmt::format("{:#.4g}", *number) : argument_text(found->second);
}

// A long name that may be broken behind its underscores.
std::string breakable(const std::string& name) {
  std::string out;
  for (const char c : escaped(name)) {
    out += c;
    if (c == '_') out += "<wbr/>";
  }
  return out;
}

class Table {
 public:
  explicit Table(const ReportContent& content)
      : content_(content),
        rows_(shown_rows(content.results)),
        intervals_(rows_, content.results.known.delta),
        has_divergence_(content.results.config.divergence_cost > 0) {
    for (const ResultsRow* row : rows_) arguments_.merge(searched_arguments(content.results.config, family_of(*row)));
    for (const ResultsRow* row : rows_) tokens_.insert(tokens_of(content.results, *row));
    has_lost_ = std::ranges::any_of(rows_, [](const ResultsRow* row) { return row->statistics.status != Status::ok; });
    has_outside_ = std::ranges::any_of(rows_, [](const ResultsRow* row) { return !row->extrapolates.empty(); });
  }

  std::string html() const {
    std::string out = "<div class=\"scroll\">\n<table>\n<thead>" + head() + "</thead>\n<tbody>\n";
    std::size_t last = 0;
    for (const ResultsRow* row : rows_) {
      out += this->row(*row, last + 1 < row->rank);
      last = row->rank;
    }
    return out + "</tbody>\n</table>\n</div>\n";
  }

  std::size_t size() const { return rows_.size(); }
  bool is_broad() const { return has_divergence_ || has_lost_ || has_outside_; }
  std::span<const ResultsRow* const> rows() const { return rows_; }

 private:
  std::string head() const {
    std::string out = "<tr><th class=\"n\">rank</th><th>family</th>";
    for (const std::string& name : arguments_) out += fmt::format("<th class=\"n\">{}</th>", breakable(name));
    if (tokens_.size() > 1) out += "<th class=\"n\">tokens</th>";
    out += "<th class=\"n\">loss<br/>[nats]</th>";
    if (has_divergence_) out += "<th class=\"n\">P(diverge)</th><th class=\"n\">loss with<br/>its cost</th>";
    out += "<th class=\"n\">minus<br/>the best</th><th class=\"n\">90% interval by the fit [nats]" +
           intervals_.scale() + "</th>";
    out += fmt::format("<th class=\"n\">P(within<br/>{:.2g})</th>", content_.results.known.delta);
    if (has_lost_) out += "<th>lost paths</th>";
    if (has_outside_) out += "<th>outside what the fit has seen</th>";
    return out + "</tr>";
  }

  std::string row(const ResultsRow& row, bool after_gap) const {
    std::string out =
        fmt::format("<tr class=\"{}{}{}\"><td class=\"n\">{}</td><td><span class=\"swatch\"></span>{}</td>",
                    content_.colours.of(family_of(row)), is_undecided(row) ? "" : " far", after_gap ? " gap" : "",
                    row.rank, escaped(family_of(row)));
    for (const std::string& name : arguments_)
      out += fmt::format("<td class=\"n\">{}</td>", escaped(argument_cell(row.arguments, name)));
    if (tokens_.size() > 1) out += number_cell(tokens_of(content_.results, row).value_or(std::nan("")), "{:.3g}");
    out += number_cell(row.statistics.mean, "{:.5f}");
    if (has_divergence_) out += number_cell(*row.p_diverge, "{:.2g}") + number_cell(row.ranked_by, "{:.5f}");
    out += number_cell(row.difference.mean, "{:.5f}");
    out += fmt::format("<td>{}</td>", intervals_.picture(row)) + number_cell(row.known.p_within, "{:.2f}");
    if (has_lost_) out += fmt::format("<td class=\"why\">{}</td>", escaped(lost_paths_words(row)));
    if (has_outside_) out += fmt::format("<td class=\"why\">{}</td>", escaped(row.extrapolates));
    return out + "</tr>\n";
  }

  const ReportContent& content_;
  std::vector<const ResultsRow*> rows_;
  Intervals intervals_;
  std::set<std::string> arguments_;         // that a family in the table was searched over
  std::set<std::optional<double>> tokens_;  // of the rows
  bool has_divergence_, has_lost_ = false, has_outside_ = false;
};

std::string note(const SweepResults& results, const Table& table) {
  double error = 0, half = 0;
  for (const ResultsRow* row : table.rows()) {
    error = std::fmax(error, row->statistics.standard_error);
    half = std::fmax(half, (row->difference.high - row->difference.low) / 2);
  }
  std::string text = fmt::format(
      "The interval holds the candidate's loss minus that of the first with a probability of 90%, by what the "
      "training runs tell; a dot is its mean, the shade is what does not matter, {:.2g} nats to either side. P(within "
      "{:.2g}) is the probability of being that near to the best; rows in grey have less than {:g}%.",
      results.known.delta, results.known.delta, 100 * kUndecided);
  if (std::isfinite(results.rows.front().statistics.mean))
    text += fmt::format(
        " The simulation's own error is beside that up to {:.1e} nats in a loss, and {:.1e} in a difference ({:g}% "
        "intervals).",
        error, half, 100 * results.config.confidence);
  if (table.size() < results.candidates)
    text += fmt::format(" {} of {} are shown; results.csv has all.", table.size(),
                        counted(results.candidates, "candidate"));
  return fmt::format("<p class=\"note\">{}</p>\n", escaped(text));
}

}  // namespace

std::string ranking_part(const ReportContent& content) {
  const Table table(content);
  return fmt::format("<section{}>\n<h2>Ranking</h2>\n{}{}</section>\n", table.is_broad() ? " class=\"broad\"" : "",
                     table.html(), note(content.results, table));
}

}  // namespace losscast
