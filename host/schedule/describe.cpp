#include "losscast/schedule/describe.hpp"

#include <fmt/format.h>

#include "format/shown_number.hpp"
#include "schedule/segment.hpp"

namespace losscast {

namespace {

constexpr std::size_t kNamedAtEachEnd = 3;  // segments; what lies between is counted

std::string shape_text(const Segment& g) {
  switch (g.shape) {
    case Shape::constant:
      return "constant";
    case Shape::linear:
      return "linear";
    case Shape::cosine:
      return "cosine";
    case Shape::exponential:
      return "exponential";
    case Shape::one_minus_sqrt:
      return "1 - sqrt";
    case Shape::power:
      return fmt::format("power {}", shown_number(g.exponent));
    case Shape::halving:
      return "halving";
    case Shape::logarithm:
      return "logarithmic";
    case Shape::inverse_sqrt:
      return "inverse square root";
    case Shape::step_power:
      return fmt::format("step^-{}", shown_number(g.exponent));
    case Shape::table:
      return "table";
  }
  return {};
}

std::string rates_text(const Segment& g) {
  if (g.shape == Shape::constant) return shown_number(g.from);
  if (g.shape == Shape::table) return fmt::format("of {} values", g.table->size());
  if (is_law_of_the_step(g.shape)) return fmt::format("from {}", shown_number(g.from));
  const double at = static_cast<double>(g.begin) - g.offset + g.span;
  const bool cut_off = at > static_cast<double>(g.end);
  return fmt::format("{} to {}{}", shown_number(g.from), shown_number(g.to),
                     cut_off ? fmt::format(" (at {})", shown_number(at)) : "");
}

std::string clause(const Segment& g) { return fmt::format("{} {} until {}", shape_text(g), rates_text(g), g.end); }

}  // namespace

std::string describe(const Schedule& schedule) {
  const auto segments = schedule.segments();
  const bool all_named = segments.size() <= 2 * kNamedAtEachEnd + 1;
  std::string text = fmt::format("{} steps:", schedule.total_steps());
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const bool named = all_named || i < kNamedAtEachEnd || i + kNamedAtEachEnd >= segments.size();
    if (named) text += fmt::format("{} {}", i == 0 ? "" : ",", clause(segments[i]));
    if (!named && i == kNamedAtEachEnd)
      text += fmt::format(", {} more segments", segments.size() - 2 * kNamedAtEachEnd);
  }
  return text;
}

}  // namespace losscast
