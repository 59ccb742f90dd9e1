#include "losscast/sweep/best_at_border.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>
#include <string_view>
#include <vector>

#include "losscast/space/axis_end.hpp"

namespace losscast {
namespace {

struct Range {
  double low = 0, high = 0;
};

AxisEnd end_of_trained(const Range& trained, double value) {
  constexpr double kSame = 1e-3;  // relative
  if (value <= trained.low * (1 + kSame)) return AxisEnd::low;
  return value >= trained.high * (1 - kSame) ? AxisEnd::high : AxisEnd::none;
}

std::string border_text(std::string_view name, double value, AxisEnd searched, AxisEnd trained) {
  const bool low = searched == AxisEnd::low || trained == AxisEnd::low;
  std::vector<std::string> ends;
  if (searched != AxisEnd::none) ends.push_back(low ? "the smallest searched" : "the largest searched");
  if (trained != AxisEnd::none)
    ends.push_back(low ? "not above the smallest trained" : "not below the largest trained");
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
  const AxisEnd searched = end_of_axis(axis, value), seen = end_of_trained(trained, value);
  if (searched == AxisEnd::none && seen == AxisEnd::none) return {};
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
