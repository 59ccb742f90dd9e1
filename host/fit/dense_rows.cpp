#include "fit/dense_rows.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "fit/median.hpp"

namespace losscast {
namespace {

RowWindow window_of(std::span<const CurvePoint> rows, std::size_t first, std::size_t last) {
  constexpr double kMadToSd = 1.4826, kFar = 5, kLeastDistance = 1e-3;
  std::vector<double> losses, distances;
  for (std::size_t i = first; i <= last; ++i) losses.push_back(rows[i].loss);
  const double middle = median_of(losses);
  for (const double loss : losses) distances.push_back(std::abs(loss - middle));
  const double far = std::max(kLeastDistance, kFar * kMadToSd * median_of(distances));
  RowWindow out{first, last, {}, 0};
  for (std::size_t i = first; i <= last; ++i) {
    if (distances[i - first] > far) continue;
    out.kept.push_back(i);
    out.loss += rows[i].loss;
  }
  out.loss /= static_cast<double>(out.kept.size());
  return out;
}

// Where windows of `most` rows end: in turn, and at borders if that leaves half of them.
std::vector<std::size_t> ends_of_windows(std::span<const CurvePoint> rows, std::span<const Step> borders,
                                         std::size_t most) {
  std::vector<std::size_t> ends;
  std::size_t begin = 0;
  auto border = borders.begin();
  for (std::size_t i = 0; i + 1 < rows.size(); ++i) {
    border = std::lower_bound(border, borders.end(), rows[i].step);
    const bool at_border = border != borders.end() && *border < rows[i + 1].step;
    const std::size_t count = i + 1 - begin;
    if (count < most && !(at_border && 2 * count >= most)) continue;
    ends.push_back(i);
    begin = i + 1;
  }
  const bool few = 2 * (rows.size() - begin) < most;
  if (few && !ends.empty()) ends.pop_back();
  ends.push_back(rows.size() - 1);
  return ends;
}

}  // namespace

std::vector<RowWindow> windows_of_rows(std::span<const CurvePoint> rows, std::span<const Step> borders) {
  const std::size_t most = std::bit_ceil(rows.size() / (2 * kFewestWindows) + 1);
  std::vector<RowWindow> windows;
  std::size_t first = 0;
  for (const std::size_t last : ends_of_windows(rows, borders, most)) {
    windows.push_back(window_of(rows, first, last));
    first = last + 1;
  }
  return windows;
}

}  // namespace losscast
