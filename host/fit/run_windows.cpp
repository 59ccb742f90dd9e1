#include "fit/run_windows.hpp"

#include <algorithm>
#include <cmath>

#include "fit/median.hpp"

namespace losscast {
namespace {

constexpr Step kWindows = 400;       // of a whole run
constexpr double kMadToSd = 1.4826;  // of normal data: standard deviation over median absolute deviation
constexpr double kFar = 5;           // deviations from the median, beyond which a point is left out of a mean

// Of three points or more those far from their median do not count.
LoggedWindow window_of(std::span<const CurvePoint> points) {
  std::vector<double> losses, distances;
  for (const CurvePoint& point : points) losses.push_back(point.loss);
  const double middle = median_of(losses);
  for (const double loss : losses) distances.push_back(std::abs(loss - middle));
  const double far = points.size() < 3 ? INFINITY : kFar * kMadToSd * median_of(distances);
  double loss = 0, step = 0;
  int count = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (distances[i] > far) continue;
    loss += points[i].loss;
    step += static_cast<double>(points[i].step);
    ++count;
  }
  return {static_cast<Step>(std::llround(step / count)), loss / count, count};
}

}  // namespace

std::vector<LoggedWindow> windows_of(std::span<const CurvePoint> points, Step total_steps) {
  const Step width = std::max<Step>(1, total_steps / kWindows);
  std::vector<LoggedWindow> windows;
  for (std::size_t begin = 0, end; begin < points.size(); begin = end) {
    end = begin + 1;
    while (end < points.size() && points[end].step / width == points[begin].step / width) ++end;
    windows.push_back(window_of(points.subspan(begin, end - begin)));
  }
  return windows;
}

double point_noise(std::span<const CurvePoint> points) {
  constexpr std::size_t kFewest = 8;
  std::vector<double> differences;
  for (std::size_t i = 0; i + 3 < points.size(); ++i)
    differences.push_back(
        std::abs(points[i + 3].loss - 3 * points[i + 2].loss + 3 * points[i + 1].loss - points[i].loss) /
        std::sqrt(20.0));
  return differences.size() < kFewest ? 0 : kMadToSd * median_of(differences);
}

}  // namespace losscast
