#include "losscast/hazard/spike_detector.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "losscast/base/contract.hpp"

namespace losscast {

namespace {

constexpr std::size_t kBaselineHalf = 20, kNoiseHalf = 100;  // points on either side
constexpr double kDeviationOfMedianDistance = 1.4826;        // of normal noise
constexpr double kBeginning = 6, kBelonging = 2;             // standard deviations

double median(std::vector<double> numbers) {
  const auto middle = numbers.begin() + std::ssize(numbers) / 2;
  std::nth_element(numbers.begin(), middle, numbers.end());
  return *middle;
}

// Which points belong to a spike, and the places of all others, in order.
struct Marks {
  std::vector<char> in_spike;
  std::vector<std::size_t> quiet;
};

Marks marks(std::vector<char> in_spike) {
  Marks marks{.in_spike = std::move(in_spike), .quiet = {}};
  for (std::size_t i = 0; i < marks.in_spike.size(); ++i)
    if (!marks.in_spike[i]) marks.quiet.push_back(i);
  return marks;
}

// The median of a value and of the quiet ones around it, as many on either side.
double median_around(const std::vector<double>& values, std::size_t place, const Marks& marks) {
  const auto& quiet = marks.quiet;
  const auto before = static_cast<std::size_t>(std::ranges::lower_bound(quiet, place) - quiet.begin());
  const std::size_t after = before + (marks.in_spike[place] ? 0 : 1);  // the first quiet one behind the place
  const std::size_t reach = std::min({kBaselineHalf, before, quiet.size() - after});
  std::vector<double> around;
  if (!marks.in_spike[place] || reach == 0) around.push_back(values[place]);
  for (std::size_t i = 1; i <= reach; ++i) {
    around.push_back(values[quiet[before - i]]);
    around.push_back(values[quiet[after + i - 1]]);
  }
  return median(std::move(around));
}

// The median distance of the quiet points around a place, moved inside at the ends.
double median_distance(const std::vector<double>& distances, std::size_t place, const Marks& marks) {
  const auto& quiet = marks.quiet;
  const auto middle = static_cast<std::size_t>(std::ranges::lower_bound(quiet, place) - quiet.begin());
  const std::size_t size = std::min(quiet.size(), 2 * kNoiseHalf + 1);
  const std::size_t begin = std::min(middle > kNoiseHalf ? middle - kNoiseHalf : 0, quiet.size() - size);
  std::vector<double> around;
  for (std::size_t i = begin; i < begin + size; ++i) around.push_back(distances[quiet[i]]);
  return median(std::move(around));
}

struct Series {
  std::vector<Step> steps;
  std::vector<double> values;  // losses, or logarithms of norms
};

Series usable(std::span<const LoggedValue> values, SeriesKind series) {
  Series usable;
  for (const LoggedValue& one : values) {
    const double value = series == SeriesKind::loss ? one.value : std::log(one.value);
    if (!std::isfinite(value)) continue;
    LOSSCAST_EXPECTS(usable.steps.empty() || one.step > usable.steps.back());
    usable.steps.push_back(one.step);
    usable.values.push_back(value);
  }
  return usable;
}

// How far each value lies above its baseline, and the standard deviation there.
struct Excesses {
  std::vector<double> above, deviation;
};

// How far each value lies from the middle of its neighbours, over the deviation that white noise gives to that.
std::vector<double> bends(const std::vector<double>& values) {
  std::vector<double> bends(values.size());
  for (std::size_t i = 1; i + 1 < values.size(); ++i)
    bends[i] = std::abs(values[i - 1] - 2 * values[i] + values[i + 1]) / std::sqrt(6.0);
  return bends;
}

Excesses excesses(const std::vector<double>& values, const Marks& marks) {
  Excesses found;
  std::vector<double> distances;
  for (std::size_t i = 0; i < values.size(); ++i) {
    found.above.push_back(values[i] - median_around(values, i, marks));
    distances.push_back(std::abs(found.above.back()));
  }
  // In a steep fall most values are the median of those around them; only their bends tell the noise there.
  const std::vector<double> of_bends = bends(values);
  for (std::size_t i = 0; i < values.size(); ++i)
    found.deviation.push_back(kDeviationOfMedianDistance *
                              std::max(median_distance(distances, i, marks), median_distance(of_bends, i, marks)));
  return found;
}

SeriesSpike spike_of(const Series& series, const Excesses& excess, std::size_t first, std::size_t end) {
  SeriesSpike spike{.begin = series.steps[first], .end = series.steps[end - 1]};
  for (std::size_t i = first; i < end; ++i) {
    const Step before = i > 0 ? series.steps[i - 1] : 0;
    spike.area += excess.above[i] * static_cast<double>(series.steps[i] - before);
    if (!(excess.above[i] > spike.height)) continue;
    spike.height = excess.above[i];
    spike.peak = series.steps[i];
  }
  return spike;
}

struct Stretch {
  std::size_t first, end;
};

// How far above its baseline a point must lie to begin a spike, and to belong to one.
struct Thresholds {
  double beginning, belonging;
};

Thresholds thresholds(SeriesKind series, double deviation) {
  if (series == SeriesKind::gradient_norm) return {std::numbers::ln2, std::numbers::ln2 / 2};
  return {kBeginning * deviation, kBelonging * deviation};
}

// Where points lie above their baseline without a gap, and one of them stands out.
std::vector<Stretch> stretches(const Excesses& excess, SeriesKind series) {
  std::vector<Stretch> found;
  const std::size_t count = excess.above.size();
  for (std::size_t i = 0; i < count;) {
    std::size_t end = i;
    bool stands_out = false;
    for (; end < count; ++end) {
      const Thresholds needed = thresholds(series, excess.deviation[end]);
      if (!(excess.above[end] > needed.belonging)) break;
      stands_out |= excess.above[end] > needed.beginning;
    }
    if (stands_out) found.push_back({i, end});
    i = std::max(end, i + 1);
  }
  return found;
}

}  // namespace

std::vector<SeriesSpike> find_spikes(std::span<const LoggedValue> values, SeriesKind series) {
  constexpr int kMostRounds = 20;
  const Series seen = usable(values, series);
  Marks known = marks(std::vector<char>(seen.values.size()));
  for (int round = 0;; ++round) {
    const Excesses excess = excesses(seen.values, known);
    const std::vector<Stretch> found = stretches(excess, series);
    std::vector<char> in_spike(seen.values.size());
    for (const Stretch& one : found)
      std::fill(in_spike.begin() + static_cast<std::ptrdiff_t>(one.first),
                in_spike.begin() + static_cast<std::ptrdiff_t>(one.end), char{1});
    const bool all_in_spikes = std::ranges::count(in_spike, char{0}) == 0;
    if (round == kMostRounds || in_spike == known.in_spike || all_in_spikes) {
      std::vector<SeriesSpike> spikes;
      for (const Stretch& one : found) spikes.push_back(spike_of(seen, excess, one.first, one.end));
      return spikes;
    }
    known = marks(std::move(in_spike));
  }
}

}  // namespace losscast
