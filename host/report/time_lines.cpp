#include "report/time_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "losscast/base/contract.hpp"

namespace losscast {

TimeLines::TimeLines(std::span<const Step> steps, std::span<const Statistics> statistics, const Panel& panel,
                     Shown shown)
    : steps_(steps), statistics_(statistics), panel_(panel), shown_(std::move(shown)) {
  LOSSCAST_EXPECTS(steps.size() == statistics.size());
}

std::string TimeLines::bands_and_mean() const {
  return band("wide", &Statistics::q05, &Statistics::q95) + band("narrow", &Statistics::q25, &Statistics::q75) + mean();
}

std::string TimeLines::mean() const {
  return fmt::format("<polyline class=\"mean\" points=\"{}\"/>\n", forward(&Statistics::mean));
}

std::string TimeLines::point(std::size_t i, double Statistics::*statistic) const {
  return fmt::format("{:.1f},{:.1f} ", panel_.x(steps_[i]), panel_.y(shown_(i, statistics_[i].*statistic)));
}

std::string TimeLines::forward(double Statistics::*statistic) const {
  std::string points;
  for (std::size_t i = 0; i < steps_.size(); ++i) points += point(i, statistic);
  return points;
}

bool TimeLines::has_band(double Statistics::*low, double Statistics::*high) const {
  return std::ranges::none_of(statistics_,
                              [=](const Statistics& now) { return std::isnan(now.*low) || std::isnan(now.*high); });
}

std::string TimeLines::band(const char* style, double Statistics::*low, double Statistics::*high) const {
  if (!has_band(low, high)) return "";
  std::string points = forward(high);
  for (std::size_t i = steps_.size(); i-- > 0;) points += point(i, low);
  return fmt::format("<polygon class=\"{}\" points=\"{}\"/>\n", style, points);
}

}  // namespace losscast
