#include "bench/common/junk.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace losscast::bench {
namespace {

// Uniform on 0 ... count - 1.
std::size_t pick(std::size_t count, Normals& normal) {
  const double uniform = std::erfc(-normal() / std::sqrt(2.0)) / 2;
  return std::min(count - 1, static_cast<std::size_t>(uniform * static_cast<double>(count)));
}

// Stretches of so many rows, apart from one another, from random places on, until there are `rows` in all.
std::vector<std::size_t> stretches(std::size_t count, std::size_t rows, std::size_t length, Normals& normal) {
  std::set<std::size_t> taken;
  for (int tries = 0; taken.size() < rows && tries < 10'000; ++tries) {
    const std::size_t now = std::min(length, rows - taken.size()), first = 1 + pick(count - 1, normal);
    bool free = first + now < count;
    for (std::size_t i = first - 1; i <= first + now && free; ++i) free = taken.count(i) == 0;
    for (std::size_t i = first; free && i < first + now; ++i) taken.insert(i);
  }
  return {taken.begin(), taken.end()};
}

}  // namespace

const char* junk_name(Junk junk) {
  constexpr const char* kNames[] = {"spikes", "zeros", "repeats", "up", "down", "tail"};
  return kNames[static_cast<int>(junk)];
}

std::vector<std::size_t> add_junk(std::vector<CurvePoint>& points, Junk junk, double share, Normals& normal) {
  constexpr std::size_t kSpikeRows = 12, kStuckRows = 8;
  constexpr double kSpike = 2, kLeft = 0.6, kShift = 1;  // [nats], of a row to the next, [nats]
  const auto rows = static_cast<std::size_t>(std::round(share * static_cast<double>(points.size())));
  const std::size_t length = junk == Junk::spikes ? kSpikeRows : junk == Junk::repeats ? kStuckRows : 1;
  std::vector<std::size_t> chosen;
  if (junk == Junk::tail)
    for (std::size_t i = points.size() - rows; i < points.size(); ++i) chosen.push_back(i);
  else
    chosen = stretches(points.size(), rows, length, normal);
  double excess = 0;
  for (std::size_t k = 0; k < chosen.size(); ++k) {
    const std::size_t i = chosen[k];
    const bool begins = k == 0 || chosen[k - 1] + 1 != i;
    excess = begins ? kSpike : kLeft * excess;
    const double gone = static_cast<double>(k + 1) / static_cast<double>(chosen.size());
    double& loss = points[i].loss;
    if (junk == Junk::spikes) loss += excess;
    if (junk == Junk::zeros) loss = 0;
    if (junk == Junk::repeats) loss = points[i - 1].loss;
    if (junk == Junk::up) loss += kShift;
    if (junk == Junk::down) loss -= kShift;
    if (junk == Junk::tail) loss += kSpike * gone * gone;
  }
  return chosen;
}

}  // namespace losscast::bench
