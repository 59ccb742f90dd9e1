#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "losscast/space/axis_end.hpp"
#include "report/panel.hpp"
#include "report/report_parts.hpp"
#include "report/searched_axes.hpp"

namespace losscast {

namespace {

constexpr double kPanelWidth = 320, kPanelHeight = 236;
constexpr std::size_t kMostWords = 12;

// What the axis of losses shows: the best nine tenths of the candidates, and the best of each family.
struct Shown {
  Range losses;
  std::size_t above = 0;  // candidates that are worse
  std::size_t lost = 0;   // that have no loss
};

Shown shown_losses(const std::vector<ResultsRow>& rows, double delta) {
  constexpr double kShare = 0.9;
  Shown shown;
  std::vector<double> losses;
  for (const ResultsRow& row : rows)
    if (std::isfinite(row.ranked_by)) losses.push_back(row.ranked_by);
  shown.lost = rows.size() - losses.size();
  std::ranges::sort(losses);
  if (losses.empty()) return shown;
  shown.losses.include(losses.front());
  shown.losses.include(losses[static_cast<std::size_t>(kShare * static_cast<double>(losses.size() - 1))]);
  for (const ResultsRow* best : best_of_families(rows)) shown.losses.include(best->ranked_by);
  shown.losses.include(losses.front() + delta);  // what is nearer together than that does not matter
  for (const double loss : losses) shown.above += loss > shown.losses.high ? 1 : 0;
  const double margin = 0.05 * (shown.losses.high - shown.losses.low);
  shown.losses = {shown.losses.low - margin, shown.losses.high + margin};
  return shown;
}

// The range of what the training runs had of an argument.
Range trained_range(const RangesSeen& seen, const std::string& argument) {
  if (argument == "peak_lr") return {seen.peak_lr_min, seen.peak_lr_max};
  if (argument == "total_steps")
    return {static_cast<double>(seen.total_steps_min), static_cast<double>(seen.total_steps_max)};
  if (argument == "weight_decay") return {seen.weight_decay_min, seen.weight_decay_max};
  if (argument == "batch" && seen.batch_max > 0) return {seen.batch_min, seen.batch_max};
  return {};
}

class ParameterPicture {
 public:
  ParameterPicture(const ReportContent& content, const SearchedAxis& axis, const Shown& shown)
      : content_(content),
        axis_(axis),
        shown_(shown),
        losses_(number_ticks(shown.losses, 6)),
        panel_{10, kPanelHeight - 40, range(), shown.losses, left(), kPanelWidth - 22} {}

  std::string svg() const {
    std::map<std::string_view, std::string> dots;  // of each family
    for (const ResultsRow& row : content_.results.rows)
      if (const auto at = place(row); at && row.ranked_by <= shown_.losses.high)
        dots[family_of(row)] += fmt::format("M{:.1f} {:.1f}h0", panel_.x_at(*at), panel_.y(row.ranked_by));
    std::string marks = trained() + lines_across(panel_, losses_) + lines_up(panel_, ticks());
    // The best family comes last, and lies on top.
    for (std::size_t i = content_.colours.families().size(); i-- > 0;)
      if (const auto found = dots.find(content_.colours.families()[i]); found != dots.end())
        marks += fmt::format("<path class=\"dots {}\" d=\"{}\"/>\n", content_.colours.of(found->first), found->second);
    const ResultsRow& first = content_.results.rows.front();
    if (const auto at = place(first); at && std::isfinite(first.ranked_by))
      marks += fmt::format("<circle class=\"winner\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"6\"/>\n", panel_.x_at(*at),
                           panel_.y(first.ranked_by));
    return fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" aria-label=\"final loss "
        "over {}\">\n{}<text x=\"{:.0f}\" y=\"{:.0f}\" text-anchor=\"middle\">{}</text>\n</svg>\n",
        kPanelWidth, kPanelHeight, escaped(axis_.argument), marks, (panel_.left + panel_.right) / 2, kPanelHeight - 4,
        escaped(axis_.argument));
  }

 private:
  // Room for the numbers of the losses.
  double left() const {
    constexpr double kCharacter = 7, kApart = 14;
    std::size_t longest = 0;
    for (const Tick& tick : losses_) longest = std::max(longest, tick.text.size());
    return kApart + kCharacter * static_cast<double>(longest);
  }

  double scaled(double value) const { return axis_.is_log ? std::log10(value) : value; }

  Range range() const {
    if (!axis_.words.empty()) return {-0.5, static_cast<double>(axis_.words.size()) - 0.5};
    Range range{scaled(axis_.range.low), scaled(axis_.range.high)};
    const double margin = range.low < range.high ? 0.04 * (range.high - range.low) : 1;
    return {range.low - margin, range.high + margin};
  }

  // Where the candidate lies along the axis. Among words, candidates lie side by side in their order.
  std::optional<double> place(const ResultsRow& row) const {
    const auto found = row.arguments.values.find(axis_.argument);
    if (found == row.arguments.values.end()) return {};
    if (axis_.words.empty()) {
      const auto* number = std::get_if<double>(&found->second);
      return number ? std::optional(scaled(*number)) : std::nullopt;
    }
    constexpr double kGolden = 0.6180339887498949, kWidthOfAWord = 0.6;
    const double shift = std::fmod(kGolden * static_cast<double>(row.rank - 1) + 0.5, 1.0) - 0.5;
    const auto word = std::ranges::find(axis_.words, argument_text(found->second));
    return static_cast<double>(word - axis_.words.begin()) + kWidthOfAWord * shift;
  }

