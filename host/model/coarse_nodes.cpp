#include "model/coarse_nodes.hpp"

#include <algorithm>

#include "losscast/base/contract.hpp"
#include "losscast/model/strained_lr.hpp"
#include "schedule/segment.hpp"

namespace losscast {
namespace {

constexpr double kPi = 3.14159265358979323846;

// Edges of a segment's blocks: denser towards both ends.
std::vector<Step> graded_edges(Step begin, Step end, int count) {
  std::vector<Step> edges = {begin};
  for (int i = 1; i <= count; ++i) {
    const double z = (1 - std::cos(kPi * i / count)) / 2;
    const Step edge = begin + static_cast<Step>(std::round(z * static_cast<double>(end - begin)));
    if (edge > edges.back()) edges.push_back(edge);
  }
  return edges;
}

}  // namespace

std::vector<Step> coarse_edges(const Recipe& recipe, int blocks_per_segment) {
  std::vector<Step> edges = {0};
  const std::vector<Step> borders = breakpoints(recipe);
  for (std::size_t i = 1; i < borders.size(); ++i) {
    const std::vector<Step> more = graded_edges(borders[i - 1], borders[i], blocks_per_segment);
    edges.insert(edges.end(), more.begin() + 1, more.end());
  }
  return edges;
}

CoarseNodes coarse_nodes(const Recipe& recipe, const Reference& reference, int blocks_per_segment) {
  LOSSCAST_EXPECTS(!has_table(recipe.schedule));
  CoarseNodes out{coarse_edges(recipe, blocks_per_segment), {}, {}};
  std::size_t b = 0;
  double peak = 0;
  for (const Segment& segment : recipe.schedule.segments()) {
    const std::size_t first = out.lrs.size();
    // Within a segment the LR rises or falls throughout, so that a limit which grows more slowly than a warm-up's LR is
    // strained most where the segment begins or at a block's end.
    std::vector<double> extremes = {0.0};
    for (; b + 1 < out.edges.size() && out.edges[b] < segment.end; ++b) {
      const auto m = static_cast<double>(out.edges[b + 1] - out.edges[b]);
      const double middle = static_cast<double>(out.edges[b] - segment.begin) + (m - 1) / 2, spread = Nodes(m).spread;
      out.lrs.insert(out.lrs.end(), {middle - spread, middle, middle + spread});
      extremes.push_back(static_cast<double>(out.edges[b + 1] - 1 - segment.begin));
    }
    const std::vector<double> places = extremes;
    segment_lrs(segment, extremes);
    for (std::size_t i = 0; i < extremes.size(); ++i)
      extremes[i] = strained_lr(reference, extremes[i], segment.begin + static_cast<Step>(places[i]));
    for (std::size_t i = 1; i < extremes.size(); ++i)
      out.peaks.push_back(peak = std::max({peak, extremes.front(), extremes[i]}));
    segment_lrs(segment, std::span(out.lrs).subspan(first));
  }
  return out;
}

bool has_table(const Schedule& schedule) {
  const auto segments = schedule.segments();
  return std::any_of(segments.begin(), segments.end(),
                     [](const Segment& segment) { return segment.shape == Shape::table; });
}

}  // namespace losscast
