#include "losscast/sweep/best_at_border.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>
#include <vector>

namespace losscast {
namespace {

struct Range {
  double low = 0, high = 0;
};

// What the axis spans; nothing if it has choices that are no numbers.
std::optional<Range> range_of(const Axis& axis) {
  if (axis.kind != Axis::Kind::choice) return Range{axis.low, axis.high};
  std::vector<double> numbers;
  for (const Value& choice : axis.choices) {
    if (!std::holds_alternative<double>(choice)) return {};
    numbers.push_back(std::get<double>(choice));
  }
  const auto [low, high] = std::ranges::minmax(numbers);
  return Range{low, high};
}

enum class End { none, low, high };

End end_of_axis(const Axis& axis, double value) {
  constexpr double kNear = 0.02;  // of the axis
  const std::optional<Range> range = range_of(axis);
  if (!range || range->low == range->high) return End::none;
  if (axis.kind == Axis::Kind::choice)
    return value == range->low ? End::low : value == range->high ? End::high : End::none;
  const auto place = [&](double at) { return axis.kind == Axis::Kind::log ? std::log(at) : at; };
  const double share = (place(value) - place(range->low)) / (place(range->high) - place(range->low));
  return share <= kNear ? End::low : share >= 1 - kNear ? End::high : End::none;
}

End end_of_trained(const Range& trained, double value) {
  constexpr double kSame = 1e-3;  // relative
  if (value <= trained.low * (1 + kSame)) return End::low;
  return value >= trained.high * (1 - kSame) ? End::high : End::none;
}

std::string border_text(std::string_view name, double value, End searched, End trained) {
  const bool low = searched == End::low || trained == End::low;
  std::vector<std::string> ends;
  if (searched != End::none) ends.push_back(low ? "the smallest searched" : "the largest searched");
  if (trained != End::none) ends.push_back(low ? "not above the smallest trained" : "not below the largest trained");
  return fmt::format("the best {}, {:.4g}, is {}: a {} one may be better", name, value, fmt::join(ends, " and "),
                     low ? "smaller" : "larger");
}

std::optional<std::string> border_of(const Axis& axis, const Range& trained, double value) {
  if (!(trained.low < trained.high))
    return trained.high > 0 ? fmt::format(
                                  "{} was searched, but all training runs have {:.4g}: what it does rests on "
                                  "the model alone",
                                  axis.argument, trained.high)
                            : fmt::format("{} was searched, but no training run says its own", axis.argument);
  const End searched = end_of_axis(axis, value), seen = end_of_trained(trained, value);
  if (searched == End::none && seen == End::none) return {};
  return border_text(axis.argument, value, searched, seen);
}

}  // namespace

std::vector<std::string> best_at_border(const SearchSpace& space, const Fit& fit, const Candidate& best) {
  std::vector<std::string> phrases;
  for (const Axis& axis : space.families[best.family].axes) {
    const bool is_decay = axis.argument == "weight_decay";
    const Value& value = best.arguments.values.at(axis.argument);
    if ((!is_decay && axis.argument != "batch") || !std::holds_alternative<double>(value)) continue;
    const Range trained = is_decay ? Range{fit.seen.weight_decay_min, fit.seen.weight_decay_max}
                                   : Range{fit.seen.batch_min, fit.seen.batch_max};
    if (const auto phrase = border_of(axis, trained, std::get<double>(value))) phrases.push_back(*phrase);
  }
  return phrases;
}

}  // namespace losscast