  std::vector<Tick> ticks() const {
    std::vector<Tick> ticks;
    for (std::size_t i = 0; i < axis_.words.size(); ++i) ticks.push_back({static_cast<double>(i), axis_.words[i]});
    if (!ticks.empty()) return ticks;
    const std::vector<double> logs = axis_.is_log ? log_ticks(panel_.along) : std::vector<double>();
    constexpr std::size_t kFewest = 2, kMost = 6;
    if (logs.size() < kFewest) {
      if (!axis_.is_log) return number_ticks(panel_.along, 5);
      const Range numbers{std::pow(10, panel_.along.low), std::pow(10, panel_.along.high)};
      for (const Tick& tick : number_ticks(numbers, 4)) ticks.push_back({std::log10(tick.place), tick.text});
      return ticks;
    }
    for (const double place : logs.size() <= kMost ? logs : log_ticks(panel_.along, {1}))
      ticks.push_back({place, tick_text(std::pow(10, place))});
    return ticks;
  }

  std::string trained() const {
    const Range seen = trained_range(content_.results.fit.seen, axis_.argument);
    if (!axis_.words.empty() || !(seen.low <= seen.high) || (axis_.is_log && !(seen.low > 0))) return "";
    constexpr double kLeast = 5;  // of a range that is one number
    const double left = std::max(panel_.left, panel_.x_at(scaled(seen.low)) - kLeast / 2);
    const double right = std::min(panel_.right, panel_.x_at(scaled(seen.high)) + kLeast / 2);
    if (!(left < right)) return "";
    return fmt::format("<rect class=\"seen\" x=\"{:.1f}\" width=\"{:.1f}\" y=\"{:.1f}\" height=\"{:.1f}\"/>\n", left,
                       right - left, panel_.top, panel_.bottom - panel_.top);
  }

  const ReportContent& content_;
  const SearchedAxis& axis_;
  const Shown& shown_;
  std::vector<Tick> losses_;
  Panel panel_;
};

// Where the first candidate lies on its axis, in words.
std::string place_words(const SweepResults& results, const std::string& argument) {
  const auto& values = results.rows.front().arguments.values;
  const auto found = values.find(argument);
  if (found == values.end()) return "not an argument of the first candidate";
  const std::string best = argument_text(found->second);
  const std::optional<WinnersPlace> place = winners_place(results, argument);
  if (!place) return fmt::format("best: {}", best);
  const AxisRange range = range_of(*place->axis).value();
  const AxisEnd end = end_of_axis(*place->axis, place->value);
  const char* where = end == AxisEnd::none  ? "inside"
                      : end == AxisEnd::low ? "at the lower end of"
                                            : "at the upper end of";
  return fmt::format("best: {}, {} the range {} to {}", best, where, argument_text(range.low),
                     argument_text(range.high));
}

std::string families_legend(const ReportContent& content) {
  std::string entries;
  for (const std::string& family : content.colours.families())
    entries += fmt::format("<li class=\"{}\"><span class=\"swatch\"></span>{}</li>\n", content.colours.of(family),
                           escaped(family));
  return fmt::format("<ul class=\"legend\">\n{}</ul>\n", entries);
}

std::string note(const SweepResults& results, const std::vector<SearchedAxis>& axes, const Shown& shown) {
  std::string text = "Each dot is a candidate; the ring is the first. ";
  text += results.config.divergence_cost > 0 ? "Losses count what divergence costs. " : "";
  const auto is_trained = [&](const SearchedAxis& axis) {
    const Range seen = trained_range(results.fit.seen, axis.argument);
    return seen.low <= seen.high;
  };
  if (std::ranges::any_of(axes, is_trained)) text += "The grey band is what the training runs had.";
  if (results.rows.size() < results.candidates)
    text += fmt::format(" {} of {} candidates are drawn: the first {}, and an even choice of the others.",
                        results.rows.size(), results.candidates, kFirstRanks);
  if (shown.above > 0) text += fmt::format(" {} of them end above what is shown.", shown.above);
  if (shown.lost > 0) text += fmt::format(" {} have no loss, as all their paths are lost.", shown.lost);
  if (results.certificate)
    text += fmt::format(" Of a race its finalists are known alone, {} of {} candidates.", results.candidates,
                        results.certificate->candidates);
  return fmt::format("<p class=\"note\">{}</p>\n", escaped(text));
}

}  // namespace

std::string parameters_part(const ReportContent& content) {
  std::set<std::string> searched;  // by a family that has a candidate here
  for (const std::string& family : content.colours.families())
    searched.merge(searched_arguments(content.results.config, family));
  std::vector<SearchedAxis> axes = searched_axes(content.results);
  std::erase_if(axes, [&](const SearchedAxis& axis) { return !searched.contains(axis.argument); });
  const Shown shown = shown_losses(content.results.rows, content.results.known.delta);
  if (axes.empty() || !(shown.losses.low < shown.losses.high)) return "";
  std::string part = "<section>\n<h2>Final loss over what was searched [nats per token]</h2>\n" +
                     note(content.results, axes, shown) + families_legend(content) + "<div class=\"many\">\n";
  for (const SearchedAxis& axis : axes) {
    const std::string words = place_words(content.results, axis.argument);
    const std::string picture =
        axis.words.size() > kMostWords
            ? fmt::format("<p class=\"note\">{} values are too many to draw.</p>\n", axis.words.size())
            : ParameterPicture(content, axis, shown).svg();
    part += fmt::format("<figure>\n{}<figcaption>{}</figcaption>\n</figure>\n", picture, escaped(words));
  }
  return part + "</div>\n</section>\n";
}

}  // namespace losscast
